/**
 * Release: what was only there for the run goes; the journal, the Job's log and, for a while, the previous
 * store stay. Also the end of a run that failed after the point of no return: there the previous store stays
 * whatever was asked for, because it may be what the user goes back to.
 */
import { jobIdentity } from "../../plan/staging.js";
import { keepsOnlyCopy } from "../../plan/strategy.js";
import { defaultKeepPreviousMs, keepPreviousMs, limits } from "../limits.js";
import { type Acting, lookCommand, volumeCommand } from "../../plan/volume-command.js";
import { jobPaths } from "../../plan/restore-job.js";
import { tempClaimName, type JobRole } from "../../plan/names.js";
import { notKept } from "../recovery.js";
import type { PreviousFacts, RunState } from "../state.js";
import { previousPath, removeOverdue, settleAside } from "./aside.js";
import { overwrites, writesOwnName } from "./own-name.js";
import { printed, sendByExec } from "./volume.js";
import { missingServers } from "./prove-members.js";
import { scaleSet, unprotectClaims } from "./bring-up.js";
import { outdateHold, outdateReturnState } from "./outdate.js";
import { firstOf, once, resultOf, tolerant, type Context, type Move, type Step } from "../step.js";
import {
  asSeen,
  endpoint,
  jobsToEnd,
  ownHold,
  runningPod,
  seenTarget,
  targetFacts,
  targetRef,
} from "../subject.js";

/** Jobs that may be at work when the run gets here. */
const works = ["restore", "post-restore-hook"] as const;

export const release: Step = {
  says: "cleaning up and giving the target free",
  needs: (state, request) => [
    { kind: "target" },
    ...works.map((role) => ({ kind: "job", role }) as const),
    ...(tidies(state) ? ([{ kind: "ledger" }] as const) : []),
    ...(waitsForRest(state) ? [{ kind: "server", at: endpoint(state, request) } as const] : []),
  ],
  decide: (context) => {
    const { state, request } = context;
    return (
      firstOf(
        () => stopJobs(context),
        () => (state.facts.scaledDown === true ? startServer(context) : undefined),
        () => restOfServers(context),
        () => wipeStaged(context),
        () => ownMarks(context),
        () => previousStore(context),
        () => (state.facts.swapped === true ? settleAside(context) : undefined),
        () =>
          tidies(state) ? (removeOverdue(context) ?? { kind: "learn", facts: { tidied: true } }) : undefined,
        () => remnants(context),
        () =>
          deleteJobs(context, "delete-jobs", [
            "rehearsal",
            "volume",
            "pre-restore-hook",
            ...(state.fault ? [] : (["post-restore-hook"] as const)),
          ]),
        () => giveFree(context),
      ) ?? { kind: "end", outcome: outcome(context, request.spec.databaseName) }
    );
  },
};

function outcome({ state }: Context, database: string): Extract<Move, { kind: "end" }>["outcome"] {
  if (state.fault) return { phase: "Failed", reason: state.fault.reason, message: state.fault.message };
  const { previous, restored } = state.facts;
  const original = restored?.originalDatabase ?? database;
  const whose = original === database ? "" : `, a backup of database ${original}`;
  const served = `database ${database} serves ${restored?.artifact ?? "the restored data"}${whose}`;
  const message = previous?.noRoom === true ? `${served}; ${notKept}` : served;
  return { phase: "Completed", reason: "Restored", message };
}

function waitsForRest({ facts, fault }: RunState): boolean {
  return facts.target?.members !== undefined && facts.missing === undefined && fault === undefined;
}

/** A majority serves already; the others get a while, then they are named. */
function restOfServers(context: Context): Move | undefined {
  const { state, seen, now } = context;
  if (!waitsForRest(state)) return undefined;
  const missing = seen.server?.reachable ? missingServers(context) : ["all: Bolt does not answer"];
  const entered = state.steps.at(-1)?.startedAt ?? now;
  if (missing.length === 0 || now - entered >= limits.rest) return { kind: "learn", facts: { missing } };
  return {
    kind: "wait",
    reason: "MembersMissing",
    message: `a majority serves; waiting for ${missing.join(", ")}`,
    pollMs: limits.databasePoll,
  };
}

/** A run that failed in place, or was cancelled at its hook, may have a Job that still runs, or would start one day. */
function stopJobs(context: Context): Move | undefined {
  const atWork = jobsToEnd(context, works);
  return atWork.length > 0 ? deleteJobs(context, "stop-jobs", atWork) : undefined;
}

/** After a failure past the point of no return the server still runs again, for its other databases. */
function startServer(context: Context): Move | undefined {
  return firstOf(
    () => scaleSet(context),
    () => unprotectClaims(context),
    () => ({ kind: "learn", facts: { scaledDown: false } }),
  );
}

/** The script wipes its plain copies itself, unless it was killed. */
function wipeStaged(context: Context): Move | undefined {
  const { source } = context.state.facts;
  return source?.staging ? atVolume(context, "wipe", "wipe", context.state.runId, false) : undefined;
}

/**
 * Past the point of no return nothing is judged any more by what the Job noted on the volume; what was kept there to be
 * given back stays as long as a store that is set aside beside it.
 */
function ownMarks(context: Context): Move | undefined {
  const { state } = context;
  const kept = state.facts.swapped !== true && state.steps.some(({ name }) => name === "TakeOffline");
  const marked = overwrites(state) || writesOwnName(state) || kept;
  return marked ? atVolume(context, "clean-own", "discard", state.runId, false) : undefined;
}

/** One look at what is overdue, and not after a failure: then nothing is removed but what must be. */
function tidies({ facts, fault }: RunState): boolean {
  return fault === undefined && facts.tidied !== true;
}

/** Measured, then kept or removed: by the user's word, else for a day where a fifth of the volume stays free. */
function previousStore(context: Context): Move | undefined {
  const { state, now } = context;
  const before = state.facts.previous;
  const failed = state.fault !== undefined;
  // What a failed attempt kept, whatever was asked for, is judged anew when the run ends well after all; what was told
  // then is a promise, and only ever prolonged.
  const again = !failed && before?.afterFailure === true && before.discarded !== true;
  if (state.facts.swapped !== true || (before !== undefined && !again)) return undefined;
  const look = atVolume(context, "inspect-previous", "inspect", state.runId, false);
  if (look) return look;
  const result = resultOf(context, "inspect-previous");
  const report = printed(context, "inspect-previous");
  if (result?.ok && report["previous_kb"] === undefined) return undefined;
  const onlyCopy = keepsOnlyCopy(state.facts.strategy);
  const wanted = onlyCopy ? Infinity : keepPreviousMs(context.request);
  // A volume that could not be looked at is no reason to remove anything.
  const full = Number(report["free_kb"]) < Number(report["total_kb"]) / 5;
  const promisedMs = Math.max(0, (before?.keptUntil ?? now) - now);
  const keepMs = Math.max(wanted ?? (full ? 0 : defaultKeepPreviousMs), promisedMs);
  const bytes = report["previous_kb"] === undefined ? {} : { bytes: Number(report["previous_kb"]) * 1024 };
  const previous: PreviousFacts = { runId: state.runId, path: previousPath(state), ...bytes };
  const keptUntil = now + (failed ? Math.max(keepMs, defaultKeepPreviousMs) : keepMs);
  const keep: Move = {
    kind: "learn",
    facts: {
      previous: {
        ...previous,
        ...(onlyCopy ? {} : { keptUntil }),
        ...(failed ? { afterFailure: true } : {}),
      },
    },
  };
  if (keepMs > 0 || failed || !result?.ok) return keep;
  const discard = atVolume(context, "discard-previous", "discard", state.runId, true);
  if (discard) return discard;
  const noRoom = wanted === undefined ? { noRoom: true } : {};
  return resultOf(context, "discard-previous")?.ok === true
    ? { kind: "learn", facts: { previous: { ...previous, discarded: true, ...noRoom } } }
    : keep;
}

function remnants(context: Context): Move | undefined {
  if (context.state.fault) return undefined;
  const { remnants: left = [] } = context.state.facts;
  return firstOf(
    // A store that such a run has set aside may be the only copy: the verb refuses to remove that.
    ...left.map((runId) => () => atVolume(context, `clean-${runId}`, "discard", runId, false)),
  );
}

/** Best effort: what cannot be looked at or removed now is left and said, it never fails a good restore. */
function atVolume(
  context: Context,
  key: string,
  verb: "inspect" | "discard" | "wipe" | "close",
  runId: string,
  discardPrevious: boolean,
): Move | undefined {
  const { state, request, seen } = context;
  const pod = runningPod(state, seen);
  if (!pod) return undefined;
  const at = { data: jobPaths.data, runId, database: request.spec.databaseName };
  if (verb === "inspect") {
    const { container } = targetFacts(state);
    return tolerant(context, { kind: "exec", key, pod: pod.name, container, argv: lookCommand(verb, at) });
  }
  // It has given the target free, and died before that was noted: what lies there may be another run's by now.
  if (seenTarget(seen)?.hold !== ownHold(state)) return undefined;
  const argvOf = (acting: Acting): readonly string[] =>
    volumeCommand(verb, { ...at, acting, discardPrevious });
  const move = sendByExec(context, key, pod.name, argvOf);
  return move?.kind === "fail" ? undefined : move;
}

/** Used by the rollback as well. */
export function deleteJobs(context: Context, key: string, roles: readonly JobRole[]): Move | undefined {
  return tolerant(context, { kind: "deleteJobs", key, roles, anyRun: false });
}

/** It failed before the database was opened again: the next run of it gives back what was before, not what it finds. */
function stillOwed({ flow, fault, offlineAt, onlineAt }: RunState): boolean {
  return flow === "restore" && fault !== undefined && offlineAt !== undefined && onlineAt === undefined;
}

/**
 * Before the hold goes the volume notes that this run is over: whatever of it lands late is refused there. Best effort:
 * where no pod runs it is said.
 */
function closeOnVolume(context: Context): Move | undefined {
  const { state } = context;
  // Nothing of it was ever sent to the volume.
  if (state.turn === undefined) return undefined;
  const closed = runningPod(state, context.seen) && atVolume(context, "close", "close", state.runId, false);
  if (closed) return closed;
  const remark = `the volume of ${targetFacts(state).pod} could not be told that run ${state.runId} is over`;
  if (resultOf(context, "close")?.ok === true || state.notes.includes(remark)) return undefined;
  return { kind: "learn", facts: {}, note: { remark } };
}

/** Temporary claim, return state, and last of all the hold. Used by every end of a run. */
export function giveFree(context: Context): Move | undefined {
  const { state, request, seen } = context;
  const target = targetRef(state, request);
  const set = seenTarget(seen)?.statefulSet;
  // Another run's return state lies in the same place.
  const hold = seenTarget(seen)?.hold ?? ownHold(state);
  return firstOf(
    () =>
      state.facts.tempClaim === true
        ? once(context, { kind: "deleteClaim", key: "temp-claim", name: tempClaimName(state.name) })
        : undefined,
    () => {
      const name = jobIdentity(state.facts.source)?.serviceAccount;
      return state.facts.usesServiceAccount && name !== undefined
        ? once(context, { kind: "leaveServiceAccount", key: "service-account", name })
        : undefined;
    },
    () =>
      set && state.facts.returnState && !stillOwed(state) && hold === ownHold(state)
        ? (outdateReturnState(context) ??
          once(context, {
            ...{ kind: "saveReturnState", key: "forget-return-state", target },
            ...{ set: asSeen(set), value: undefined },
          }))
        : undefined,
    () => closeOnVolume(context),
    () => outdateHold(context),
    () => once(context, { kind: "releaseHold", key: "release-hold", target, value: ownHold(state) }),
  );
}
