/**
 * Clean: the end of every way back, and of discard. Scratch files go, the hold last; how it ended is told.
 */
import { setsAside } from "../../plan/strategy.js";
import { touchedByUndo } from "../progression.js";
import type { RunState } from "../state.js";
import { fail, firstOf, once, resultOf, type Context, type Move, type Step } from "../step.js";
import { endpoint, jobsToEnd, previousAside, runningPod, seenTarget } from "../subject.js";
import { endOfReinstating, endOfRollback, endOfUndo } from "../rollback-end.js";
import { removeOverdue, settleAside } from "./aside.js";
import { unprotectClaims } from "./bring-up.js";
import { halfStore, isNobodys, writesOwnName } from "./own-name.js";
import { leaveLedger } from "./enter.js";
import { outdateProtection } from "./outdate.js";
import { deleteJobs, giveFree } from "./release.js";
import { pastHook } from "./rollback-guards.js";
import { isUnanswered } from "../unanswered.js";
import { volumeVerb } from "./volume.js";

/** Claims are protected before anything is stopped, so they may be although nothing ever was. */
function unprotected(context: Context): Move | undefined {
  const locked = context.state.lockedAt !== undefined;
  const protectedClaims = seenTarget(context.seen)?.dataClaims.some((claim) => claim.protected) === true;
  if (!locked) return undefined;
  return protectedClaims ? unprotectClaims(context) : outdateProtection(context);
}

/** Scratch files go, the hold last. What cannot be cleaned because no pod runs is left and said. */
export const clean: Step = {
  says: "removing what the run left behind",
  needs: (state, request) =>
    state.facts.target
      ? [
          { kind: "target" },
          ...(tidies(state) ? [{ kind: "ledger" } as const] : []),
          ...(state.flow === "rollback" ? lateJobs.map((role) => ({ kind: "job", role }) as const) : []),
          ...(writesOwnName(state) ? [{ kind: "server", at: endpoint(state, request) } as const] : []),
        ]
      : [],
  decide: (context) => {
    const { state } = context;
    if (!state.facts.target) return { kind: "end", outcome: endOf(context) };
    const discard = state.flow === "discard";
    return (
      firstOf(
        () => (state.flow === "rollback" ? halfStore(context) : undefined),
        () => (state.flow === "rollback" ? endJob(context, "late-restore") : undefined),
        () => (touchedByUndo(state) ? undefined : discardFiles(context, discard)),
        () => (state.flow === "rollback" ? endLatestJob(context) : undefined),
        () => (discard ? learnDiscarded(context) : undefined),
        () => (noted(context) ? settleAside(context) : undefined),
        () => (state.flow === "rollback" ? leaveLedger(context) : undefined),
        () => (tidies(state) ? removeOverdue(context) : undefined),
        () => unprotected(context),
        () =>
          state.lockedAt === undefined
            ? undefined
            : deleteJobs(context, "delete-jobs", ["rehearsal", "volume", ...pastHook(state)]),
        () => giveFree(context),
      ) ?? { kind: "end", outcome: endOf(context) }
    );
  },
};

/** Verbs that a person or the operator's clock asked for, with the target held; a way back has other things to do. */
const tidies = ({ flow }: RunState): boolean => flow === "discard" || flow === "undo";

/** Its entry in the ledger is another one now, or none: a rollback has put back what it had announced. */
function noted(context: Context): boolean {
  const { flow, facts, steps } = context.state;
  if (flow !== "rollback") return flow === "discard" || flow === "reinstate";
  const announced = setsAside(facts.strategy) && steps.some(({ name }) => name === "TakeOffline");
  // A verb that refuses has found a store there.
  return announced && resultOf(context, "discard")?.ok !== false;
}

/** May have been on their way when the Jobs were stopped. The hook is still to be started, but lies about. */
const lateJobs = ["restore", "pre-restore-hook"] as const;

function endJob(context: Context, key: string): Move | undefined {
  const roles = jobsToEnd(context, lateJobs);
  return roles.length > 0 ? once(context, { kind: "deleteJobs", key, roles, anyRun: false }) : undefined;
}

/** What begins after `discard` is refused by the volume. What began right before it has written since. */
function endLatestJob(context: Context): Move | undefined {
  const key = "latest-restore";
  const ends = endJob(context, key);
  return ends ?? (resultOf(context, key) ? discardFiles(context, false, "discard-again") : undefined);
}

function discardFiles(context: Context, previous: boolean, key = "discard"): Move | undefined {
  const { state } = context;
  // A run that never came to one of these has left nothing on the volume.
  const writes = ["TakeOffline", "Restore", ...(state.facts.source?.staging ? ["Rehearse"] : [])];
  const mayHaveWritten = previous || state.steps.some((step) => writes.includes(step.name));
  const result = resultOf(context, key);
  const over = result && (result.ok || !isUnanswered(result.fault));
  if (!mayHaveWritten || over || !runningPod(context.state, context.seen)) return undefined;
  const move = volumeVerb(context, "discard", {
    key,
    discardPrevious: previous,
    discardWritten: state.flow === "rollback" && isNobodys(context),
  });
  return move?.kind === "fail" ? undefined : move;
}

function learnDiscarded(context: Context): Move | undefined {
  const previous = previousAside(context.state);
  const result = resultOf(context, "discard");
  if (result && !result.ok) return { kind: "fail", fault: result.fault };
  if (!result)
    return fail(
      "TargetNotReady",
      "no pod of the target runs, so its volume cannot be reached: start it and run discard again",
    );
  return previous ? { kind: "learn", facts: { previous: { ...previous, discarded: true } } } : undefined;
}

function endOf({ state }: Context): Extract<Move, { kind: "end" }>["outcome"] {
  if (state.flow === "undo") return endOfUndo(state);
  if (state.flow === "reinstate") return endOfReinstating(state);
  if (state.flow !== "discard") return endOfRollback(state);
  return state.facts.undone === true
    ? {
        phase: "Completed",
        reason: "Undone",
        message: "the previous store serves; what was restored was removed",
      }
    : { phase: "Completed", reason: "Restored", message: "the previous store was removed" };
}
