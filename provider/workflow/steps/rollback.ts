/**
 * The way back, for failure, timeout, cancel and deletion alike, with a budget of its own and shielded from
 * signals: no Job of ours runs, the new store is offline, the old one is in its place, the server and the
 * database run as before, and the target is free. Each step looks first and does nothing where nothing is due.
 */
import { isThere } from "../../plan/cluster.js";
import { setsAside } from "../../plan/strategy.js";
import { limits } from "../limits.js";
import type { RunState } from "../state.js";
import { fail, firstOf, once, resultOf, type Context, type Move, type Step } from "../step.js";
import {
  admin,
  databaseRow,
  endpoint,
  goesThroughServers,
  rowsOf,
  runningPod,
  jobsToEnd,
  seenTarget,
  targetFacts,
} from "../subject.js";
import { endOfReinstating, endOfRollback, endOfUndo } from "../rollback-end.js";
import { scaleBack, unprotectClaims } from "./bring-up.js";
import { createOld, oldAsBefore } from "./create-old.js";
import { dropAway, dropNeeds } from "./drop.js";
import { giveAccess } from "./open.js";
import { oldStoreAside, othersNow, pastHook } from "./rollback-guards.js";
import { halfStore, isNobodys, overwritten, writesOwnName } from "./own-name.js";
import { deleteJobs, giveFree } from "./release.js";
import { moveStores, noteRestored } from "./undo.js";
import { volumeVerb } from "./volume.js";

/** The database or its server was touched by this run; where not, there is nothing to look at or to give back. */
function touched(state: RunState): boolean {
  const { flow, facts } = state;
  if (flow === "reinstate") return facts.undo !== undefined && facts.undo.inPlace !== "restored";
  return flow === "undo" || state.offlineAt !== undefined || facts.swapped === true;
}

/** Finished Jobs stay for their logs; ended is what still runs, or has no log to stay for. */
export const stopJobs: Step = {
  says: "stopping this run's Jobs",
  needs: () => [
    { kind: "job", role: "restore" },
    { kind: "job", role: "rehearsal" },
    { kind: "job", role: "pre-restore-hook" },
  ],
  decide: (context) =>
    firstOf(
      ...jobsToEnd(context, ["restore", "rehearsal", "pre-restore-hook"]).map(
        (role) => () =>
          once(context, { kind: "deleteJobs", key: `stop-${role}`, roles: [role], anyRun: false }),
      ),
    ) ?? { kind: "next" },
};

export const takeBack: Step = {
  says: "taking the new store offline",
  needs: (state, request) => {
    if (!touched(state)) return [];
    if (state.facts.dropped === true) return [...dropNeeds(state, request), { kind: "ledger" }];
    return [{ kind: "target" }, { kind: "ledger" }, { kind: "server", at: endpoint(state, request) }];
  },
  decide: (context) => {
    const { state, request, seen } = context;
    const foreign = touched(state) ? othersNow(context) : undefined;
    if (foreign) return foreign;
    // Also where preflight could not ask the server: what it serves now must not be moved away under it.
    const swapPossible = touched(state) && setsAside(state.facts.strategy);
    if (!swapPossible || state.facts.scaledDown === true) return { kind: "next" };
    // A DROP that may still come would delete the old store in its place.
    if (state.facts.dropped === true) {
      const look = volumeVerb(context, "inspect");
      if (look) return look;
      // It lies in its place again, and may be served from there by now: put back before, or by somebody's hand.
      if (!oldStoreAside(context)) return { kind: "next", message: "the old store is in its place already" };
      return (
        dropAway(context) ?? { kind: "next", message: "dropped; it is created again from the old store" }
      );
    }
    if (!seen.server?.reachable) {
      return {
        kind: "wait",
        reason: "RollbackIncomplete",
        message: `Bolt of pod ${targetFacts(state).pod} does not answer`,
        pollMs: limits.databasePoll,
      };
    }
    const noted = noteRestored(context);
    if (noted) return noted;
    const row = databaseRow(context);
    if (!row) return { kind: "next" };
    if (row.requestedStatus === "online") {
      return {
        kind: "perform",
        effect: { kind: "stopDatabase", key: "stop", at: admin(context), database: row.name },
      };
    }
    const busy = rowsOf(seen.server, request.spec.databaseName).find(
      (one, _index, all) =>
        one.currentStatus !== "offline" &&
        one.currentStatus !== "dirty" &&
        (all.length === 1 || isThere(one)),
    );
    if (!busy) return { kind: "next", message: "offline" };
    return {
      kind: "wait",
      reason: "RollbackIncomplete",
      message: `database ${busy.name} is ${busy.currentStatus}`,
      pollMs: limits.databasePoll,
    };
  },
};

export const swapBack: Step = {
  says: "putting the old store back",
  needs: (state, request) => [
    ...(touched(state) ? ([{ kind: "target" }, { kind: "job", role: "volume" }] as const) : []),
    ...(state.flow === "undo" ? [{ kind: "server", at: endpoint(state, request) } as const] : []),
  ],
  decide: (context) => {
    const { state, seen } = context;
    if (state.flow === "undo") return moveStores(context, "undo");
    if (!touched(context.state) || !setsAside(state.facts.strategy)) return { kind: "next" };
    // On a cluster the stores change places only while its servers run.
    if (goesThroughServers(state) && state.facts.scaledDown === true) return { kind: "next" };
    const pods = seenTarget(seen)?.pods ?? [];
    if (
      state.facts.scaledDown === true &&
      pods.length > 0 &&
      (seenTarget(seen)?.statefulSet?.replicas ?? 0) === 0
    ) {
      return {
        kind: "wait",
        reason: "RollbackIncomplete",
        message: `waiting for pod ${pods[0]?.name ?? ""} to end`,
        pollMs: limits.poll,
      };
    }
    return (
      volumeVerb(context, "back") ?? {
        kind: "next",
        facts: { swapped: false },
        message: "the old store is in its place",
      }
    );
  },
};

export const giveBack: Step = {
  says: "giving the service back",
  needs: (state, request) =>
    touched(state) ? [{ kind: "target" }, { kind: "server", at: endpoint(state, request) }] : [],
  decide: (context) => {
    if (!touched(context.state)) return { kind: "next" };
    const { state } = context;
    return (
      firstOf(
        () => overwritten(context),
        () => (state.facts.scaledDown === true ? scaleBack(context) : undefined),
        () => (state.facts.dropped === true ? createOld(context) : undefined),
        () => (state.facts.existed === true ? startOld(context) : undefined),
        () => (state.facts.dropped === true ? oldAsBefore(context) : undefined),
        () => (state.facts.existed === true && state.facts.returnState ? giveAccess(context) : undefined),
      ) ?? {
        kind: "next",
        facts: { scaledDown: false },
        note: { onlineAt: context.now },
        message: "as it was before",
      }
    );
  },
};

/** Started and seen online, where it was wanted online. */
export function startOld(context: Context): Move | undefined {
  return startStore(context, {
    what: "the old database",
    requestedStatus: context.state.facts.returnState?.requestedStatus ?? "online",
  });
}

/** The same for whichever store is in its place. Used by undo and by its way back as well. */
export function startStore(
  context: Context,
  as: { readonly what: string; readonly requestedStatus: "online" | "offline" },
): Move | undefined {
  const { state, seen } = context;
  const reason = state.flow === "undo" ? "UndoFailed" : "RollbackIncomplete";
  if (!seen.server?.reachable)
    return {
      kind: "wait",
      reason,
      message: "Bolt does not answer",
      pollMs: limits.databasePoll,
    };
  const row = databaseRow(context);
  if (!row || as.requestedStatus === "offline") return undefined;
  // A STOP that was accepted and not yet carried out is still shown as online.
  if (row.currentStatus === "online" && row.requestedStatus === "online") return undefined;
  if (row.requestedStatus !== "online") {
    return {
      kind: "perform",
      effect: { kind: "startDatabase", key: "start", at: admin(context), database: row.name },
    };
  }
  const entered = state.steps.at(-1)?.startedAt ?? context.now;
  if (
    row.currentStatus !== "starting" &&
    row.statusMessage !== "" &&
    context.now - entered > limits.settle * 5
  ) {
    return fail(reason, `${as.what} ${row.name} does not come online: ${row.statusMessage}`, {
      text: row.statusMessage,
    });
  }
  return {
    kind: "wait",
    reason,
    message: `database ${row.name} is ${row.currentStatus}`,
    pollMs: limits.databasePoll,
  };
}

/** Claims are protected before anything is stopped, so they may be although nothing ever was. */
function unprotected(context: Context): Move | undefined {
  const locked = context.state.lockedAt !== undefined;
  const protectedClaims = seenTarget(context.seen)?.dataClaims.some((claim) => claim.protected) === true;
  return locked && protectedClaims ? unprotectClaims(context) : undefined;
}

/** Scratch files go, the hold last. What cannot be cleaned because no pod runs is left and said. */
export const clean: Step = {
  says: "removing what the run left behind",
  needs: (state, request) =>
    state.facts.target
      ? [
          { kind: "target" },
          ...(writesOwnName(state) ? [{ kind: "server", at: endpoint(state, request) } as const] : []),
        ]
      : [],
  decide: (context) => {
    const { state } = context;
    if (!state.facts.target) return { kind: "end", outcome: endOf(context) };
    const discard = state.flow === "discard";
    const undoing = state.flow === "undo" || state.flow === "reinstate";
    return (
      firstOf(
        () => (state.flow === "rollback" ? halfStore(context) : undefined),
        () => (undoing ? undefined : discardFiles(context, discard)),
        () => (discard ? learnDiscarded(context) : undefined),
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

function discardFiles(context: Context, previous: boolean): Move | undefined {
  const { state } = context;
  // A run that never came to its restore Job (with staging: to its rehearsal) has left nothing on the volume.
  const writes = state.facts.source?.staging ? ["Restore", "Rehearse"] : ["Restore"];
  const mayHaveWritten = previous || state.steps.some((step) => writes.includes(step.name));
  if (!mayHaveWritten || resultOf(context, "discard") || !runningPod(context.state, context.seen))
    return undefined;
  const move = volumeVerb(context, "discard", {
    discardPrevious: previous,
    discardWritten: state.flow === "rollback" && isNobodys(context),
  });
  return move?.kind === "perform" ? move : undefined;
}

function learnDiscarded(context: Context): Move | undefined {
  const { previous } = context.state.facts;
  const result = resultOf(context, "discard");
  if (result && !result.ok) return { kind: "fail", fault: result.fault };
  if (!result)
    return fail(
      "TargetNotReady",
      "no pod of the target runs, so its volume cannot be reached: start it and run discard again",
    );
  return previous && previous.discarded !== true
    ? { kind: "learn", facts: { previous: { ...previous, discarded: true } } }
    : undefined;
}

function endOf({ state }: Context): Extract<Move, { kind: "end" }>["outcome"] {
  if (state.flow === "undo") return endOfUndo(state);
  if (state.flow === "reinstate") return endOfReinstating(state);
  return state.flow === "discard"
    ? { phase: "Completed", reason: "Restored", message: "the previous store was removed" }
    : endOfRollback(state);
}
