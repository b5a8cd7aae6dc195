/**
 * TakeOffline: from its READ ONLY on the database takes no writes, from its STOP on it does not serve. First what has
 * to be given back is written on the StatefulSet, into its Secret and on the volume (keep.ts), and the consent is checked
 * again: the database must still be the one that the user agreed to overwrite. With stopCluster the claims are
 * protected before the set is scaled to zero (while the database still
 * serves, which costs nobody anything), and the step is over only when every pod object is gone.
 */
import { isThere } from "../../plan/cluster.js";
import type { DatabaseRow } from "../../plan/observation.js";
import { limits } from "../limits.js";
import type { RunState } from "../state.js";
import { fail, firstOf, once, type Context, type Move, type Step } from "../step.js";
import {
  admin,
  asSeen,
  databaseRow,
  endpoint,
  existingClaims,
  isOffline,
  known,
  rowsOf,
  seenTarget,
  targetFacts,
  targetRef,
} from "../subject.js";
import { announceAside } from "./aside.js";
import { changedSinceConsent } from "./consent.js";
import { enterLedger, enterNeeds, givenUpAfterStop } from "./enter.js";
import { freeze, freezeNeeds, isStopped } from "./freeze.js";
import { isKept, keepForReturn } from "./keep.js";
import { reseed } from "./reseed.js";

export const takeOffline: Step = {
  says: "taking the database offline",
  needs: (state, request) => [
    ...(isOffline(state, request) || !state.results["return-state"]?.ok || !isKept(state)
      ? [{ kind: "target" } as const]
      : []),
    { kind: "server", at: endpoint(state, request) },
    ...(dropsLater(state) ? [{ kind: "attachments", at: endpoint(state, request) } as const] : []),
    ...freezeNeeds(state, request),
    ...enterNeeds(state),
  ],
  decide: (context) =>
    firstOf(
      () => reseed(context),
      () => announceAside(context),
      () => (givenUpAfterStop(context.state) ? enterLedger(context) : undefined),
      () => saveReturnState(context),
      () => (isOffline(context.state, context.request) ? protectClaims(context) : undefined),
      () => stopDatabase(context),
      () => (isOffline(context.state, context.request) ? keepForReturn(context) : undefined),
      () => (isOffline(context.state, context.request) ? scaleDown(context) : undefined),
    ) ?? { kind: "next", message: offlineMessage(context) },
};

function offlineMessage({ state }: Context): string {
  const { lostTxn } = state.facts;
  return lostTxn === undefined ? "offline" : `offline; the old data ends with transaction ${lostTxn}`;
}

function saveReturnState(context: Context): Move | undefined {
  const { state, request, seen } = context;
  if (state.results["return-state"]?.ok) return undefined;
  const set = seenTarget(seen)?.statefulSet;
  if (!set) {
    const message = `${request.spec.clusterRef} has no StatefulSet`;
    return { kind: "wait", reason: "TargetNotReady", message, limitMs: limits.retry };
  }
  const value = JSON.stringify(known(state.facts.returnState, "the return state"));
  return once(context, {
    kind: "saveReturnState",
    key: "return-state",
    target: targetRef(state, request),
    set: asSeen(set),
    value,
  });
}

function protectClaims(context: Context): Move | undefined {
  const claims = existingClaims(context);
  return claims && once(context, { kind: "protectClaims", key: "protect", claims, protect: true });
}

/** Neo4j refuses START for a stopped database's swap only by its status: so it is asked for, and waited for. */
function stopDatabase(context: Context): Move | undefined {
  const { state, request, seen } = context;
  const scaledDown = state.facts.scaledDown === true;
  if (state.facts.existed !== true || state.facts.serverSilent === true || scaledDown) return undefined;
  if (!seen.server?.reachable) return waitForServer(context);
  const changed = changedSinceConsent(context);
  if (changed) return changed;
  const row = databaseRow(context);
  if (!row)
    return fail(
      "DatabaseChangedSinceConsent",
      `database ${request.spec.databaseName} was dropped by someone else`,
    );
  const attached = learnAttachments(context) ?? keepForReturn(context);
  if (attached) return attached;
  const at = admin(context);
  const database = request.spec.databaseName;
  if (row.requestedStatus === "online") {
    // By the answer to STOP, not by its intent: a STOP that was not sent leaves a database that others may open again.
    const frozen = isStopped(state) ? undefined : freeze(context);
    if (frozen) return frozen;
    const note = state.offlineAt === undefined ? { note: { offlineAt: context.now } } : {};
    return { kind: "perform", effect: { kind: "stopDatabase", key: "stop", at, database }, ...note };
  }
  const busy = rowsOf(seen.server, database).find(
    (one, _index, all) => one.currentStatus !== "offline" && (all.length === 1 || isThere(one)),
  );
  if (busy) return stillStopping(busy);
  // One that was offline before is in our hands from here on: from here on there is something to give back.
  if (state.offlineAt === undefined) return { kind: "learn", facts: {}, note: { offlineAt: context.now } };
  return row.access === "read-only"
    ? undefined
    : { kind: "perform", effect: { kind: "setAccess", key: "read-only", at, database, access: "read-only" } };
}

/** The database will be dropped, and does still serve as before: the last chance to see what hangs on its name. */
function dropsLater({ facts, frozenAt, offlineAt }: RunState): boolean {
  const before = frozenAt === undefined && facts.end === undefined && offlineAt === undefined;
  return facts.strategy === "designatedSeeder" && facts.existed === true && before;
}

function learnAttachments({ state, seen }: Context): Move | undefined {
  const { attachments } = seen;
  const same = JSON.stringify(attachments) === JSON.stringify(state.facts.attachments);
  return attachments && !same ? { kind: "learn", facts: { attachments } } : undefined;
}

function stillStopping(row: DatabaseRow): Move {
  return {
    kind: "wait",
    reason: "TakeOfflineFailed",
    message: `database ${row.name} is ${row.currentStatus}${row.statusMessage ? `: ${row.statusMessage}` : ""}`,
    pollMs: limits.databasePoll,
    limitMs: limits.stop,
  };
}

function waitForServer(context: Context): Move {
  return {
    kind: "wait",
    reason: "ServerUnreachable",
    message: `Bolt of pod ${targetFacts(context.state).pod} does not answer`,
    pollMs: limits.databasePoll,
    limitMs: limits.stop,
  };
}

function scaleDown(context: Context): Move | undefined {
  const { state, request, seen } = context;
  const target = seenTarget(seen);
  const set = target?.statefulSet;
  if (!set) return fail("ScaleFailed", `StatefulSet of ${request.spec.clusterRef} is gone`);
  if (state.facts.scaledDown !== true) {
    const note = state.offlineAt === undefined ? { note: { offlineAt: context.now } } : {};
    return { kind: "learn", facts: { scaledDown: true }, ...note };
  }
  if (set.replicas > 0) {
    return context.state.results["scale"]?.ok
      ? fail(
          "ReplicasContested",
          `someone scaled StatefulSet ${set.name} back to ${set.replicas}: pause what reconciles it`,
        )
      : {
          kind: "perform",
          effect: {
            kind: "scale",
            key: "scale",
            target: targetRef(state, request),
            set: asSeen(set),
            replicas: 0,
          },
        };
  }
  if (target.pods.length === 0) return undefined;
  return {
    kind: "wait",
    reason: "ScaleFailed",
    message: `waiting for pod ${target.pods[0]?.name ?? ""} to end`,
    pollMs: limits.poll,
    limitMs: limits.podsGone,
  };
}
