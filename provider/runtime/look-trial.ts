/** The trial of a run that has not begun: what Kubernetes would refuse of it. Nothing is made. */
import type { PreflightInput } from "../plan/preflight-input.js";
import type { Fault } from "../workflow/faults.js";
import type { Ports } from "../workflow/ports.js";
import type { Context } from "../workflow/step.js";
import { learn } from "../workflow/steps/preflight.js";
import { tryOut, verdictOf, withFacts } from "../workflow/steps/trial.js";
import { perform } from "./perform.js";

/** @returns nothing where not everything that a run needs is permitted. */
export async function lookAtTrial(
  ports: Ports,
  seen: Context,
  input: PreflightInput,
): Promise<{ readonly refusals: Readonly<Record<string, string>>; readonly fault?: Fault }> {
  if (input.missingPermissions.length > 0 || !input.target.statefulSet) return { refusals: {} };
  let context = withFacts(seen, learn(seen, input));
  for (;;) {
    const move = tryOut(context);
    if (move?.kind !== "perform") return verdictOf(context);
    const { effect } = move;
    const { state } = context;
    const answer = await perform(ports, state, effect);
    if (!answer.ok) return { refusals: {}, fault: answer.fault };
    context = { ...context, state: { ...state, results: { ...state.results, [effect.key]: answer } } };
  }
}
