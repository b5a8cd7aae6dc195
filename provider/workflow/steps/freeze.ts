/**
 * Before STOP the database takes no writes any more while it is still online, so that what it ends with is known
 * exactly: a stopped one tells no last transaction. On a cluster the seeder must have that end itself, seen in two
 * looks, because its store becomes the only old copy. Invariant: from the first READ ONLY on there is something to
 * give back (`frozenAt`), and nothing is stopped before all of it holds.
 */
import { isThere, podOfAddress } from "../../plan/cluster.js";
import type { DatabaseRow } from "../../plan/observation.js";
import { isOnline, unfitCopy } from "../../plan/seeder.js";
import { keepsOnlyCopy } from "../../plan/strategy.js";
import type { Need } from "../effects.js";
import { limits } from "../limits.js";
import type { Reason } from "../reasons.js";
import type { RunState } from "../state.js";
import { firstOf, once, type Context, type Move } from "../step.js";
import { chooseAnother } from "./reseed.js";
import { admin, endpoint, rowsOf, targetFacts } from "../subject.js";
import type { RestoreRequest } from "../../spec/request.js";

/** What each server has heard of the access mode is told by itself alone. */
export function freezeNeeds(state: RunState, request: RestoreRequest): readonly Need[] {
  const several = targetFacts(state).members !== undefined;
  return several && !isStopped(state) ? [{ kind: "members", at: endpoint(state, request) }] : [];
}

/** STOP was accepted. */
export const isStopped = ({ results }: RunState): boolean => results["stop"]?.ok === true;

/** @returns undefined once its end is known and lies on the seeder as well, or where no server has it online. */
export function freeze(context: Context): Move | undefined {
  const rows = rowsOf(context.seen.server, context.request.spec.databaseName);
  if (!rows.some(isOnline)) return undefined;
  return firstOf(
    () => setReadOnly(context, rows),
    () => everywhereReadOnly(context, rows),
    () => itsEnd(context),
    () => onTheSeeder(context),
  );
}

/** Once: a database that is read-only by itself is left as it is, and one that is set back is waited for in vain. */
function setReadOnly(context: Context, rows: readonly DatabaseRow[]): Move | undefined {
  const { state, request, now } = context;
  if (rows.filter(isThere).every(({ access }) => access === "read-only")) return undefined;
  const database = request.spec.databaseName;
  const effect = { kind: "setAccess", key: "freeze", database, access: "read-only" } as const;
  const move = once(context, { ...effect, at: admin(context) });
  return move?.kind === "perform" && state.frozenAt === undefined
    ? { ...move, note: { frozenAt: now } }
    : move;
}

function everywhereReadOnly(context: Context, rows: readonly DatabaseRow[]): Move | undefined {
  const name = context.request.spec.databaseName;
  const writers = [...rows.filter(isThere), ...own(context)].filter(({ role }) => role !== "secondary");
  const late = writers.find(({ access }) => access !== "read-only");
  const pods = writers.map(({ address }) => podOfAddress(address));
  const silent = Object.entries(context.seen.members ?? {}).find(([pod, row]) => !row && pods.includes(pod));
  if (silent) return wait("TakeOfflineFailed", `server ${silent[0]} does not answer for database ${name}`);
  const where = late?.address === undefined ? "" : ` on ${late.address}`;
  return late && wait("TakeOfflineFailed", `database ${name} still takes writes${where}`);
}

/** A commit that had passed the check before READ ONLY came may still be under way: so it is looked at twice. */
function itsEnd(context: Context): Move | undefined {
  const { state, now } = context;
  const txn = writersEnd(context);
  if (txn === undefined) return undefined;
  const { end } = state.facts;
  if (end?.txn !== txn) return { kind: "learn", facts: { end: { txn, since: now } } };
  const apart = context.seen.members ? limits.steady : limits.databasePoll;
  const left = end.since + apart - now;
  return left > 0
    ? {
        ...wait("InProgress", `database ${context.request.spec.databaseName} ends with transaction ${txn}`),
        pollMs: left,
      }
    : undefined;
}

function onTheSeeder(context: Context): Move | undefined {
  const { state, seen, request } = context;
  if (seen.members && keepsOnlyCopy(state.facts.strategy)) {
    const against = notTheSeeder(context);
    if (against !== undefined)
      return (
        chooseAnother(context, own(context), writersEnd(context)) ??
        wait(
          "SeederBehind",
          `server ${targetFacts(state).pod} cannot seed database ${request.spec.databaseName}: it ${against}; nothing was stopped, and another run chooses anew`,
        )
      );
  }
  const lostTxn = state.facts.end?.txn;
  return lostTxn === undefined || state.facts.lostTxn === lostTxn
    ? undefined
    : { kind: "learn", facts: { lostTxn } };
}

/** Of an end that no server tells as its writer, nobody knows who has it. */
function notTheSeeder(context: Context): string | undefined {
  const { pod } = targetFacts(context.state);
  const rows = own(context);
  const unfit = unfitCopy(rows, pod);
  if (unfit !== undefined) return unfit;
  const name = context.request.spec.databaseName;
  const end = writersEnd(context);
  if (end === undefined)
    return `cannot be compared, because no server writes to ${name} (STOP DATABASE ${name} before the run gives up what another server may have more)`;
  const mine = rows.find((row) => podOfAddress(row.address) === pod)?.lastCommittedTxn;
  return mine === end ? undefined : `ends with transaction ${mine ?? "unknown"}, the writer with ${end}`;
}

/** As each server tells of its own copy; one server alone tells it in its rows. */
function own({ seen, request }: Context): readonly DatabaseRow[] {
  if (!seen.members) return rowsOf(seen.server, request.spec.databaseName);
  return Object.values(seen.members).flatMap((row) => row ?? []);
}

function writersEnd(context: Context): number | undefined {
  const online = own(context).filter(isOnline);
  const writer = online.find((row) => row.writer) ?? (context.seen.members ? undefined : online[0]);
  return writer?.lastCommittedTxn;
}

function wait(reason: Reason, message: string): Extract<Move, { kind: "wait" }> {
  return { kind: "wait", reason, message, pollMs: limits.databasePoll, limitMs: limits.freeze };
}
