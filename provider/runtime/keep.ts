/**
 * The effect before anything is stopped: what must be given back lies in its Secret and, where a pod runs, beside the
 * stores on the volume. Invariant: it is done only when both were read back and are what is to be kept.
 */
import { ballast } from "../plan/ballast-script.js";
import { digestOf } from "../plan/digest.js";
import { jobPaths } from "../plan/restore-job.js";
import { isOutdated, scriptExit } from "../plan/script-exit.js";
import { isWhole, keepCommands, keptCommand, parseReport } from "../plan/volume-command.js";
import type { Effect } from "../workflow/effects.js";
import { RestoreFault } from "../workflow/faults.js";
import type { Ports } from "../workflow/ports.js";
import type { RunState } from "../workflow/state.js";
import { pack } from "./kept-pack.js";
import { leftInLock } from "./last-verb.js";

export async function keep(
  ports: Ports,
  { namespace, name, runId, facts, flow }: RunState,
  { on, database }: Extract<Effect, { kind: "keep" }>,
): Promise<void> {
  const kept = pack(facts);
  if (!kept) throw new Error("bug: there is nothing to give back yet");
  await ports.journal.keep(namespace, name, runId, kept);
  if (!on) return;
  const of = { runId, database };
  // An undo keeps what its restore has kept, mostly: where the volume is full by now, nothing has to be written, and the ballast is there for the undo.
  if (flow === "undo" && (await liesThere(ports, namespace, of, on, digestOf(kept.content)))) return;
  await onVolume(ports, namespace, of, on, kept.content);
}

type On = NonNullable<Extract<Effect, { kind: "keep" }>["on"]>;

interface Of {
  readonly runId: string;
  readonly database: string;
}

async function liesThere(
  { kubernetes }: Ports,
  namespace: string,
  of: Of,
  { pod, container }: On,
  sum: string,
): Promise<boolean> {
  const argv = keptCommand({ data: jobPaths.data, ...of }, 1, 1);
  const { exitCode, stdout } = await kubernetes.exec(namespace, pod, container, argv);
  const { kept, ballast: pieces } = parseReport(stdout);
  return exitCode === 0 && isWhole(stdout) && kept === sum && Number(pieces) >= ballast.enough;
}

async function onVolume(ports: Ports, namespace: string, of: Of, on: On, content: string): Promise<void> {
  const sum = digestOf(content);
  const at = { data: jobPaths.data, ...of, acting: on.acting };
  let there: string | undefined;
  for (const argv of keepCommands(at, content, sum)) {
    const answer = await ports.kubernetes.exec(namespace, on.pod, on.container, argv);
    const { exitCode, stdout, stderr } = answer;
    const left = await leftInLock(ports, namespace, answer);
    if (left.length > 0 && on.acting.ended?.includes(left[0] ?? "") !== true)
      return onVolume(ports, namespace, of, { ...on, acting: { ...on.acting, ended: left } }, content);
    if (exitCode !== 0) throw refused(on.pod, exitCode, stderr);
    // An answer without its end is none, and the whole may be kept once more.
    if (!isWhole(stdout)) throw cut(on.pod);
    there = parseReport(stdout)["kept"];
  }
  if (there !== sum) throw refused(on.pod, 0, "what lies there is not what was written");
}

function refused(pod: string, exitCode: number, why: string): RestoreFault {
  const options = { evidence: { exitCode, text: why } };
  if (isOutdated(exitCode))
    return new RestoreFault("terminal", "DriverReplaced", `the volume of ${pod} has another driver`, options);
  const what = `what must be given back could not be kept on the volume of ${pod}, so nothing was stopped`;
  return exitCode === scriptExit.lockHeld
    ? new RestoreFault("retry", "TakeOfflineFailed", `${what}: another verb is at work there`, options)
    : new RestoreFault("terminal", "TakeOfflineFailed", `${what}: is it full, or read-only?`, options);
}

function cut(pod: string): RestoreFault {
  return new RestoreFault("retry", "TakeOfflineFailed", `the answer of the volume of ${pod} was cut`);
}
