/**
 * The way back after a DROP: the old store is in its place again on the seeder, and the database is created from
 * it as it was, by the same seeding way, because the other servers' copies are gone. CREATE starts it writable; it is
 * compared and set back like any other old store that is started (start-store.ts).
 */
import { limits } from "../limits.js";
import { firstOf, once, resultOf, type Context, type Move } from "../step.js";
import { admin, databaseRow } from "../subject.js";
import { checkAttachments, giveAttachments } from "./attachments.js";
import { someoneElses } from "./drop.js";
import { createSeeded } from "./seed.js";

export function createOld(context: Context): Move | undefined {
  const { request, seen } = context;
  if (!seen.server?.reachable) return wait("Bolt does not answer");
  const row = databaseRow(context);
  const foreign = someoneElses(context, "RollbackIncomplete");
  if (foreign) return foreign;
  if (context.state.facts.createdAgain !== true) return { kind: "learn", facts: { createdAgain: true } };
  const create = row ? undefined : createSeeded(context);
  if (create) return create;
  // Before anything is waited for: whoever may read all databases reads this one without its DENYs.
  const give = giveAttachments(context);
  if (give) return give;
  return row ? undefined : wait(`waiting for database ${request.spec.databaseName} to appear`);
}

/** Offline before, it was created only to be compared, and is stopped again. */
export function stoppedAgain(context: Context): boolean {
  return wasOffline(context) && resultOf(context, "stop")?.ok === true;
}

/** Once it serves: what hangs on its name, and offline if it was so before. */
export function oldAsBefore(context: Context): Move | undefined {
  return firstOf(
    () => checkAttachments(context),
    () =>
      wasOffline(context)
        ? once(context, {
            kind: "stopDatabase",
            key: "stop",
            at: admin(context),
            database: context.request.spec.databaseName,
          })
        : undefined,
  );
}

const wasOffline = ({ state }: Context): boolean => state.facts.returnState?.requestedStatus === "offline";

function wait(message: string): Move {
  return { kind: "wait", reason: "RollbackIncomplete", message, pollMs: limits.databasePoll };
}
