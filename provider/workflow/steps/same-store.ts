/**
 * Which store serves after a way back: one that ends before the transaction that was noted when the database was stopped
 * is not the store that was stopped. Nobody may write to it, because it has to go again, and the end says what it is.
 */
import type { DatabaseRow } from "../../plan/observation.js";
import { limits } from "../limits.js";
import type { Reason } from "../reasons.js";
import { fail, resultOf, type Context, type Move } from "../step.js";
import { admin, rowsOf } from "../subject.js";
import { entered, startOf, type Wanted } from "../way-back-facts.js";

/** @returns undefined where it ends with what was noted at least, or nothing was noted */
export function notTheStore(
  context: Context,
  row: DatabaseRow,
  { what, atLeast }: Wanted,
  reason: Reason,
): Move | undefined {
  if (atLeast === undefined) return undefined;
  const { state, seen } = context;
  const online = rowsOf(seen.server, row.name).filter(({ currentStatus }) => currentStatus === "online");
  const told = online.flatMap(({ lastCommittedTxn }) => lastCommittedTxn ?? []);
  // Once found it stays so: what clients write to the wrong store meanwhile makes it no other.
  const found = startOf(state)?.foundTxn;
  const last = found ?? (told.length === 0 ? undefined : Math.max(...told));
  if (last !== undefined && last >= atLeast) return undefined;
  const said =
    last === undefined
      ? `the server does not tell the last transaction of database ${row.name}; ${what} ended with ${atLeast}`
      : `database ${row.name} serves with last transaction ${last}, ${what} ended with ${atLeast}: what is in its place is another store`;
  // A follower that has just started may be behind for a moment.
  const settled = online.length === 1 || online.some(({ writer }) => writer);
  if (last === undefined || !settled)
    return { kind: "wait", reason, message: said, pollMs: limits.databasePoll, limitMs: limits.stop };
  if (found === undefined)
    return { kind: "learn", facts: { start: { ...startOf(state), ...entered(state), foundTxn: last } } };
  if (row.access !== "read-only" && !resultOf(context, "guard"))
    return {
      kind: "perform",
      effect: {
        ...{ kind: "setAccess", key: "guard", at: admin(context), database: row.name },
        access: "read-only",
      },
    };
  return fail(reason, said);
}
