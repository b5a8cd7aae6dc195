/**
 * The store in its place is started on every way back: by the rollback, by undo, and by undo's own way back.
 */
import { limits } from "../limits.js";
import { fail, type Context, type Move } from "../step.js";
import { admin, databaseRow } from "../subject.js";

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
