/** The names of a restore's steps in order, as progress tells them; a new database skips some of them. */
import type { RestoreRequest } from "../spec/request.js";
import { restoreSteps } from "../workflow/flows.js";

export function stepNames({ spec }: RestoreRequest): readonly string[] {
  const strategy = spec.options?.strategy === "inPlace" ? "inPlace" : "swap";
  return restoreSteps(strategy, spec.stopCluster === true);
}
