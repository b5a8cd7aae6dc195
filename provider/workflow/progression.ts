/**
 * The bookkeeping of a run as it moves on: steps entered and closed, flows begun, ends recorded. Pure; no decision
 * is taken here. Invariant: a step that is entered starts with no results but those it was left with on purpose.
 */
import { limits } from "./limits.js";
import type { Reason } from "./reasons.js";
import type { Flow, RunState, StepName } from "./state.js";
import type { Move, StateNote } from "./step.js";

export function closeStep(state: RunState, message: string | undefined, now: number): RunState {
  const last = state.steps.at(-1);
  if (!last || last.endedAt !== undefined) return state;
  return {
    ...state,
    steps: [
      ...state.steps.slice(0, -1),
      { ...last, endedAt: now, ...(message === undefined ? {} : { message }) },
    ],
  };
}

export function enter(state: RunState, step: StepName, now: number): RunState {
  const { carried, ...rest } = state;
  const due = carried?.step === step;
  return {
    ...(due ? rest : state),
    step,
    results: due ? carried.results : {},
    steps: [...state.steps, { name: step, startedAt: now, attempt: state.attempt }],
  };
}

/** What the step that is left has found out of the database is of a moment that is over. */
export function stepAgain(before: RunState, move: Extract<Move, { kind: "again" }>, now: number): RunState {
  const { frozenAt: _writable, ...state } = withoutWaiting(before);
  const { end: _end, lostTxn: _txn, ...facts } = state.facts;
  const next = noted({ ...state, facts: { ...facts, ...move.facts } }, move.note);
  return enter(closeStep(next, move.message, now), move.step, now);
}

/** Enters another flow of the same run. */
export function startFlow(state: RunState, flow: Flow, step: StepName, now: number): RunState {
  const { rollbackDeadline: _former, ...rest } = withoutWaiting(state);
  const next: RunState = { ...rest, flow, standing: "active" };
  return enter(givesBack(next) ? { ...next, rollbackDeadline: now + limits.rollback } : next, step, now);
}

/** Giving back that was not finished, or was broken off by force, goes on. */
export function giveBackAgain(state: RunState, now: number): RunState {
  return touchedByUndo(state)
    ? startFlow(state, "reinstate", "Lock", now)
    : startFlow(state, "rollback", "StopJobs", now);
}

/**
 * Refusals that are waited out rather than judged. A login: it was accepted until now, may be again, and the target is
 * taken. On the way back, while the database is out of service, whatever Kubernetes refuses: a right may be granted
 * again, a quota be raised, and nothing else than waiting can still give the service back.
 */
export function outlasts(state: RunState, reason: Reason): boolean {
  if (reason === "KubernetesUnauthorized") return state.lockedAt !== undefined;
  return reason === "KubernetesRefused" && givesBack(state) && interrupted(state);
}

/** The database may be out of service because of this run: its driver does not leave now. */
export function interrupted(state: RunState): boolean {
  if (state.standing === "ended") return false;
  if (touchedByUndo(state)) return state.facts.undo !== undefined && state.step !== "Clean";
  return outSince(state) !== undefined && state.onlineAt === undefined;
}

/** Since when clients' writes fail, and at some time their reads as well. */
export function outSince({ frozenAt, offlineAt }: RunState): number | undefined {
  return frozenAt ?? offlineAt;
}

/** A flow that gives the service back, with a budget of its own; nothing cancels it. */
export function givesBack({ flow }: Pick<RunState, "flow">): boolean {
  return flow === "rollback" || flow === "reinstate";
}

/** An undo is under way or was the last thing that was asked for, also where it goes back to what was restored. */
export function touchedByUndo({ flow }: Pick<RunState, "flow">): boolean {
  return flow === "undo" || flow === "reinstate";
}

/** An undo that ended neither with the one store nor with the other: only going on leads out of it. */
export function undoUnfinished(state: RunState): boolean {
  const ended = state.standing === "ended" && state.outcome?.phase === "Failed";
  return ended && touchedByUndo(state) && state.facts.undone !== true;
}

/** Takes a run that failed after the point of no return up again where it failed, with its whole time once more. */
export function resumeFailed(state: RunState, now: number): RunState {
  const { fault: _fault, outcome: _outcome, endedAt: _endedAt, deadline: _former, ...rest } = state;
  return startFlow({ ...rest, attempt: state.attempt + 1, resumed: true }, "restore", "Lock", now);
}

export function ended(state: RunState, outcome: NonNullable<RunState["outcome"]>, now: number): RunState {
  // A run that ended well and is asked for undo or discard later keeps the time of its own end.
  const later = touchedByUndo(state) || state.flow === "discard";
  const endedAt = later ? (state.endedAt ?? now) : now;
  return closeStep(
    { ...withoutWaiting(state), standing: "ended", outcome, endedAt, results: {} },
    outcome.message,
    now,
  );
}

export function noted(state: RunState, note: StateNote | undefined): RunState {
  if (!note) return state;
  const { remark, ...moments } = note;
  return {
    ...state,
    ...moments,
    ...(remark === undefined || state.notes.includes(remark) ? {} : { notes: [...state.notes, remark] }),
  };
}

export function withoutWaiting(state: RunState): RunState {
  if (state.waiting === undefined && state.retry === undefined) return state;
  const { waiting: _waiting, retry: _retry, ...rest } = state;
  return rest;
}
