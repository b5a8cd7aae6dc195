/**
 * BringUp on a cluster of several servers: the database comes from one server's restored store. That call is the
 * point of no return: the other servers' old copies are gone or go with it. `CREATE … IF NOT EXISTS` may be
 * repeated; recreating may not, so it is only asked for while the database is seen to be stopped as before.
 */
import { recreateProcedure, seedOptions } from "../../plan/cluster.js";
import type { DatabaseCreation } from "../ports.js";
import type { Reason } from "../reasons.js";
import type { RunState } from "../state.js";
import { fail, once, resultOf, type Context, type Move } from "../step.js";
import { admin, databaseRow, known, targetFacts } from "../subject.js";
import { limits } from "../limits.js";

/** @returns undefined once the database is asked to be online and, where that can be, read-only. */
export function seed(context: Context): Move | undefined {
  return context.state.facts.strategy === "recreate" ? recreate(context) : createFromSeeder(context);
}

/** The same topology and options as before; of a new database the DBMS's own. */
export function creationOf({ facts }: Pick<RunState, "facts">): DatabaseCreation {
  const { attachments, target } = facts;
  const { primaries, secondaries } = attachments ?? {};
  return {
    ...(primaries === undefined ? {} : { primaries }),
    ...(secondaries === undefined ? {} : { secondaries }),
    options: seedOptions(attachments, known(target?.serverId, "the seeder's id")),
  };
}

function createFromSeeder(context: Context): Move | undefined {
  const { state, request, now } = context;
  const database = request.spec.databaseName;
  const at = admin(context);
  const row = databaseRow(context);
  if (!row) {
    const creation = creationOf(state);
    const create = once(context, { kind: "createDatabase", key: "create", at, database, creation });
    if (create?.kind === "fail") return { ...create, refused: true };
    if (create?.kind === "perform") return { ...create, note: { pointOfNoReturnAt: now } };
    return create ?? wait(`waiting for database ${database} to appear`);
  }
  if (state.pointOfNoReturnAt === undefined)
    return fail(
      "DatabaseChangedSinceConsent",
      `someone created a database ${database} before the restored one was: look at what creates it (a Neo4jDatabase resource?)`,
    );
  // Before it is seeded, so that nobody writes to it before it is proven.
  return row.access === "read-only"
    ? undefined
    : once(context, { kind: "setAccess", key: "read-only", at, database, access: "read-only" });
}

function recreate(context: Context): Move | undefined {
  const { state, request, now } = context;
  const database = request.spec.databaseName;
  const row = databaseRow(context);
  if (!row) return fail("BringUpFailed", `database ${database} was dropped by someone else`);
  if (row.requestedStatus === "online")
    return state.pointOfNoReturnAt === undefined
      ? fail("SwapFailed", `database ${database} was started by someone else before it was recreated`)
      : undefined;
  const second = resultOf(context, "recreate-again");
  const last = second ?? resultOf(context, "recreate");
  if (!last) return callRecreate(context, "recreate");
  if (last.ok) return wait(`waiting for database ${database} to be recreated`);
  if (last.fault.kind !== "outcomeUnknown") return { kind: "fail", fault: last.fault, refused: true };
  // Seen to be stopped all that time, it was never called.
  const since = state.waiting?.reason === "InProgress" ? state.waiting.since : now;
  if (now - since >= limits.recreated && !second) return callRecreate(context, "recreate-again");
  return wait(
    `the answer to recreating database ${database} was lost: waiting to see whether it takes effect`,
    "InProgress",
  );
}

function callRecreate(context: Context, key: string): Move {
  const { state, request, now } = context;
  const { serverId, serverVersion } = targetFacts(state);
  return {
    kind: "perform",
    note: { pointOfNoReturnAt: now },
    effect: {
      kind: "recreateDatabase",
      key,
      once: true,
      at: admin(context),
      database: request.spec.databaseName,
      procedure: recreateProcedure(known(serverVersion, "the server's version")),
      options: { seedingServers: [known(serverId, "the seeder's id")] },
    },
  };
}

function wait(message: string, reason: Reason = "BringUpFailed"): Move {
  return { kind: "wait", reason, message, pollMs: limits.databasePoll, limitMs: limits.stop };
}
