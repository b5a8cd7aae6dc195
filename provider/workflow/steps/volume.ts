/**
 * A verb of the volume script, wherever it can run: in the server's own container while a pod runs (no second
 * pod on the volume, milliseconds), in a Job of ours while nothing does.
 */
import { jobPaths } from "../../plan/restore-job.js";
import {
  lookCommand,
  parseReport,
  volumeCommand,
  type Acting,
  type BackFrom,
  type VolumeVerb,
} from "../../plan/volume-command.js";
import { actingByExec, nextTurn } from "../acting.js";
import type { Fault } from "../faults.js";
import { limits } from "../limits.js";
import { fail, once, resultOf, type Context, type Move } from "../step.js";
import { runningPod, seenTarget, targetFacts } from "../subject.js";
import { isUnanswered } from "../unanswered.js";
import { verbByJob } from "./volume-job.js";

/** The look of `inspect`, in the server's container. @returns undefined when it is there, for printed() */
export function lookAtStores(context: Context): Move | undefined {
  const { state, request, seen } = context;
  const pod = runningPod(state, seen);
  if (!pod) return waitForPod(context);
  const at = { data: jobPaths.data, runId: state.runId, database: request.spec.databaseName };
  const { container } = targetFacts(state);
  const argv = lookCommand("inspect", at);
  return once(context, { kind: "exec", key: "inspect", pod: pod.name, container, argv });
}

function waitForPod({ state }: Context): Move {
  return {
    kind: "wait",
    reason: "TargetNotReady",
    message: `waiting for pod ${targetFacts(state).pod} to run`,
    pollMs: limits.poll,
    limitMs: limits.serverStart,
  };
}

/** @returns undefined when the verb is done. */
export function volumeVerb(
  context: Context,
  verb: VolumeVerb,
  options: {
    readonly runId?: string;
    /** Where the same verb goes twice in one step. */
    readonly key?: string;
    readonly discardPrevious?: boolean;
    readonly discardWritten?: boolean;
    readonly backFrom?: BackFrom;
  } = {},
): Move | undefined {
  const { state, request, seen } = context;
  const argvOf = (acting: Acting): readonly string[] =>
    volumeCommand(verb, {
      data: jobPaths.data,
      runId: options.runId ?? state.runId,
      database: request.spec.databaseName,
      acting,
      discardPrevious: options.discardPrevious === true,
      discardWritten: options.discardWritten === true,
      ...(options.backFrom === undefined ? {} : { backFrom: options.backFrom }),
    });
  const key = options.key ?? (options.runId === undefined ? verb : `${verb}-${options.runId}`);
  const pod = runningPod(state, seen);
  if (pod) return sendByExec(context, key, pod.name, argvOf);
  const target = seenTarget(seen);
  if (!target?.statefulSet) return fail("TargetNotFound", `target ${request.spec.clusterRef} is gone`);
  if (target.statefulSet.replicas > 0) return waitForPod(context);
  return verbByJob(context, verb, argvOf);
}

/**
 * In the server's container, once. Where its answer was lost a look says whether it came to its end; only where it did
 * not, and nothing works on the volume, it is sent again, with a turn of its own: the first is refused from then on.
 */
export function sendByExec(
  context: Context,
  key: string,
  pod: string,
  argvOf: (acting: Acting) => readonly string[],
): Move | undefined {
  const { state, seen } = context;
  const { container } = targetFacts(state);
  const send = (ended: readonly string[] = []): Move => {
    const argv = argvOf(actingByExec(state, pod, ended));
    return { kind: "perform", effect: { kind: "exec", key, pod, container, argv, turn: nextTurn(state) } };
  };
  const result = resultOf(context, key);
  if (!result) return send();
  if (result.ok) return undefined;
  if (!isUnanswered(result.fault)) return { kind: "fail", fault: result.fault };
  const { lastVerb } = seen;
  if (lastVerb && result.fault.reason === "AnswerLost" && lastVerb.doneTurn === state.turn)
    return { kind: "answered", key };
  if (lastVerb && lastVerb.heldBy === undefined) return sendAgain(context, result.fault, send);
  if (lastVerb?.heldBy !== undefined && lastVerb.holderEnded === true) return send([lastVerb.heldBy]);
  return {
    kind: "wait",
    reason: "VolumeBusy",
    message: `waiting until nothing works on the volume of pod ${pod} any more: ${result.fault.message}`,
    pollMs: limits.firstPause * 2,
    limitMs: limits.rollback,
  };
}

/** Not at once, and not for ever: what ends it each time the same way, as a limit of memory, would do so again. */
function sendAgain({ state, now }: Context, fault: Fault, send: () => Move): Move {
  const entered = state.steps.at(-1)?.startedAt ?? now;
  if (now - entered > limits.retry) return { kind: "fail", fault: { ...fault, kind: "terminal" } };
  const pause = Math.min(Math.max(limits.firstPause, (now - entered) / 10), limits.longestPause);
  const { waiting } = state;
  if (waiting?.reason === "AnswerLost" && now - waiting.since >= pause) return send();
  return { kind: "wait", reason: "AnswerLost", message: fault.message, pollMs: pause };
}

/** The pairs that a verb printed; none where it has not run, or failed. */
export function printed(context: Context, key: string): Readonly<Record<string, string>> {
  const result = resultOf(context, key);
  return parseReport(result?.ok === true ? (result.output["stdout"] ?? "") : "");
}
