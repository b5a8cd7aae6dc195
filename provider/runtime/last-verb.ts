/** Asks the volume what became of a verb whose answer was lost, by the script's `last`, which changes nothing. */
import type { Observation } from "../plan/observation.js";
import { isWhole, parseReport } from "../plan/volume-command.js";
import type { Need } from "../workflow/effects.js";
import { RestoreFault } from "../workflow/faults.js";
import type { Ports, TargetRef } from "../workflow/ports.js";
import type { RunState } from "../workflow/state.js";

/** @returns nothing where the pod does not run: the verb's Job, or the pod's start, comes first then */
export async function lastVerb(
  { kubernetes }: Ports,
  { namespace }: RunState,
  ref: TargetRef,
  { pod, container, argv }: Extract<Need, { kind: "lastVerb" }>,
): Promise<Observation> {
  const lookup = await kubernetes.target(ref);
  const pods = lookup.found === "one" ? lookup.target.pods : [];
  if (!pods.some((one) => one.name === pod && one.running && !one.terminating)) return {};
  const { exitCode, stdout } = await kubernetes.exec(namespace, pod, container, argv);
  if (exitCode !== 0 || !isWhole(stdout))
    throw new RestoreFault(
      "retry",
      "AnswerLost",
      `pod ${pod} did not tell what became of the last verb on its volume (exit code ${exitCode})`,
    );
  const { done_turn: doneTurn = "0", lock, holder = "" } = parseReport(stdout);
  if (lock !== "held") return { lastVerb: { doneTurn: Number(doneTurn) } };
  // In its own pod the script has looked for the holder's process itself.
  const holderEnded = holder !== pod && (await kubernetes.podEnded(namespace, holder));
  return { lastVerb: { doneTurn: Number(doneTurn), heldBy: holder, holderEnded } };
}
