/**
 * What a rollback asks before it moves or drops anything: is the target still this run's, and does the old store still
 * lie aside? One that is taken up again finds a world that others have worked in.
 */
import type { JobRole } from "../../plan/names.js";
import type { RunState } from "../state.js";
import { fail, type Context, type Move } from "../step.js";
import { databaseRow, overtaken, ownHold, seenTarget } from "../subject.js";
import { changedSinceConsent } from "./consent.js";
import { giveAccess } from "./open.js";
import { printed } from "./volume.js";

/** It failed between READ ONLY and STOP: the database still serves, and only takes no writes. */
export function frozenOnly(state: RunState): boolean {
  return state.flow === "rollback" && state.frozenAt !== undefined && !touched(state);
}

/** One that another has made under that name meanwhile is left as it is. */
export function giveWrites(context: Context): Move {
  const { seen, now } = context;
  const answered = seen.server?.reachable === true;
  const gone = answered && (!databaseRow(context) || changedSinceConsent(context) !== undefined);
  const done: Move = { kind: "next", note: { onlineAt: now }, message: "it takes writes as before" };
  return (gone ? undefined : giveAccess(context)) ?? done;
}

/**
 * A rollback that is taken up again may find that its hold was taken away meanwhile. What another restore has put
 * there since is never taken back by this one.
 */
export function othersNow(context: Context): Move | undefined {
  const { state, seen } = context;
  const hold = seenTarget(seen)?.hold;
  if (state.flow !== "rollback" || hold === ownHold(state)) return undefined;
  const later = overtaken(context);
  if (later !== undefined)
    return {
      kind: "end",
      facts: { abandoned: true },
      outcome: {
        phase: "Failed",
        reason: "DatabaseChangedSinceConsent",
        message: `${state.fault?.message ?? "the restore was cancelled"}; nothing was put back: ${later}`,
      },
    };
  return hold === undefined
    ? undefined
    : fail("RollbackIncomplete", `another run holds the target now (${hold})`);
}

/** Whether the old store still lies in this run's folder, by the look of verb `inspect`. */
export function oldStoreAside(context: Context): boolean {
  return printed(context, "inspect")["previous_kb"] !== undefined;
}

/** Of a hook that went well nobody needs the log; one that failed keeps its Job. */
export function pastHook({ flow, steps }: RunState): readonly JobRole[] {
  const past = steps.some(({ name }) => ["Rehearse", "Restore", "TakeOffline"].includes(name));
  return flow === "rollback" && past ? ["pre-restore-hook"] : [];
}

/** The database or its server was touched by this run; where not, there is nothing to look at or to give back. */
export function touched(state: RunState): boolean {
  const { flow, facts } = state;
  if (flow === "reinstate") return facts.undo !== undefined && facts.undo.inPlace !== "restored";
  return flow === "undo" || state.offlineAt !== undefined || facts.swapped === true;
}
