/**
 * A verb of the volume script that was sent and whose answer is missing: the line to its pod broke, its driver died, or
 * another verb was at work. It is never just sent again: a look tells first whether it came to its end, and whether
 * anything still works on the volume.
 */
import { jobPaths } from "../plan/restore-job.js";
import { lookCommand } from "../plan/volume-command.js";
import type { RestoreRequest } from "../spec/request.js";
import type { Need } from "./effects.js";
import type { Fault } from "./faults.js";
import type { RunState } from "./state.js";

export function isUnanswered({ kind, reason }: Fault): boolean {
  return kind === "outcomeUnknown" && (reason === "AnswerLost" || reason === "VolumeBusy");
}

/** The look at what became of it, beside what the step itself wants to see. */
export function needsOfUnanswered(state: RunState, request: RestoreRequest): readonly Need[] {
  const { target } = state.facts;
  const waits = Object.values(state.results).some((result) => !result.ok && isUnanswered(result.fault));
  if (!waits || !target) return [];
  const { pod, container } = target;
  const at = { data: jobPaths.data, runId: state.runId, database: request.spec.databaseName };
  return [{ kind: "lastVerb", pod, container, argv: lookCommand("last", at, pod) }];
}
