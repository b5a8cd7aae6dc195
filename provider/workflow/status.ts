/**
 * The status that users see, computed from the state alone: phase, message, conditions, figures, steps. Every
 * figure is measured or absent. Conditions keep the instant at which they took their present value.
 */
import { formatDuration } from "../spec/duration.js";
import { formatQuantity } from "../spec/quantity.js";
import type { Neo4jRestoreStatus, RestoreBackupInfo, RestorePhase, RestoreStats } from "../spec/types.js";
import { conditionsOf } from "./conditions.js";
import { givesBack, outSince, touchedByUndo } from "./progression.js";
import type { RunState } from "./state.js";
import { steps } from "./steps/index.js";

const iso = (ms: number): string => new Date(ms).toISOString();

/** @param before the status shown last: its conditions' transition times are kept where nothing changed. */
export function statusOf(state: RunState, now: number, before?: Neo4jRestoreStatus): Neo4jRestoreStatus {
  const phase = phaseOf(state);
  const backupInfo = backupInfoOf(state);
  const stats = statsOf(state, now);
  const { target, previous, strategy } = state.facts;
  return {
    phase,
    message: messageOf(state),
    startTime: iso(state.startedAt),
    ...(state.endedAt !== undefined && phase !== "Pending" && phase !== "Running"
      ? { completionTime: iso(state.endedAt) }
      : {}),
    observedGeneration: state.generation,
    conditions: conditionsOf(state, phase, now, before?.conditions ?? []),
    ...(Object.keys(stats).length > 0 ? { stats } : {}),
    ...(Object.keys(backupInfo).length > 0 ? { backupInfo } : {}),
    steps: state.steps.map((step) => ({
      name: step.name,
      start: iso(step.startedAt),
      ...(step.endedAt === undefined ? {} : { end: iso(step.endedAt) }),
      attempt: step.attempt,
      ...(step.message === undefined ? {} : { message: step.message }),
    })),
    runId: state.runId,
    identity: state.identity,
    ...(strategy === undefined ? {} : { strategy }),
    ...(state.deadline === undefined ? {} : { deadline: iso(state.deadline) }),
    ...(state.standing === "active" ? { progress: progressOf(state) } : {}),
    ...(target === undefined ? {} : { target: { kind: target.kind, servers: target.servers } }),
    ...(previous === undefined || previous.discarded === true
      ? {}
      : {
          previous: {
            path: previous.path,
            ...(previous.bytes === undefined ? {} : { size: formatQuantity(previous.bytes) }),
            ...(previous.keptUntil === undefined ? {} : { keptUntil: iso(previous.keptUntil) }),
          },
        }),
  };
}

export function phaseOf(state: RunState): RestorePhase {
  // A restore that was Completed stays so while its previous store is put back or removed.
  if (state.flow === "discard" || (touchedByUndo(state) && state.standing === "active")) return "Completed";
  if (state.standing === "ended") return state.outcome?.phase ?? "Failed";
  return state.lockedAt === undefined ? "Pending" : "Running";
}

/** What goes on right now. */
export function progressOf(state: RunState): NonNullable<Neo4jRestoreStatus["progress"]> {
  const percent = state.waiting?.percent;
  const message = state.waiting?.message ?? steps[state.step].says;
  return { step: state.step, message, ...(percent === undefined ? {} : { percent }) };
}

/** One line of where the run stands. */
export function messageOf(state: RunState): string {
  if (state.standing === "ended")
    return [state.outcome?.message ?? "", ...state.notes].filter((part) => part !== "").join("; ");
  if (state.retry) return `${steps[state.step].says}; trying again: ${state.retry.fault.message}`;
  const why = givesBack(state) && state.fault ? ` (after: ${state.fault.message})` : "";
  return `${state.waiting?.message ?? steps[state.step].says}${why}`;
}

function statsOf(state: RunState, now: number): RestoreStats {
  const { restored } = state.facts;
  const ended = state.endedAt;
  const bytes = restored?.storeBytes;
  const seconds = Math.max(restored?.seconds ?? 0, 1);
  const since = outSince(state);
  // A database that was offline before was not interrupted.
  const interruption =
    since === undefined || state.facts.returnState?.requestedStatus === "offline"
      ? undefined
      : (state.onlineAt ?? (state.standing === "ended" ? undefined : now));
  return {
    ...(ended === undefined ? {} : { duration: formatDuration(ended - state.startedAt) }),
    ...(bytes === undefined ? {} : { dataSize: formatQuantity(bytes) }),
    ...(bytes === undefined || restored?.seconds === undefined
      ? {}
      : { throughput: `${formatQuantity(bytes / seconds)}/s` }),
    ...(restored?.files === undefined ? {} : { fileCount: restored.files }),
    ...(ended === undefined ? {} : { errorCount: state.errorCount }),
    ...(interruption === undefined || since === undefined
      ? {}
      : { interruption: formatDuration(interruption - since) }),
  };
}

function backupInfoOf(state: RunState): RestoreBackupInfo {
  const { restored, artifact, source } = state.facts;
  const path = restored?.artifact ?? artifact;
  const original = restored?.originalDatabase ?? state.facts.originalDatabase;
  // The rehearsal has read inspect's own column, where the Job only has the artifact's name.
  const taken = state.facts.artifactTime ?? restored?.artifactTime;
  return {
    ...(path === undefined ? {} : { backupPath: path }),
    ...(taken === undefined ? {} : { backupCreatedAt: taken }),
    ...(original === undefined ? {} : { originalDatabase: original }),
    ...(restored?.artifactBytes === undefined ? {} : { backupSize: formatQuantity(restored.artifactBytes) }),
    ...(source?.neo4jVersion === undefined ? {} : { neo4jVersion: source.neo4jVersion }),
  };
}
