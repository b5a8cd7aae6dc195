/**
 * TakeBack: what is to leave its place is offline first, or dropped for good where a DROP may have been sent. Used by
 * rollback, undo and its way back; does nothing where the database was not touched.
 */
import { isThere } from "../../plan/cluster.js";
import { setsAside } from "../../plan/strategy.js";
import { limits } from "../limits.js";
import type { Context, Move, Step } from "../step.js";
import { admin, databaseRow, endpoint, rowsOf, targetFacts } from "../subject.js";
import { dropAway, dropNeeds, leftSomewhere, someoneElses } from "./drop.js";
import { keepForReturn } from "./keep.js";
import { oldStoreAside, othersNow, touched } from "./rollback-guards.js";
import { noteRestored } from "./undo.js";
import { lookAtStores } from "./volume.js";

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
    if (state.facts.dropped === true) return afterDrop(context);
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
      const kept = state.flow === "undo" ? keepForReturn(context) : undefined;
      if (kept) return kept;
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

/**
 * The old store is in its place already, where an earlier rollback or somebody's hand has put it: it may serve by now.
 * Else a DROP that was sent is waited for, and sent once more only where the old database is still there.
 */
function afterDrop(context: Context): Move {
  const done: Move = { kind: "next", message: "dropped; it is created again from the old store" };
  const { gone } = context.state.facts;
  return (
    someoneElses(context, "RollbackIncomplete") ??
    lookAtStores(context) ??
    (oldStoreAside(context)
      ? ((gone === true ? leftSomewhere(context) : dropAway(context)) ?? done)
      : { kind: "next", message: "the old store is in its place already" })
  );
}
