/**
 * The decision: state, request, what was seen and the time in; the next state, at most one effect, and when to
 * look again out. Pure. Invariants: before the point of no return every failure, cancel and timeout leads into
 * the rollback; after it never; those of an undo lead back to the restored store; either way back ends as
 * RollbackIncomplete rather than in silence.
 */
import type { Observation } from "../plan/observation.js";
import { formatDuration } from "../spec/duration.js";
import type { RestoreRequest } from "../spec/request.js";
import type { Effect } from "./effects.js";
import { lastWords } from "./evidence.js";
import { afterNoReturn, resumeStep } from "./after-no-return.js";
import type { Fault } from "./faults.js";
import { isVerb, turnOf } from "./acting.js";
import { stepsOf } from "./flows.js";
import { limits } from "./limits.js";
import { giveUpMessage } from "./recovery.js";
import { lookingKey } from "./results.js";
import {
  closeStep,
  ended,
  enter,
  givesBack,
  noted,
  startFlow,
  stepAgain,
  withoutWaiting,
} from "./progression.js";
import type { RunState } from "./state.js";
import { endOfReinstating, endOfRollback, endOfUndo, targetGone } from "./rollback-end.js";
import { steps } from "./steps/index.js";
import { isOffline } from "./subject.js";
import type { Move } from "./step.js";
import { isUnanswered } from "./unanswered.js";

export interface Decision {
  readonly state: RunState;
  readonly effect?: Effect;
  /** Instant at which to look again at the latest; absent when there is something to do at once or nothing at all. */
  readonly wakeAt?: number;
}

export function transition(
  state: RunState,
  request: RestoreRequest,
  seen: Observation,
  now: number,
): Decision {
  if (state.standing === "ended") return { state };
  const settled = settleIntent(state);
  if (settled !== state) return { state: settled };
  // Nothing can be given back to a target that is no more.
  if (givesBack(state) && seen.target !== undefined && seen.target.found !== "one")
    return {
      state: ended(state, state.flow === "rollback" ? endOfRollback(state) : targetGone(state), now),
    };
  const stopped = stopReason(state, request, seen, now);
  if (stopped) return { state: failed(state, stopped, now) };
  if (state.retry && now < state.retry.until) return { state, wakeAt: state.retry.until };
  const looking = seeingAgain(state);
  return apply(looking, request, steps[state.step].decide({ state: looking, request, seen, now }), now);
}

/** A look that succeeded ends the trouble with looking: the next one, hours later, is another. */
function seeingAgain(state: RunState): RunState {
  const { retry, ...rest } = state;
  return retry?.key === lookingKey ? rest : state;
}

/** An intent without a result: its driver died. What may not be repeated is unknown now; all else is looked at again. */
function settleIntent(state: RunState): RunState {
  const { intent, ...rest } = state;
  if (!intent) return state;
  // It may have been taken, or be on its way: it is given back like one that was.
  if (intent.key === "hold")
    return { ...rest, results: { ...state.results, hold: { ok: true, output: {} } } };
  if (!intent.once && intent.verb !== true) return rest;
  const fault: Fault = {
    kind: "outcomeUnknown",
    reason: intent.verb === true ? "AnswerLost" : "HookOutcomeUnknown",
    message: "the process ended before the answer came",
  };
  return { ...rest, results: { ...state.results, [intent.key]: { ok: false, fault } } };
}

function stopReason(
  state: RunState,
  request: RestoreRequest,
  seen: Observation,
  now: number,
): Fault | undefined {
  const blind = state.results[lookingKey];
  if (blind && !blind.ok) return blind.fault;
  const late = state.rollbackDeadline !== undefined && now > state.rollbackDeadline;
  if (givesBack(state)) {
    return late
      ? { kind: "terminal", reason: "RollbackIncomplete", message: "giving back took too long" }
      : undefined;
  }
  if (state.flow === "undo") return undoStopped(state, seen, late);
  if (state.flow !== "restore" || state.step === "Release") return undefined;
  const told = { kind: "terminal", ...lastWords(seen, state) } as const;
  if (seen.cancelRequested === true && mayCancel(state, request))
    return { ...told, reason: "Cancelled", message: "the restore was cancelled" };
  const timed = state.pointOfNoReturnAt === undefined && state.deadline !== undefined && now > state.deadline;
  return timed
    ? {
        ...told,
        reason: "TimedOut",
        message: `the restore did not finish within its timeout (step ${state.step})`,
      }
    : undefined;
}

/** An undo whose previous store serves is only noted and cleaned up: that is neither cancelled nor late. */
function undoStopped(state: RunState, seen: Observation, late: boolean): Fault | undefined {
  if (state.facts.undone === true) return undefined;
  if (seen.cancelRequested === true)
    return { kind: "terminal", reason: "Cancelled", message: "the undo was cancelled" };
  const what = state.waiting?.message ?? steps[state.step].says;
  const message = `it did not come to its end within ${formatDuration(limits.rollback)} (step ${state.step}: ${what})`;
  return late ? { kind: "terminal", reason: "UndoFailed", message } : undefined;
}

/** Past the point of no return the way to an open database is short and the only good one: a cancel waits for its end. */
function mayCancel({ pointOfNoReturnAt, step }: RunState, request: RestoreRequest): boolean {
  const hooks = step === "PostHooks" && request.spec.options?.postRestore !== undefined;
  return pointOfNoReturnAt === undefined || step === "Restore" || hooks;
}

function apply(state: RunState, request: RestoreRequest, move: Move, now: number): Decision {
  switch (move.kind) {
    case "perform": {
      // What has failed for good in this step is not asked for again, or it would be asked for ever.
      const past = state.results[move.effect.key];
      if (past && !past.ok && !isUnanswered(past.fault)) return { state: failed(state, past.fault, now) };
      return {
        state: {
          ...noted(withoutWaiting(state), move.note),
          ...(state.retry?.key === move.effect.key ? { retry: state.retry } : {}),
          ...turnOf(move.effect),
          intent: { key: move.effect.key, once: move.effect.once === true, ...isVerb(move.effect) },
        },
        effect: move.effect,
      };
    }
    case "answered": {
      const answer = { ok: true, output: {} } as const;
      return { state: { ...withoutWaiting(state), results: { ...state.results, [move.key]: answer } } };
    }
    case "learn":
      return {
        state: noted({ ...withoutWaiting(state), facts: { ...state.facts, ...move.facts } }, move.note),
      };
    case "next":
      return {
        state: advance(
          noted({ ...withoutWaiting(state), facts: { ...state.facts, ...move.facts } }, move.note),
          request,
          move.message,
          now,
        ),
      };
    case "again":
      return { state: stepAgain(state, move, now) };
    case "wait":
      return waited(state, move, now);
    case "fail": {
      const { pointOfNoReturnAt: _notReached, ...before } = state;
      return { state: failed(move.refused === true ? before : state, move.fault, now) };
    }
    case "noWayBack":
      return { state: noWayBack(state, move.message, now) };
    case "end":
      return { state: ended({ ...state, facts: { ...state.facts, ...move.facts } }, move.outcome, now) };
  }
}

function waited(state: RunState, move: Extract<Move, { kind: "wait" }>, now: number): Decision {
  const since = state.waiting?.reason === move.reason ? state.waiting.since : now;
  if (move.limitMs !== undefined && now - since >= move.limitMs) {
    const early = state.lockedAt === undefined || move.reason === "BackupRunning";
    const fault: Fault = move.orElse ?? {
      kind: "terminal",
      reason: early ? "WaitedTooLong" : move.reason,
      message: early ? `waited too long: ${move.message}` : move.message,
    };
    return { state: failed(state, fault, now) };
  }
  const same = state.waiting?.reason === move.reason && state.waiting.message === move.message;
  const percent = move.percent === undefined ? {} : { percent: move.percent };
  const waiting = { reason: move.reason, message: move.message, since, ...percent };
  const next = same ? state : { ...state, waiting };
  // What has taken long may take a twentieth longer to be noticed: a server is not asked 150 ms apart for an hour.
  const patience = Math.min((now - since) / 20, limits.poll);
  const look = now + Math.max(move.pollMs ?? limits.poll, patience);
  return { state: next, wakeAt: Math.min(look, since + (move.limitMs ?? Infinity)) };
}

function advance(
  state: RunState,
  request: RestoreRequest,
  message: string | undefined,
  now: number,
): RunState {
  const order = stepsOf(state, isOffline(state, request));
  const resumes = state.flow === "restore" && state.step === "Lock";
  const following =
    resumes && state.resumeAt !== undefined ? state.resumeAt : order[order.indexOf(state.step) + 1];
  if (following === undefined)
    throw new Error(`bug: step ${state.step} of flow ${state.flow} has no next step and did not end`);
  const { resumeAt: _reached, ...rest } = state;
  // Waiting for the lock has its own bound.
  if (state.flow === "undo" && state.step === "Lock")
    return enter(
      closeStep({ ...state, rollbackDeadline: now + limits.rollback }, message, now),
      following,
      now,
    );
  return enter(closeStep(resumes ? rest : state, message, now), following, now);
}

/** Where a failure leads: back, or to an honest end. */
function failed(before: RunState, fault: Fault, now: number): RunState {
  // Which statements ran is not forgotten while the user decides about the one that may have run.
  const carried =
    fault.reason === "HookOutcomeUnknown" ? { carried: { step: before.step, results: before.results } } : {};
  const state = closeStep(
    { ...withoutWaiting(before), ...carried, errorCount: before.errorCount + 1 },
    fault.message,
    now,
  );
  switch (state.flow) {
    case "restore":
      if (state.pointOfNoReturnAt === undefined)
        return startFlow(
          { ...state, fault, rollbackDeadline: now + limits.rollback },
          "rollback",
          "StopJobs",
          now,
        );
      if (state.step === "Release")
        return ended(
          { ...state, resumeAt: state.resumeAt ?? "Release" },
          { phase: "Failed", reason: fault.reason, message: fault.message },
          now,
        );
      return enter(
        { ...state, fault: afterNoReturn(state, fault), resumeAt: resumeStep(state) },
        "Release",
        now,
      );
    case "rollback":
      return ended(
        state,
        { phase: "Failed", reason: "RollbackIncomplete", message: giveUpMessage(state, fault) },
        now,
      );
    case "undo": {
      const faulty = { ...state, fault };
      const holds = state.step !== "Lock" || state.results["hold"]?.ok === true;
      return holds && state.facts.undone !== true
        ? startFlow(faulty, "reinstate", "TakeBack", now)
        : ended(faulty, endOfUndo(faulty), now);
    }
    case "reinstate":
      return ended(
        state,
        state.step === "Clean"
          ? endOfReinstating(state, fault)
          : { phase: "Failed", reason: "RollbackIncomplete", message: giveUpMessage(state, fault) },
        now,
      );
    case "discard":
      // What was restored is as it was, and so is what is told of it: a later try is not another step of the restore.
      return ended({ ...withoutSteps(state), fault, errorCount: before.errorCount }, outcomeOf(state), now);
  }
}

function withoutSteps(state: RunState): RunState {
  const begun = state.steps.map(({ name }) => name).lastIndexOf("Lock");
  return { ...state, steps: state.steps.slice(0, begun) };
}

const outcomeOf = ({ outcome }: RunState): NonNullable<RunState["outcome"]> =>
  outcome ?? { phase: "Completed", reason: "Restored", message: "" };

/** The run had passed its point of no return before it was seen to: it ends as if it had failed after it. */
function noWayBack(before: RunState, message: string, now: number): RunState {
  const { rollbackDeadline: _over, ...state } = closeStep(withoutWaiting(before), message, now);
  const { reason, message: why } = endOfRollback(before);
  const fault: Fault = before.fault ?? { kind: "terminal", reason, message: why };
  const forward: RunState = { ...state, flow: "restore", step: "Restore", pointOfNoReturnAt: now, fault };
  return enter({ ...forward, resumeAt: resumeStep(forward) }, "Release", now);
}
