/**
 * The way back, for failure, timeout, cancel and deletion alike, with a budget of its own and shielded from
 * signals: no Job of ours runs, the new store is offline, the old one is in its place, the server and the
 * database run as before, and the target is free. Each step looks first and does nothing where nothing is due.
 */
import { setsAside } from "../../plan/strategy.js";
import type { BackFrom } from "../../plan/volume-command.js";
import { limits } from "../limits.js";
import type { RunState } from "../state.js";
import { firstOf, once, type Context, type Step } from "../step.js";
import { databaseRow, endpoint, goesThroughServers, jobsToEnd, seenTarget } from "../subject.js";
import { scaleBack } from "./bring-up.js";
import { attachmentNeeds } from "./attachments.js";
import { createOld, oldAsBefore, stoppedAgain } from "./create-old.js";
import { someoneElses } from "./drop.js";
import { overwritten } from "./own-name.js";
import { frozenOnly, giveWrites, touched } from "./rollback-guards.js";
import { startNeeds, startOld } from "./start-store.js";
import { moveStores } from "./undo.js";
import { volumeVerb } from "./volume.js";

/** Finished Jobs stay for their logs; ended is what still runs, or has no log to stay for. */
export const stopJobs: Step = {
  says: "stopping this run's Jobs",
  needs: () => [
    { kind: "job", role: "restore" },
    { kind: "job", role: "rehearsal" },
    { kind: "job", role: "volume" },
    { kind: "job", role: "pre-restore-hook" },
  ],
  decide: (context) =>
    firstOf(
      ...jobsToEnd(context, ["restore", "rehearsal", "volume", "pre-restore-hook"]).map(
        (role) => () =>
          once(context, { kind: "deleteJobs", key: `stop-${role}`, roles: [role], anyRun: false }),
      ),
    ) ?? { kind: "next" },
};

export const swapBack: Step = {
  says: "putting the old store back",
  needs: (state, request) => [
    ...(touched(state)
      ? ([{ kind: "target" }, { kind: "job", role: "volume" }, { kind: "job", role: "restore" }] as const)
      : []),
    ...(state.flow === "undo" || state.facts.dropped === true
      ? [{ kind: "server", at: endpoint(state, request) } as const]
      : []),
  ],
  decide: (context) => {
    const { state, seen } = context;
    if (state.flow === "undo") return moveStores(context, "undo");
    if (!touched(context.state) || !setsAside(state.facts.strategy)) return { kind: "next" };
    const foreign = state.facts.dropped === true ? someoneElses(context, "RollbackIncomplete") : undefined;
    if (foreign) return foreign;
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
      volumeVerb(context, "back", { backFrom: backFrom(state) }) ?? {
        kind: "next",
        facts: { swapped: false },
        message: "the old store is in its place",
      }
    );
  },
};

/** A swap whose answer was lost may or may not have begun: then what the volume says counts. */
function backFrom({ facts }: RunState): BackFrom {
  const { swapped, restored, lostTxn } = facts;
  if (swapped === true || (swapped === undefined && restored?.swapped === true)) return "swapped";
  // It was online when it was stopped, so both of its folders were there.
  return facts.existed === true && lostTxn !== undefined ? "old" : "unknown";
}

export const giveBack: Step = {
  says: "giving the service back",
  needs: (state, request) =>
    touched(state) || frozenOnly(state)
      ? [{ kind: "target" }, ...startNeeds(state, request), ...attachmentNeeds(state, request)]
      : [],
  decide: (context) => {
    const { state } = context;
    const { existed, dropped, scaledDown } = state.facts;
    if (frozenOnly(state)) return giveWrites(context);
    if (!touched(state)) return { kind: "next" };
    return (
      firstOf(
        () => overwritten(context),
        () => (scaledDown === true ? scaleBack(context) : undefined),
        () => (dropped === true ? createOld(context) : undefined),
        () => (existed === true && !stoppedAgain(context) ? startOld(context) : undefined),
        () => (dropped === true ? oldAsBefore(context) : undefined),
      ) ?? {
        kind: "next",
        facts: { scaledDown: false },
        note: { onlineAt: context.now },
        message: asBefore(context),
      }
    );
  },
};

/** What the claim rests on: the last transaction where it could be compared, else what the volume says. */
function asBefore(context: Context): string {
  const { existed, returnState, lostTxn, strategy } = context.state.facts;
  if (existed !== true) return "as it was before";
  const offline = returnState?.requestedStatus === "offline";
  const marks = setsAside(strategy) ? "; by its marks on the volume the old store is in its place" : "";
  if (offline) return `as it was before, offline${marks}`;
  const last = databaseRow(context)?.lastCommittedTxn;
  return lostTxn === undefined || last === undefined
    ? `as it was before${marks}, its last transaction before the STOP is not known`
    : `as it was before: last transaction ${last}, the old data ended with ${lostTxn}`;
}
