/**
 * Open: the saved access mode back. From here on clients may write, so from here on the old data is never put
 * back automatically. The target's ledger knows this restore before that, so that it is not done twice, and then that it
 * was opened.
 */
import { limits } from "../limits.js";
import { firstOf, once, type Context, type Move, type Step } from "../step.js";
import { admin, databaseRow, endpoint, targetRef } from "../subject.js";
import { attachmentNeeds, checkAttachments } from "./attachments.js";
import { enterLedger, enterNeeds, entryOf } from "./enter.js";

export const open: Step = {
  says: "opening the restored database for writes",
  needs: (state, request) => [
    { kind: "server", at: endpoint(state, request) },
    ...attachmentNeeds(state, request),
    ...enterNeeds(state),
  ],
  decide: (context) => {
    const { state, now } = context;
    if (state.pointOfNoReturnAt === undefined)
      return enterLedger(context) ?? { kind: "learn", facts: {}, note: { pointOfNoReturnAt: now } };
    return (
      firstOf(
        () => checkAttachments(context),
        () => giveAccess(context),
        () =>
          state.onlineAt === undefined ? { kind: "learn", facts: {}, note: { onlineAt: now } } : undefined,
        () => remember(context),
      ) ?? { kind: "next", message: "serving" }
    );
  },
};

/** The access mode as it was, if it differs. Used where it was read-only for a moment as well. */
export function giveAccess(context: Context): Move | undefined {
  const { state, request } = context;
  const row = databaseRow(context);
  const access = state.facts.returnState?.access ?? "read-write";
  if (row?.access === access) return undefined;
  const database = request.spec.databaseName;
  const given =
    row && once(context, { kind: "setAccess", key: "access", at: admin(context), database, access });
  return (
    given ?? {
      kind: "wait",
      reason: "BringUpFailed",
      message: row ? `database ${database} is still ${row.access}` : "Bolt does not answer",
      pollMs: limits.databasePoll,
      limitMs: limits.online,
    }
  );
}

function remember(context: Context): Move | undefined {
  const { state, request } = context;
  return once(context, {
    kind: "writeLedger",
    key: "ledger",
    target: targetRef(state, request),
    database: request.spec.databaseName,
    changes: [{ kind: "restored", entry: entryOf(context) }],
  });
}
