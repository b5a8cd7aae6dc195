/**
 * The status of a resource: the journal's, with what only the resource knows, or the operator's own word where there
 * is no journal. Pure. Invariant: the same input gives the same status, so that nothing is written twice.
 */
import type { RestoreView } from "../../compose.js";
import { canonical } from "../../plan/identity.js";
import type { Standing } from "../../runtime/engine.js";
import type { Neo4jRestoreStatus, RestoreCondition, RestoreConditionType } from "../../spec/types.js";
import type { Action } from "./decide.js";

/** @param generation of the resource that the run was asked for with. */
export function projected(
  { status }: Standing,
  generation: number | undefined,
  note: string | undefined,
): Neo4jRestoreStatus {
  const told = [status.message, note].filter((part) => part !== undefined && part !== "");
  return speakingOf(generation, { ...status, ...(told.length > 0 ? { message: told.join("; ") } : {}) });
}

function speakingOf(
  generation: number | undefined,
  { observedGeneration: _another, conditions = [], ...rest }: Neo4jRestoreStatus,
): Neo4jRestoreStatus {
  const observed = generation === undefined ? {} : { observedGeneration: generation };
  return {
    ...rest,
    ...observed,
    conditions: conditions.map(({ observedGeneration: _its, ...condition }) => ({
      ...condition,
      ...observed,
    })),
  };
}

/** What was begun for a generation of the resource, and where the journal stood then. */
export interface Begun {
  readonly generation: number;
  /** The generation that the status spoke of until then. */
  readonly before: number | undefined;
  readonly from: string | undefined;
}

/** One end of one run; undefined while it has none. */
export const endMark = (status: Neo4jRestoreStatus | undefined): string | undefined =>
  status?.completionTime === undefined ? undefined : `${status.runId ?? ""} ${status.completionTime}`;

/** Tells one attempt of one run, under way or ended, from every other. */
export const markOf = (standing: Standing | undefined): string | undefined =>
  standing && `${standing.runId} ${standing.attempt} ${standing.active ? "active" : "ended"}`;

/**
 * The generation that the journal speaks of: as long as work has only been begun and the journal stands where it
 * stood, it is the one of before. Else an old end would pass for the end of the new.
 */
export function observedOf(
  begun: Begun | undefined,
  working: boolean,
  standing: Standing | undefined,
  shown: Neo4jRestoreStatus | undefined,
): number | undefined {
  if (!begun) return shown?.observedGeneration;
  return working && begun.from === markOf(standing) ? begun.before : begun.generation;
}

/** Written by this operator: it names a run, or has the conditions that `own` always writes. */
export const isOurs = ({ runId, conditions = [] }: Neo4jRestoreStatus): boolean =>
  runId !== undefined || conditions.some(({ type }) => type === "Stalled");

/** Taken note of; the journal is written next. */
export function accepted(view: RestoreView, now: number): Neo4jRestoreStatus {
  return own(view, now, "Pending", "InProgress", "accepted by the operator");
}

/**
 * Not begun yet: another restore of the same target comes first, or the operator lacks a permission. An earlier run's end
 * is not shown meanwhile: it would pass for the end of this one.
 * @param generation that was carried out last, where something was.
 */
export function deferred(
  view: RestoreView,
  now: number,
  { do: kind, note }: Pick<Extract<Action, { do: "queue" | "hold" }>, "do" | "note">,
  generation: number | undefined,
): Neo4jRestoreStatus {
  const reason = kind === "queue" ? "TargetBusy" : "MissingPermissions";
  return speakingOf(generation, own(view, now, "Pending", reason, note));
}

/** Ended before anything was begun. */
export function refused(view: RestoreView, now: number, reason: string, message: string): Neo4jRestoreStatus {
  return own(view, now, "Failed", reason, message);
}

/** The operator can't get at the cluster as it must; it tries again. */
export function troubled(
  view: RestoreView,
  now: number,
  reason: string,
  message: string,
): Neo4jRestoreStatus {
  return own(view, now, "Pending", reason, message);
}

function own(
  view: RestoreView,
  now: number,
  phase: "Pending" | "Failed",
  reason: string,
  message: string,
): Neo4jRestoreStatus {
  const failed = phase === "Failed";
  const before = view.status?.conditions ?? [];
  const condition = (type: RestoreConditionType, holds: boolean): RestoreCondition => {
    const status = holds ? "True" : "False";
    const last = before.find((one) => one.type === type);
    const lastTransitionTime =
      last?.status === status ? last.lastTransitionTime : new Date(now).toISOString();
    return { type, status, reason, message, lastTransitionTime, observedGeneration: view.generation };
  };
  return {
    phase,
    message,
    observedGeneration: view.generation,
    conditions: [condition("Ready", false), condition("Reconciling", !failed), condition("Stalled", failed)],
  };
}

/** Whether two statuses say the same, in whatever order. */
export function same(one: Neo4jRestoreStatus | undefined, other: Neo4jRestoreStatus): boolean {
  return one !== undefined && canonical(one) === canonical(other);
}
