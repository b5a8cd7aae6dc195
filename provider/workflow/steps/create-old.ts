/**
 * The way back after a DROP: the old store is in its place again on the seeder, and the database is created from
 * it as it was, by the same seeding way, because the other servers' copies are gone. It is proven by its last
 * transaction before anything is said to be as before.
 */
import { limits } from "../limits.js";
import { fail, firstOf, once, type Context, type Move } from "../step.js";
import { admin, databaseRow } from "../subject.js";
import { giveAttachments } from "./open.js";
import { createSeeded } from "./seed.js";

export function createOld(context: Context): Move | undefined {
  const { request, seen } = context;
  const database = request.spec.databaseName;
  if (!seen.server?.reachable) return wait("Bolt does not answer");
  const row = databaseRow(context);
  if (!row) return createSeeded(context) ?? wait(`waiting for database ${database} to appear`);
  return row.currentStatus === "online" || row.statusMessage !== ""
    ? undefined
    : wait(`database ${database} is ${row.currentStatus}`);
}

/** Once it is online: it is the old data, with what hangs on its name, and offline if it was so before. */
export function oldAsBefore(context: Context): Move | undefined {
  const { state, request } = context;
  const row = databaseRow(context);
  const { lostTxn, returnState } = state.facts;
  const last = row?.lastCommittedTxn;
  if (row?.currentStatus === "online" && lostTxn !== undefined && last !== undefined && last < lostTxn)
    return fail(
      "RollbackIncomplete",
      `database ${row.name} serves with last transaction ${last}, the old data ended with ${lostTxn}`,
    );
  return firstOf(
    () => giveAttachments(context),
    () =>
      returnState?.requestedStatus === "offline"
        ? once(context, {
            kind: "stopDatabase",
            key: "stop",
            at: admin(context),
            database: request.spec.databaseName,
          })
        : undefined,
  );
}

function wait(message: string): Move {
  return { kind: "wait", reason: "RollbackIncomplete", message, pollMs: limits.databasePoll };
}
