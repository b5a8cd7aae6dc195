/**
 * What a person asks of a restore that is there already: undo, discard, resume and release. Each only says from which
 * state the run goes on, or why it cannot; nothing is touched here.
 */
import { keepsOnlyCopy } from "../plan/strategy.js";
import { RestoreFault } from "../workflow/faults.js";
import type { Ports } from "../workflow/ports.js";
import {
  giveBackAgain,
  resumeFailed,
  startFlow,
  touchedByUndo,
  undoUnfinished,
} from "../workflow/progression.js";
import { byHand, notKept } from "../workflow/recovery.js";
import type { RunState } from "../workflow/state.js";
import { previousAside } from "../workflow/subject.js";
import type { Driven } from "./drive.js";
import { fresh } from "./fresh-run.js";
import { settleHook } from "./hook-choice.js";

type Verb = "undo" | "discard";

/**
 * A verb is about the store of the run that whoever types it has seen: not of one that is under way.
 * @returns whether the verb itself is under way
 */
export function isUnderWay(state: RunState, verb: Verb): boolean {
  if (state.standing === "ended") return false;
  const { name, flow, namespace } = state;
  const underWay = touchedByUndo(state) ? "undo" : flow;
  if (underWay === verb) return true;
  const at = `${name} --namespace ${namespace}`;
  const restores = underWay === "restore" || underWay === "rollback";
  throw new RestoreFault(
    "terminal",
    "RestoreNotOver",
    restores
      ? `restore ${name} is not over (step ${state.step}), so ${verb} was not begun: neo4j-restore resume ${at} ends it; neo4j-restore release ${at} gives back what it took`
      : `${underWay === "undo" ? "an" : "a"} ${underWay} of restore ${name} is not over (step ${state.step}), so ${verb} was not begun: neo4j-restore resume ${at} ends it`,
  );
}

/** @param runId of the run that was there when the verb was asked for */
export function expectSame(state: RunState, runId: string | undefined, verb: Verb): void {
  if (runId === undefined || state.runId === runId) return;
  throw new RestoreFault(
    "terminal",
    "RestoreNotOver",
    `another run of restore ${state.name} has begun since ${verb} was asked for (${state.runId}, not ${runId}): look at it first, neo4j-restore status ${state.name} --namespace ${state.namespace}`,
  );
}

export function startUndo(there: Driven, now: number): Driven {
  const { state } = there;
  if (isUnderWay(state, "undo")) return there;
  refuseUnfinished(state);
  const previous = previousAside(state);
  if (state.facts.undone === true)
    throw new RestoreFault("terminal", "InvalidSpec", `restore ${state.name} was undone before`);
  if (previous && keepsOnlyCopy(state.facts.strategy))
    throw new RestoreFault(
      "terminal",
      "StrategyNotPossible",
      `restore ${state.name} replaced a cluster's database, which undo cannot take back; its old store is kept at ${previous.path} of ${state.facts.target?.pod ?? "the seeder"}: ${byHand}`,
    );
  const gone = whyNone(state);
  if (gone !== undefined)
    throw new RestoreFault(
      "terminal",
      "InvalidSpec",
      `restore ${state.name} has no previous store that could be put back: ${gone}`,
    );
  return beginUndo(there, now);
}

/** A cancel is meant for one attempt: one that came too late for the restore is not one of its undo. */
function beginUndo(there: Driven, now: number): Driven {
  const { facts, attempt, ...rest } = withoutFault(there.state);
  const { undo: _earlier, ...known } = facts;
  const state = { ...rest, facts: known, attempt: there.cancel ? attempt + 1 : attempt };
  return { ...there, cancel: false, state: startFlow(state, "undo", "Lock", now) };
}

/** Which store is the good one is not known before: neither may be moved from where it is taken to be, or removed. */
function refuseUnfinished(state: RunState): void {
  if (undoUnfinished(state))
    throw new RestoreFault(
      "terminal",
      "RollbackIncomplete",
      `an undo of restore ${state.name} has not given everything back: first neo4j-restore resume ${state.name} --namespace ${state.namespace}`,
    );
}

/** Why nothing could be put back, with what to do next time; undefined where something can. */
function whyNone({ facts: { previous, strategy, restored } }: RunState): string | undefined {
  if (strategy === "create") return "there was no database before it";
  if (strategy === "inPlace") return "strategy inPlace removed it first";
  if (previous?.noRoom === true) return `${notKept}; with options.keepPrevious it is kept all the same`;
  if (previous?.discarded === true) return "it was removed (by options.keepPrevious, or by discard)";
  if (previous) return undefined;
  return restored === undefined ? "nothing was restored" : `strategy ${strategy ?? "auto"} sets none aside`;
}

export function startDiscard(there: Driven, now: number): Driven {
  const { state } = there;
  if (isUnderWay(state, "discard")) return there;
  refuseUnfinished(state);
  if (!previousAside(state)) {
    throw new RestoreFault("terminal", "InvalidSpec", `restore ${state.name} has no previous store`);
  }
  return { ...there, state: startFlow(withoutFault(state), "discard", "Lock", now) };
}

export function resumed(
  ports: Ports,
  there: Driven,
  hook: "skip" | "repeat" | undefined,
): Driven | undefined {
  const { state } = there;
  if (state.standing === "active") return there;
  if (state.outcome?.reason === "HookOutcomeUnknown" && hook === undefined) {
    throw new RestoreFault(
      "terminal",
      "HookOutcomeUnknown",
      `${state.outcome.message}: say --skip-hook or --repeat-hook`,
    );
  }
  if (undoUnfinished(state)) return { ...there, state: giveBackAgain(state, ports.clock.now()) };
  if (state.flow !== "restore" && state.flow !== "rollback") {
    if (!state.fault) return undefined;
    const now = ports.clock.now();
    if (state.flow === "discard")
      return { ...there, state: startFlow(withoutFault(state), "discard", "Lock", now) };
    return state.facts.undone === true
      ? { ...there, state: startFlow(withoutFault(state), "undo", "Clean", now) }
      : beginUndo(there, now);
  }
  if (state.outcome?.phase === "Completed") return undefined;
  const settled = hook === undefined ? there : { ...there, state: settleHook(state, hook) };
  const at = { namespace: state.namespace, name: state.name };
  if (state.outcome?.reason === "RollbackIncomplete")
    return { ...there, state: giveBackAgain(state, ports.clock.now()) };
  return state.resumeAt === undefined
    ? fresh(ports, at, there.request, there.owner, state.identity, settled)
    : { ...settled, state: resumeFailed(settled.state, ports.clock.now()) };
}

/** What holds the target is given back; a run that ended with the target free is left as it is. */
export function released(there: Driven, now: number): Driven | undefined {
  if (there.state.standing === "active") return { ...there, cancel: true };
  const unfinished = there.state.outcome?.reason === "RollbackIncomplete";
  return unfinished ? { ...there, state: giveBackAgain(there.state, now) } : undefined;
}

function withoutFault(state: RunState): RunState {
  const { fault: _fault, ...rest } = state;
  return rest;
}
