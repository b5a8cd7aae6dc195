/**
 * Asks the volume what became of a verb whose answer was lost, by the script's `last`, which changes nothing; and who
 * it was that kept a Job of ours from the volume's lock.
 */
import type { JobView, LockHolderView, Observation } from "../plan/observation.js";
import { jobPaths } from "../plan/restore-job.js";
import { scriptExit } from "../plan/script-exit.js";
import { isWhole, lookCommand, parseReport } from "../plan/volume-command.js";
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

/** @returns undefined where the Job came to the lock, or has not said who has it */
export async function lockHolder(
  ports: Ports,
  state: RunState,
  ref: TargetRef,
  job: JobView | undefined,
): Promise<LockHolderView | undefined> {
  if (job?.over !== true || job.exitCode !== scriptExit.lockHeld) return undefined;
  const { holder: pod, entry } = parseReport(job.terminationMessage ?? "");
  if (pod === undefined || entry === undefined) return undefined;
  return { pod, entry, gone: await isGone(ports, state, ref, pod) };
}

/** The server's pod may have had its container begun anew: only there its processes can be looked for. */
async function isGone(ports: Ports, state: RunState, ref: TargetRef, pod: string): Promise<boolean> {
  if (await ports.kubernetes.podEnded(state.namespace, pod)) return true;
  const { target } = state.facts;
  if (target?.pod !== pod) return false;
  const at = { data: jobPaths.data, runId: state.runId, database: "" };
  const { container } = target;
  const argv = lookCommand("last", at, pod);
  const { lastVerb: last } = await lastVerb(ports, state, ref, { kind: "lastVerb", pod, container, argv });
  return last !== undefined && last.heldBy !== pod;
}

/** The pod whose verb has the lock, by what a verb printed that was kept from it; only where nothing of that pod runs. */
export async function leftInLock(
  { kubernetes }: Ports,
  namespace: string,
  { exitCode, stdout }: { readonly exitCode: number; readonly stdout: string },
): Promise<readonly string[]> {
  const { holder } = parseReport(stdout);
  if (exitCode !== scriptExit.lockHeld || holder === undefined) return [];
  return (await kubernetes.podEnded(namespace, holder)) ? [holder] : [];
}
