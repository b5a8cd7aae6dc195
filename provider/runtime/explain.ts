/** What a face is told of an error that came out of the engine; undefined: a bug, to be shown as it is. */
import { RestoreFault } from "../workflow/faults.js";
import { reasons } from "../workflow/reasons.js";
import type { RunReport } from "./engine.js";

export function explain(error: unknown): RunReport["failure"] {
  if (!(error instanceof RestoreFault)) return undefined;
  const { reason, message } = error;
  const remedy = reasons[reason][1];
  // What is not valid is named in the message, with what to write instead.
  return { reason, message, hints: remedy === "" || reason === "InvalidSpec" ? [] : [remedy] };
}
