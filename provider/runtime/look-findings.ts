/** What a look ahead has found, for people: a few facts out of what was observed. No decisions. */
import type { Observation } from "../plan/observation.js";
import { databaseOfArtifact } from "../plan/source.js";
import type { PreflightInput } from "../plan/preflight-input.js";
import type { VolumeView } from "../plan/volume-view.js";
import type { RestoreRequest } from "../spec/request.js";
import type { RunState } from "../workflow/state.js";
import { rowsOf, seenTarget } from "../workflow/subject.js";
import type { PlanFindings } from "./plan-report.js";

export function findingsOf(
  request: RestoreRequest,
  state: RunState,
  seen: Observation,
  input: PreflightInput | undefined,
): PlanFindings {
  const { facts } = state;
  const { target } = facts;
  const volume = input?.volume;
  const pod = input?.pod ?? target?.pod;
  const version = seen.server?.reachable ? { version: seen.server.version } : {};
  const running = seenTarget(seen)?.pods.some((one) => one.name === pod && one.running) === true;
  return {
    ...(target
      ? {
          target: {
            kind: target.kind,
            name: request.spec.clusterRef,
            pod: pod ?? target.pod,
            running,
            ...version,
          },
        }
      : {}),
    ...(seen.server ? { database: databaseOf(request.spec.databaseName, seen.server) } : {}),
    ...(volume ? { volume: sizesOf(volume) } : {}),
    ...backupOf(facts),
  };
}

function databaseOf(
  name: string,
  server: NonNullable<Observation["server"]>,
): NonNullable<PlanFindings["database"]> {
  if (!server.reachable) return { name };
  const [row] = rowsOf(server, name);
  if (!row) return { name, exists: false };
  return {
    name,
    exists: true,
    status: row.currentStatus,
    ...(row.lastCommittedTxn === undefined ? {} : { lastTransaction: row.lastCommittedTxn }),
    ...(row.creationTime === undefined ? {} : { created: row.creationTime }),
  };
}

function sizesOf({ totalBytes, freeBytes, storeBytes }: VolumeView): NonNullable<PlanFindings["volume"]> {
  return { totalBytes, freeBytes, storeBytes };
}

function backupOf({ source: located }: RunState["facts"]): Pick<PlanFindings, "backup"> {
  if (!located) return {};
  const folders = [...new Set([located.first, located.second])];
  const paths = folders.map((path) =>
    located.reference === "" ? path : [path, located.reference].filter(Boolean).join("/"),
  );
  return {
    backup: {
      ...(located.claim === undefined ? {} : { claim: located.claim }),
      paths,
      ...(located.takenAt === undefined ? {} : { takenAt: located.takenAt }),
      ...(located.neo4jVersion === undefined ? {} : { neo4jVersion: located.neo4jVersion }),
      database: databaseOfArtifact(located.first) ?? located.artifactDatabase,
    },
  };
}
