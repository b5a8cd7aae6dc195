/**
 * How a run is told that was given back: by what made it fail. Waiting in vain stays Pending: nothing went wrong
 * yet. A restore stays Completed while one of its two stores serves.
 */
import type { Fault } from "./faults.js";
import type { RunState } from "./state.js";

type Outcome = NonNullable<RunState["outcome"]>;

export function endOfRollback({ fault }: RunState): Outcome {
  if (!fault) return { phase: "Failed", reason: "Cancelled", message: "the restore was cancelled" };
  return {
    phase: fault.reason === "WaitedTooLong" ? "Pending" : "Failed",
    reason: fault.reason,
    message: fault.message,
  };
}

/** @param state with the fault of an undo that was refused before it had the lock, or whose cleaning failed */
export function endOfUndo(state: RunState): Outcome {
  const { facts, fault } = state;
  if (facts.undone !== true) return endOfReinstating(state);
  const { keptUntil } = facts.previous ?? {};
  const until = keptUntil === undefined ? "" : ` until ${new Date(keptUntil).toISOString()}`;
  const message = `the previous store serves again; what was restored lies aside${until}`;
  const left = fault === undefined ? "" : `; cleaning up did not finish: ${fault.message}`;
  return { phase: "Completed", reason: "Undone", message: `${message}${left}` };
}

/** @param left why its cleaning failed */
export function endOfReinstating(state: RunState, left?: Fault): Outcome {
  const { undo } = state.facts;
  const served =
    undo?.requestedStatus === "offline" ? "is in its place, offline as before" : "serves as before";
  const now = undo === undefined ? "nothing was touched" : `the restored data ${served}`;
  const unclean = left === undefined ? "" : `; cleaning up did not finish: ${left.message}`;
  return { phase: "Completed", reason: "Restored", message: `${undoFailure(state)}; ${now}${unclean}` };
}

export function targetGone(state: RunState): Outcome {
  return {
    phase: "Failed",
    reason: "TargetNotFound",
    message: `${undoFailure(state)}; the target is gone, so nothing was given back`,
  };
}

export function undoFailure({ fault }: RunState): string {
  return `undo did not finish: ${fault?.message ?? "it was broken off"}`;
}
