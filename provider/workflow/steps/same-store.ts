/**
 * Which store serves after a way back: one that ends before the transaction that was noted when the database was stopped
 * is not the store that was stopped. Nobody may write to it, because it has to go again, and the end says what it is.
 * Invariant: it is the writer's word of its own copy, on a cluster in two looks a second apart: a follower may be behind
 * or have another store, and what one server tells of another is of another moment.
 */
import type { DatabaseRow } from "../../plan/observation.js";
import { isOnline } from "../../plan/seeder.js";
import { limits } from "../limits.js";
import type { Reason } from "../reasons.js";
import { fail, resultOf, type Context, type Move } from "../step.js";
import { admin, rowsOf, targetFacts } from "../subject.js";
import { entered, startOf, type StartFacts, type Wanted } from "../way-back-facts.js";

/** @returns undefined where it ends with what was noted at least, or nothing was noted */
export function notTheStore(
  context: Context,
  row: DatabaseRow,
  { what, atLeast }: Wanted,
  reason: Reason,
): Move | undefined {
  if (atLeast === undefined) return undefined;
  const { state, now } = context;
  const ended = `${what} ended with ${atLeast}`;
  // Once found it stays so: what clients write to the wrong store meanwhile makes it no other.
  const found = startOf(state)?.foundTxn;
  if (found !== undefined)
    return (
      readOnly(context, row) ??
      fail(
        reason,
        `database ${row.name} serves with last transaction ${found}, ${ended}: what is in its place is another store`,
      )
    );
  const writer = writerOf(context, row.name);
  const txn = writer?.lastCommittedTxn;
  if (writer === undefined || txn === undefined)
    return {
      ...{ kind: "wait", reason, pollMs: limits.databasePoll, limitMs: limits.stop },
      message: writer
        ? `the server does not tell the last transaction of database ${row.name}; ${ended}`
        : `no one server that answers tells that it writes to database ${row.name}; ${ended}`,
    };
  const enough = txn >= atLeast;
  if (enough && isAlone(context)) return undefined;
  // It may have yet to apply what it has. Whether it is another store is told while nobody changes it.
  const guard = enough ? undefined : readOnly(context, row);
  if (guard) return guard;
  const before = startOf(state)?.look;
  const agrees =
    before?.by === writer.address && (enough ? (before?.txn ?? 0) >= atLeast : before?.txn === txn);
  if (!before || !agrees) return noted(context, { look: { ...by(writer), txn, since: now } });
  const left = before.since + (isAlone(context) ? limits.databasePoll : limits.steady) - now;
  if (left > 0)
    return {
      kind: "wait",
      reason: "InProgress",
      message: `database ${row.name} serves with last transaction ${txn}, ${ended}`,
      pollMs: left,
    };
  return enough ? undefined : noted(context, { foundTxn: txn });
}

const isAlone = ({ state }: Context): boolean => targetFacts(state).members === undefined;

const by = ({ address }: DatabaseRow): { readonly by?: string } =>
  address === undefined ? {} : { by: address };

function noted({ state }: Context, what: Partial<StartFacts>): Move {
  return { kind: "learn", facts: { start: { ...startOf(state), ...entered(state), ...what } } };
}

/** As it tells of itself; undefined also where several do. */
function writerOf(context: Context, database: string): DatabaseRow | undefined {
  const { seen } = context;
  if (isAlone(context)) return rowsOf(seen.server, database).find(isOnline);
  const own = Object.values(seen.members ?? {}).flatMap((row) => row ?? []);
  const [writer, ...more] = own.filter((row) => isOnline(row) && row.writer);
  return more.length === 0 ? writer : undefined;
}

function readOnly(context: Context, row: DatabaseRow): Move | undefined {
  if (row.access === "read-only" || resultOf(context, "guard")) return undefined;
  const at = { at: admin(context), database: row.name } as const;
  return { kind: "perform", effect: { kind: "setAccess", key: "guard", ...at, access: "read-only" } };
}
