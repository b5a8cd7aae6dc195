/** What is due for a request, given the run that is there under its name: the rule against restoring twice. Pure. */
import { touchedByUndo } from "../workflow/progression.js";
import type { RunState } from "../workflow/state.js";

export type Due =
  /** Nothing there, another restore was there, or the last attempt failed and gave everything back. */
  | "begin"
  /** The same restore is under way. */
  | "goOn"
  /** Failed after the point of no return: only the failed step and what follows. */
  | "resumeAtStep"
  /** Giving back was not finished. */
  | "giveBack"
  /** A run for another source or trigger is under way: it gives back first. */
  | "endOther"
  | "nothing";

export function dueFor(state: RunState | undefined, identity: string): Due {
  if (!state) return "begin";
  const same = state.identity === identity;
  if (state.standing === "active") {
    // Undo and discard are carried to their end whatever is asked for next.
    const later = touchedByUndo(state) || state.flow === "discard";
    return same || later ? "goOn" : "endOther";
  }
  if (state.outcome?.reason === "RollbackIncomplete") return "giveBack";
  if (!same) return "begin";
  if (state.outcome?.phase === "Completed") return "nothing";
  // Whether a statement ran is for the user to say: resume --skip-hook or --repeat-hook.
  if (state.outcome?.reason === "HookOutcomeUnknown") return "nothing";
  return state.resumeAt === undefined ? "begin" : "resumeAtStep";
}
