/** Short ways to what most steps need of state, request and observation. Pure look-ups, no decisions. */
import { holdValue } from "../plan/names.js";
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
import type { Neo4jEndpoint, TargetRef } from "./ports.js";
import type { Context } from "./step.js";
import type { RunState, TargetFacts } from "./state.js";

export function targetRef(state: RunState, request: RestoreRequest): TargetRef {
  return { namespace: state.namespace, name: request.spec.clusterRef };
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
  return {
    namespace: state.namespace,
    pod: target.pod,
    port: 7687,
    ...(target.tls ? { tls: target.tls } : {}),
    credentials: {
      secret: other?.name ?? target.adminSecret,
      usernameKey: other?.usernameKey ?? "username",
      passwordKey: other?.passwordKey ?? "password",
    },
  };
}

export function seenTarget(seen: Observation): TargetView | undefined {
  return seen.target?.found === "one" ? seen.target.target : undefined;
}

/** The server's pod if its Neo4j container runs and stays. */
export function runningPod(seen: Observation): PodView | undefined {
  return seenTarget(seen)?.pods.find((pod) => pod.running && !pod.terminating);
}

export function seenJob(seen: Observation, role: JobRole): JobView | "absent" {
  return seen.jobs?.[role] ?? "absent";
}

/** The rows of one database; empty if there is none or the server does not answer. */
export function rowsOf(server: ServerView | undefined, database: string): readonly DatabaseRow[] {
  return server?.reachable ? server.databases.filter((row) => row.name === database) : [];
}

export function databaseRow(context: Context): DatabaseRow | undefined {
  return rowsOf(context.seen.server, context.request.spec.databaseName)[0];
}
