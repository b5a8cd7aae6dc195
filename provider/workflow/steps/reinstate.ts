/**
 * The way back of an undo that failed, was cancelled or took too long: the restored store in its place again, its
 * access mode and its status as they were. Each step does nothing where undo had not yet touched anything.
 */
import { firstOf, fail, type Context, type Move, type Step } from "../step.js";
import { admin, databaseRow, endpoint } from "../subject.js";
import { startStore } from "./start-store.js";
import { moveStores } from "./undo.js";

export const swapAgain: Step = {
  says: "putting the restored store back",
  needs: (state, request) =>
    (state.facts.undo?.inPlace ?? "restored") === "restored"
      ? []
      : [
          { kind: "target" },
          { kind: "server", at: endpoint(state, request) },
          { kind: "job", role: "volume" },
        ],
  decide: (context) =>
    (context.state.facts.undo?.inPlace ?? "restored") === "restored"
      ? { kind: "next" }
      : moveStores(context, "again"),
};

export const bringAgain: Step = {
  says: "starting the restored store",
  needs: (state, request) =>
    state.facts.undo ? [{ kind: "target" }, { kind: "server", at: endpoint(state, request) }] : [],
  decide: (context) => {
    const { undo } = context.state.facts;
    if (!undo) return { kind: "next" };
    const { requestedStatus } = undo;
    return (
      firstOf(
        () => accessAsBefore(context),
        () => startStore(context, { what: "the restored database", requestedStatus }),
      ) ?? { kind: "next", message: "as it was before undo" }
    );
  },
};

/** Before the start: where nobody could write, nobody can. */
function accessAsBefore(context: Context): Move | undefined {
  const { state, seen, request } = context;
  const access = state.facts.undo?.access;
  const row = databaseRow(context);
  const database = request.spec.databaseName;
  if (seen.server?.reachable && !row)
    return fail("RollbackIncomplete", `database ${database} is not there any more: someone dropped it`);
  if (!row || access === undefined || row.access === access) return undefined;
  return {
    kind: "perform",
    effect: { kind: "setAccess", key: "access", at: admin(context), database, access },
  };
}
