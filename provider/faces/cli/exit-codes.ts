/** How the command ends: a number per outcome, documented in the help, for scripts. Never renumbered. */
import type { RunReport } from "../../runtime/engine.js";

export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  left: 3,
  cancelled: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** @param cancelled Ctrl-C was pressed while it ran. */
export function exitCodeOf({ failure }: RunReport, cancelled: boolean): ExitCode {
  if (!failure) return exitCodes.ok;
  if (failure.reason === "Interrupted") return exitCodes.left;
  return cancelled && failure.reason === "Cancelled" ? exitCodes.cancelled : exitCodes.failed;
}
