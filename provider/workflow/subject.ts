/** Short ways to what most steps need of state, request and observation. Pure look-ups, no decisions. */
import { isThere, writerPod } from "../plan/cluster.js";
import { holdValue } from "../plan/names.js";
import { nodeOfClaims } from "../plan/preflight-claims.js";
import { ofInstance, type LedgerEntry, type StoreAside } from "../plan/ledger.js";
import { comesFromSeed } from "../plan/strategy.js";
import type {
  DatabaseRow,
  JobView,
  Observation,
  PodView,
  ServerView,
  TargetView,
} from "../plan/observation.js";
import type { JobRole } from "../plan/names.js";
import type { RestoreRequest } from "../spec/request.js";
import type { Neo4jEndpoint, SeenSet, TargetRef } from "./ports.js";
import type { Context } from "./step.js";
import type { PreviousFacts, RunState, TargetFacts } from "./state.js";

export function targetRef(state: RunState, request: RestoreRequest): TargetRef {
  const kind = state.facts.target?.kind;
  return {
    namespace: state.namespace,
    name: request.spec.clusterRef,
    ...(kind === undefined ? {} : { kind }),
  };
}

/** Another run restored the database since this one took its lock: what it holds now is not what this run knows. */
export function overtaken({ state, seen }: Context): string | undefined {
  const { latestBefore } = state.facts;
  const latest = latestRestore(seen);
  if (latestBefore === undefined || !latest) return undefined;
  return latest.runId === state.runId || latest.runId === latestBefore
    ? undefined
    : `restore ${latest.restore} of ${latest.completedAt} came after this one`;
}

/** What the target's ledger knows of the database: of this target, not of one before it by that name. */
export function rememberedRestores(seen: Observation): readonly LedgerEntry[] {
  const { ledger } = seen;
  if (ledger === undefined || ledger === "absent") return [];
  const target = seenTarget(seen);
  return target ? ofInstance(ledger, instanceUids(target)) : ledger.restores;
}

/** What the run has set aside, and nobody has removed as far as it knows. */
export function previousAside({ facts: { previous } }: RunState): PreviousFacts | undefined {
  return previous?.discarded === true ? undefined : previous;
}

/** What its ledger knows to lie aside. */
export function rememberedAside({ ledger }: Observation): readonly StoreAside[] {
  return ledger === undefined || ledger === "absent" ? [] : ledger.aside;
}

export function latestRestore(seen: Observation): LedgerEntry | undefined {
  return rememberedRestores(seen).at(-1);
}

/** What a target's data hang on. A resource that was made anew over claims that were kept is the same; so are claims made anew by a set. */
export function instanceUids({ uid, dataClaims }: TargetView): readonly string[] {
  return [uid, ...dataClaims.flatMap((claim) => (claim.uid === undefined ? [] : [claim.uid]))];
}

/** The target's data claims; undefined where the target is not seen. */
export function existingClaims({ seen }: Context): readonly string[] | undefined {
  return seenTarget(seen)
    ?.dataClaims.filter((claim) => claim.exists)
    .map((claim) => claim.name);
}

/** The database is not merely started: a cluster's servers are told where its store comes from. */
export function goesThroughServers({ facts }: RunState): boolean {
  return comesFromSeed(facts.strategy);
}

/** The restore is done at zero replicas; pinned at preflight. */
export function isOffline(state: RunState, request: RestoreRequest): boolean {
  return state.facts.offline ?? request.spec.stopCluster === true;
}

export function ownHold(state: RunState): string {
  return holdValue(state.name, state.runId);
}

/** Facts that an earlier step has established; their absence is a bug of the flow, not of the world. */
export function known<T>(fact: T | undefined, what: string): T {
  if (fact === undefined) throw new Error(`bug: ${what} is not known yet at this step`);
  return fact;
}

export function targetFacts(state: RunState): TargetFacts {
  return known(state.facts.target, "the target");
}

export function endpoint(state: RunState, request: RestoreRequest): Neo4jEndpoint {
  const target = targetFacts(state);
  const other = request.connection?.credentialsSecret;
  const others = target.members?.filter((member) => member !== target.pod);
  return {
    namespace: state.namespace,
    pod: target.pod,
    ...(others ? { others } : {}),
    port: 7687,
    ...(target.tls ? { tls: target.tls } : {}),
    credentials: {
      secret: other?.name ?? target.adminSecret,
      usernameKey: other?.usernameKey ?? "username",
      passwordKey: other?.passwordKey ?? "password",
    },
    mark: { run: state.runId, epoch: state.epoch },
  };
}

/** Where a command of administration goes: to the server that leads `system`, as far as it was seen. */
export function admin({ state, request, seen }: Context): Neo4jEndpoint {
  return serverFor({ state, request, seen }, "system");
}

/** The server that writes to a database. */
export function serverFor(
  { state, request, seen }: Pick<Context, "state" | "request" | "seen">,
  database: string,
): Neo4jEndpoint {
  const at = endpoint(state, request);
  const pod = writerPod(seen.server, database);
  return at.others === undefined || pod === undefined ? at : { ...at, pod };
}

export function seenTarget(seen: Observation): TargetView | undefined {
  return seen.target?.found === "one" ? seen.target.target : undefined;
}

/** What a write on the set carries, so that it fails where the set is not the one that was seen, or has changed. */
export const asSeen = ({ uid, revision }: SeenSet): SeenSet => ({ uid, revision });

/** The pod on whose volume the restore works, if its Neo4j container runs and stays. */
export function runningPod(state: RunState, seen: Observation): PodView | undefined {
  const { pod: name } = targetFacts(state);
  return seenTarget(seen)?.pods.find((pod) => pod.name === name && pod.running && !pod.terminating);
}

/** The node for a Job while no server runs: where another pod uses the data claim, or one that the backup is on. */
export function nodeAtRest(state: RunState, seen: Observation): string | undefined {
  const { dataClaim } = targetFacts(state);
  const own = (seenTarget(seen)?.dataClaims ?? []).filter(({ name }) => name === dataClaim);
  return nodeOfClaims([...own, ...(seen.claims ?? [])]);
}

/** The pods whose volumes preflight looks at: on a cluster all that run, for other copies of the database. */
export function podsToLookAt(state: RunState, seen: Observation): readonly PodView[] {
  const pods = targetFacts(state).members ? (seenTarget(seen)?.pods ?? []) : [runningPod(state, seen)];
  return pods.flatMap((pod) => (pod?.running === true && !pod.terminating ? [pod] : []));
}

export function seenJob(seen: Observation, role: JobRole): JobView | "absent" {
  return seen.jobs?.[role] ?? "absent";
}

/** Those of this run that work, or would start one day. */
export function jobsAtWork<Role extends JobRole>(
  { seen, state }: Context,
  roles: readonly Role[],
): readonly Role[] {
  return roles.filter((role) => {
    const job = seenJob(seen, role);
    return job !== "absent" && job.runId === state.runId && (!job.over || job.lingering === true);
  });
}

/** Those at work, and a hook that Kubernetes has ended at its deadline: with its pod went the log it would stay for. */
export function jobsToEnd<Role extends JobRole>(context: Context, roles: readonly Role[]): readonly Role[] {
  const atWork = jobsAtWork(context, roles);
  const timedOut = (role: JobRole): boolean => {
    const job = seenJob(context.seen, role);
    const ours = job !== "absent" && job.runId === context.state.runId;
    return ours && role !== "restore" && job.endReason === "DeadlineExceeded";
  };
  return roles.filter((role) => atWork.includes(role) || timedOut(role));
}

/** The rows of one database; empty if there is none or the server does not answer. */
export function rowsOf(server: ServerView | undefined, database: string): readonly DatabaseRow[] {
  return server?.reachable ? server.databases.filter((row) => row.name === database) : [];
}

/** The row that speaks for the database: the writer's, where there is one. */
export function databaseRow(context: Context): DatabaseRow | undefined {
  const rows = rowsOf(context.seen.server, context.request.spec.databaseName);
  return rows.find((row) => row.writer) ?? rows.find(isThere) ?? rows[0];
}
