/**
 * What is told as Kubernetes events when the status changes: each step once, what it waits for, how it ended. Pure.
 * Invariant: an event's id follows from what it tells, so that a restarted operator tells nothing twice.
 */
import { createHash } from "node:crypto";
import type { RestoreEvent, RestoreView } from "../../compose.js";
import type { Neo4jRestoreStatus } from "../../spec/types.js";

export function eventsOf(
  before: Neo4jRestoreStatus | undefined,
  after: Neo4jRestoreStatus,
): readonly RestoreEvent[] {
  const { runId = "", steps = [], phase } = after;
  const known = before?.runId === runId ? (before.steps ?? []).length : 0;
  const begun = steps
    .slice(known)
    .map(({ name, attempt }, index) =>
      event([runId, name, attempt, known + index], false, name, after.progress?.message ?? name),
    );
  const [reason, message] = readyOf(after);
  const changed = before?.phase !== phase || before.runId !== after.runId || readyOf(before)[0] !== reason;
  if (!changed || (phase === "Running" && begun.length > 0)) return begun;
  const since = after.completionTime ?? after.startTime ?? "";
  const told = event([runId, phase, reason, since], phase === "Failed", reason, message);
  return reason === "InProgress" ? begun : [...begun, told];
}

/** What a person should know of a resource, told once: in its status is no room for it. */
export function warningOf(view: RestoreView, reason: string, message: string): RestoreEvent {
  return event([view.uid, reason, message], true, reason, message);
}

/** What a person should know of a valid spec: told once for each generation. */
export function remarkOf({ uid, generation }: RestoreView, message: string): RestoreEvent {
  return event([uid, generation, message], true, "SpecWarning", message);
}

function readyOf({ conditions = [], message = "" }: Neo4jRestoreStatus): readonly [string, string] {
  const ready = conditions.find(({ type }) => type === "Ready");
  return [
    ready?.reason ?? "InProgress",
    ready?.message === undefined || ready.message === "" ? message : ready.message,
  ];
}

function event(
  identity: readonly (string | number)[],
  warning: boolean,
  reason: string,
  message: string,
): RestoreEvent {
  const id = createHash("sha256").update(identity.join("/")).digest("hex").slice(0, 16);
  return { id, warning, reason, message };
}
