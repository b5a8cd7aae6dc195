/**
 * Preflight: gathers everything that the checks of plan/preflight.ts ask for, tells all problems at once, and
 * records what was agreed to be overwritten and what has to be given back. Nothing is touched.
 */
import { adminArguments } from "../../plan/admin-arguments.js";
import { whenTaken } from "../../plan/backup-age.js";
import { pointRemark } from "../../plan/point-in-time.js";
import { isAway } from "../../plan/cluster.js";
import { jobPaths } from "../../plan/restore-job.js";
import { preflight } from "../../plan/preflight.js";
import { claimRemark, isExclusive } from "../../plan/preflight-claims.js";
import {
  circumstances,
  isBeside,
  isSilent,
  onlineDatabases,
  type PreflightInput,
  preflightInput,
  rowOf,
} from "../../plan/preflight-input.js";
import type { DatabaseRow } from "../../plan/observation.js";
import { claimsOf, jobIdentity } from "../../plan/staging.js";
import { readsByServers, seedProviders } from "../../plan/seed-uri.js";
import { chooseStrategy } from "../../plan/strategy.js";
import { lookCommand } from "../../plan/volume-command.js";
import { type VolumeView, volumeView } from "../../plan/volume-view.js";
import { limits, waitForMs } from "../limits.js";
import { fail, firstOf, once, resultOf, type Context, type Move, type Step } from "../step.js";
import {
  endpoint,
  known,
  podsToLookAt,
  rememberedAside,
  rowsOf,
  seenTarget,
  targetFacts,
} from "../subject.js";
import type { Need } from "../effects.js";
import { tryOut, verdictOf, withFacts } from "./trial.js";
import type { Facts, ReturnState, RunState } from "../state.js";

export const preflightStep: Step = {
  says: "checking everything before anything is touched",
  needs: (state, request) => [
    { kind: "target" },
    { kind: "server", at: endpoint(state, request) },
    ...(targetFacts(state).members ? [{ kind: "attachments", at: endpoint(state, request) } as const] : []),
    ...(readsByServers(request) && targetFacts(state).members
      ? [{ kind: "setting", at: endpoint(state, request), name: seedProviders } as const]
      : []),
    ...sourceNeeds(state),
    { kind: "permissions" },
    { kind: "ledger" },
    { kind: "otherWork", claims: [targetFacts(state).dataClaim, ...sourceClaims(state)] },
  ],
  decide: (context) => {
    const target = seenTarget(context.seen);
    const { server } = context.seen;
    if (!target?.statefulSet || !server)
      return fail("TargetNotFound", `target ${context.request.spec.clusterRef} is gone`);
    const missingPermissions = context.seen.missingPermissions ?? [];
    // Looking at the volume needs permissions of its own: without them the rest is judged all the same.
    const look =
      missingPermissions.length > 0
        ? undefined
        : firstOf(
            () => lookAtVolumes(context),
            () => othersAtWork(context),
            () => silence(context),
          );
    if (look) return look;
    const gathered = preflightInput({
      request: context.request,
      target,
      server,
      volumes: volumesOf(context),
      backupClaims: context.seen.claims ?? [],
      identity: jobIdentity(context.state.facts.source),
      serviceAccount: context.seen.serviceAccount,
      missingPermissions,
      attachments: context.seen.attachments,
      source: context.state.facts.source,
      seedProviders: context.seen.settings?.[seedProviders] ?? undefined,
      aside: rememberedAside(context.seen),
    });
    const learned = learn(context, gathered);
    const planned = withFacts(context, learned);
    const trial = missingPermissions.length > 0 ? undefined : tryOut(planned);
    if (trial) return trial;
    const { refusals, bounded } = verdictOf(planned);
    const input = { ...gathered, refusals };
    const problems = preflight(input);
    const [first] = problems;
    if (first) return fail(first.reason, problems.map((one) => one.message).join("\n"));
    const remarks = [claimRemark(input), pointRemark(context.request, context.now)].filter(
      (one) => one !== undefined,
    );
    return {
      kind: "next",
      facts: { ...learned, ...(bounded ? { bounded } : {}) },
      message: [summary(input, learned.strategy), ...age(context), ...stopped(context, input)].join("; "),
      ...(remarks.length === 0 ? {} : { note: { remark: remarks.join("; ") } }),
    };
  },
};

function sourceClaims({ facts }: RunState): readonly string[] {
  return claimsOf(known(facts.source, "the source"));
}

function sourceNeeds(state: RunState): readonly Need[] {
  const names = sourceClaims(state);
  const account = jobIdentity(state.facts.source)?.serviceAccount;
  return [
    ...(names.length > 0 ? [{ kind: "claims", names } as const] : []),
    ...(account === undefined ? [] : [{ kind: "serviceAccount", name: account } as const]),
  ];
}

function lookAtVolumes(context: Context): Move | undefined {
  const { state, request } = context;
  const argv = lookCommand("inspect", {
    data: jobPaths.data,
    runId: state.runId,
    database: request.spec.databaseName,
  });
  const { container } = targetFacts(state);
  return firstOf(
    ...podsToLookAt(state, context.seen).map(({ name }) => () => {
      const look = once(context, { kind: "exec", key: `inspect-${name}`, pod: name, container, argv });
      // What a server that is away has is nobody's choice: it takes what the others serve when it is back.
      return look?.kind === "fail" && isAway(context.seen.server, name) ? undefined : look;
    }),
  );
}

/** A server under load, or just started, answers its first question late: silence is believed only after a while. */
function silence({ seen, state, now }: Context): Move | undefined {
  const { server } = seen;
  const runs = seenTarget(seen)?.pods.some((pod) => pod.running && !pod.terminating) === true;
  if (!server || server.reachable || !isSilent(server.reason) || !runs) return undefined;
  const since = state.waiting?.reason === "ServerUnreachable" ? state.waiting.since : now;
  if (now - since >= limits.silence) return undefined;
  return {
    kind: "wait",
    reason: "ServerUnreachable",
    message: `Bolt does not answer yet (${server.message})`,
    pollMs: limits.firstPause,
  };
}

function othersAtWork({ seen, request }: Context): Move | undefined {
  const [other] = seen.otherWork ?? [];
  return other === undefined
    ? undefined
    : {
        kind: "wait",
        reason: "BackupRunning",
        message: `${other} is at work on the same data`,
        pollMs: limits.poll,
        limitMs: waitForMs(request),
      };
}

function volumesOf(context: Context): Readonly<Record<string, VolumeView>> {
  const seen = podsToLookAt(context.state, context.seen).flatMap(({ name }) => {
    const result = resultOf(context, `inspect-${name}`);
    return result?.ok ? [[name, volumeView(result.output["stdout"] ?? "")] as const] : [];
  });
  return Object.fromEntries(seen);
}

/** What the run goes on from, once nothing stands against it. */
export function learn(context: Context, input: PreflightInput): Facts {
  const { state, request } = context;
  const row = rowOf(input);
  const choice = chooseStrategy(request, circumstances(input));
  const replicas = input.target.statefulSet?.replicas ?? 0;
  const earlier = returnStateOf(input.target.statefulSet?.returnState);
  const before = earlier?.database === request.spec.databaseName ? earlier : undefined;
  const returnState: ReturnState = {
    runId: state.runId,
    // A set found at zero belongs to a run whose journal is lost: what it noted counts, else one server.
    replicas: replicas > 0 ? replicas : (earlier?.replicas ?? 1),
    database: request.spec.databaseName,
    existed: row !== undefined,
    access: before?.access ?? (row?.access === "read-only" ? "read-only" : "read-write"),
    requestedStatus: before?.requestedStatus ?? (row?.requestedStatus === "offline" ? "offline" : "online"),
  };
  const version = input.server.reachable ? { serverVersion: input.server.version } : {};
  const seeder = input.seeder?.ok ? { serverId: input.seeder.seeder.serverId } : {};
  const dataClaim = input.claim?.name ?? targetFacts(state).dataClaim;
  return {
    target: { ...targetFacts(state), ...version, ...seeder, pod: input.pod, dataClaim },
    ...(choice.ok
      ? {
          strategy: choice.strategy,
          beside: isBeside(input, choice.strategy),
        }
      : {}),
    ...(input.several ? servedBefore(rowsOf(input.server, request.spec.databaseName)) : {}),
    ...(input.attachments && row ? { attachments: input.attachments } : {}),
    existed: row !== undefined,
    ...(adminArguments(request).check ? { verifies: true } : {}),
    offline: request.spec.stopCluster === true,
    ...(isExclusive(input.claim) ? { exclusive: true } : {}),
    serverSilent: !input.server.reachable,
    returnState,
    ...(row ? { consent: consentOf(row) } : {}),
  };
}

/** How a cluster's database served until now: what is compared with in the end. */
function servedBefore(rows: readonly DatabaseRow[]): Pick<Facts, "baseline" | "lastStarts"> {
  const online = rows.filter((one) => one.currentStatus === "online" && one.role !== "secondary");
  const starts = rows.flatMap((one) =>
    one.serverId === undefined || one.lastStartTime === undefined
      ? []
      : [[one.serverId, one.lastStartTime] as const],
  );
  return {
    ...(online.length > 0 ? { baseline: online.length } : {}),
    lastStarts: Object.fromEntries(starts),
  };
}

function consentOf(row: NonNullable<ReturnType<typeof rowOf>>): NonNullable<Facts["consent"]> {
  return {
    ...(row.databaseId === undefined ? {} : { databaseId: row.databaseId }),
    ...(row.creationTime === undefined ? {} : { creationTime: row.creationTime }),
    ...(row.lastCommittedTxn === undefined ? {} : { lastCommittedTxn: row.lastCommittedTxn }),
  };
}

/** The annotation of a run of ours; anything else in it is not trusted. */
export function returnStateOf(text: string | undefined): ReturnState | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const fits =
      value !== null &&
      typeof value === "object" &&
      "replicas" in value &&
      typeof value.replicas === "number" &&
      value.replicas > 0;
    return fits ? (value as unknown as ReturnState) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What else does not serve while the servers are scaled away. */
function stopped({ request }: Context, { server }: PreflightInput): readonly string[] {
  if (request.spec.stopCluster !== true) return [];
  const names = onlineDatabases(server);
  return [`every database of the instance stops${names.length > 0 ? `: ${names.join(", ")}` : ""}`];
}

function age({ state, now }: Context): readonly string[] {
  const taken = whenTaken(state.facts.source?.takenAt, now);
  return taken === undefined ? [] : [`the backup was taken ${taken}`];
}

function summary(input: PreflightInput, strategy: Facts["strategy"]): string {
  const row = rowOf(input);
  const name = input.request.spec.databaseName;
  if (!input.server.reachable) return `Neo4j does not answer; database ${name} is judged by its files`;
  return row
    ? `database ${name} exists, last transaction ${row.lastCommittedTxn ?? "unknown"}: ${fateOf(strategy)}`
    : `database ${name} does not exist: it is created`;
}

function fateOf(strategy: Facts["strategy"]): string {
  if (strategy === "seedURI") return "its store goes when it is replaced";
  return strategy === "inPlace"
    ? "it is overwritten, and no copy of it is kept"
    : "it is kept aside when it is replaced";
}
