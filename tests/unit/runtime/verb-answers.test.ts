/** What an exec of the volume script comes to, by its exit code, its last line, and whether it changes something. */
import { endMark, scriptExit } from "../../../provider/plan/script-exit.js";
import { perform } from "../../../provider/runtime/perform.js";
import { RestoreFault } from "../../../provider/workflow/faults.js";
import type { Effect } from "../../../provider/workflow/effects.js";
import type { KubernetesPort, Ports } from "../../../provider/workflow/ports.js";
import { beginRun } from "../../../provider/workflow/state.js";

const state = beginRun({
  ...{ runId: "run0000001", name: "r", namespace: "n", identity: "i", attempt: 1, generation: 1, now: 0 },
  ...{ remnants: [], carried: undefined },
});

type ExecAnswer = Awaited<ReturnType<KubernetesPort["exec"]>> | RestoreFault;

async function answerOf(answer: ExecAnswer, turn?: number): Promise<string> {
  const exec = (): Promise<Awaited<ReturnType<KubernetesPort["exec"]>>> =>
    answer instanceof RestoreFault ? Promise.reject(answer) : Promise.resolve(answer);
  const effect: Effect = {
    ...{ kind: "exec", key: "swap", pod: "p", container: "neo4j", argv: [] },
    ...(turn === undefined ? {} : { turn }),
  };
  const got = await perform({ kubernetes: { exec } } as unknown as Ports, state, effect);
  return got.ok ? "done" : `${got.fault.kind} ${got.fault.reason}`;
}

const ended = (exitCode: number, stdout = ""): ExecAnswer => ({ exitCode, stdout, stderr: "" });
const broken = new RestoreFault("retry", "KubernetesRefused", "the line broke");
const refused = new RestoreFault("terminal", "KubernetesRefused", "pods/exec is forbidden");

it.each<readonly [what: string, answer: ExecAnswer, verb: string, look: string]>([
  ["whole", ended(0, `swapped=yes\n${endMark}\n`), "done", "done"],
  ["nothing", ended(0, ""), "outcomeUnknown AnswerLost", "retry AnswerLost"],
  ["cut before its last line", ended(0, "swapped=yes\n"), "outcomeUnknown AnswerLost", "retry AnswerLost"],
  ["cut in its last line", ended(0, "swapped=yes\nend=y"), "outcomeUnknown AnswerLost", "retry AnswerLost"],
  ["killed", ended(137), "outcomeUnknown AnswerLost", "retry AnswerLost"],
  ["a line that broke", broken, "outcomeUnknown AnswerLost", "retry KubernetesRefused"],
  ["a call that was refused", refused, "terminal KubernetesRefused", "terminal KubernetesRefused"],
  ["another verb at work", ended(scriptExit.lockHeld), "outcomeUnknown VolumeBusy", "terminal SwapFailed"],
  ["a later driver", ended(scriptExit.driverReplaced), "terminal DriverReplaced", "terminal DriverReplaced"],
  ["a run that is over", ended(scriptExit.runClosed), "terminal DriverReplaced", "terminal DriverReplaced"],
  ["a refusal of the script", ended(scriptExit.swapRefused), "terminal SwapFailed", "terminal SwapFailed"],
])("%s", async (_what, answer, verb, look) => {
  expect([await answerOf(answer, 3), await answerOf(answer)]).toEqual([verb, look]);
});
