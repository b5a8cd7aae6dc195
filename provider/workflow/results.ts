/**
 * What an effect's answer does to the state. A retryable fault is tried again with growing pauses for a bounded
 * time; a lost answer of what may be repeated counts as one, and so does a refusal that is to be outlasted; all else
 * is recorded for the step to judge.
 */
import type { Effect } from "./effects.js";
import type { Fault } from "./faults.js";
import { limits } from "./limits.js";
import { givesBack, outlasts, outSince } from "./progression.js";
import { isUnanswered } from "./unanswered.js";
import type { RunState } from "./state.js";

/** The key under which a failure to look is counted and, in the end, recorded. */
export const lookingKey = "look";

export type Answer =
  | { readonly ok: true; readonly output: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly fault: Fault };

export function recordResult(state: RunState, effect: Effect, answer: Answer, now: number): RunState {
  const { intent: _answered, retry, ...rest } = state;
  if (answer.ok) return { ...rest, results: { ...state.results, [effect.key]: answer } };
  const fault: Fault = outlasts(state, answer.fault.reason)
    ? { ...answer.fault, kind: "retry" }
    : answer.fault;
  const again =
    fault.kind === "retry" ||
    fault.kind === "waiting" ||
    (fault.kind === "outcomeUnknown" && effect.once !== true && !isUnanswered(fault));
  if (again) return retried({ ...rest, ...(retry ? { retry } : {}) }, effect.key, fault, now);
  return { ...rest, errorCount: state.errorCount + 1, results: { ...state.results, [effect.key]: answer } };
}

/**
 * Looking failed, not acting: the same patience. While there is something to lose even for a refusal of Kubernetes: a
 * token that is renewed a moment too late must not end hours of work, nor a rollback. Never for a login that Neo4j
 * refused, which more attempts would lock.
 */
export function recordBlindness(state: RunState, fault: Fault, now: number): RunState {
  const atStake = state.facts.jobCreated === true || outSince(state) !== undefined;
  const patient =
    fault.kind !== "terminal" ||
    (atStake && fault.reason === "KubernetesRefused") ||
    outlasts(state, fault.reason);
  return retried(state, lookingKey, patient ? { ...fault, kind: "retry" } : fault, now);
}

function retried(state: RunState, key: string, fault: Fault, now: number): RunState {
  const before = state.retry?.key === key ? state.retry : undefined;
  const since = before?.since ?? now;
  const spent =
    fault.kind === "terminal" || now - since > (givesBack(state) ? limits.rollback : limits.retry);
  if (spent) {
    const { retry: _retry, ...rest } = state;
    const terminal: Fault = { ...fault, kind: "terminal" };
    return {
      ...rest,
      errorCount: state.errorCount + 1,
      results: { ...state.results, [key]: { ok: false, fault: terminal } },
    };
  }
  const count = (before?.count ?? 0) + 1;
  const pause = Math.min(limits.firstPause * 2 ** (count - 1), limits.longestPause);
  return {
    ...state,
    errorCount: state.errorCount + 1,
    retry: { key, count, since, until: now + pause, fault },
  };
}
