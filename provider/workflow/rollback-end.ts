/** How a run is told that was rolled back: by what made it fail. Waiting in vain stays Pending: nothing went wrong yet. */
import type { RunState } from "./state.js";

export function endOfRollback({ fault }: RunState): NonNullable<RunState["outcome"]> {
  if (!fault) return { phase: "Failed", reason: "Cancelled", message: "the restore was cancelled" };
  return {
    phase: fault.reason === "WaitedTooLong" ? "Pending" : "Failed",
    reason: fault.reason,
    message: fault.message,
  };
}
