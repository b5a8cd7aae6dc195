/**
 * BringUp on a cluster of several servers: the database comes from one server's restored store, or each server
 * reads the artifact from its URI. That call is the
 * point of no return: the other servers' old copies are gone or go with it. `CREATE … IF NOT EXISTS` may be
 * repeated; recreating may not, so it is only asked for while the database is seen to be stopped as before.
 */
import { awayServers, fittingTopology, recreateProcedure, seedOptions } from "../../plan/cluster.js";
import { firstDenies } from "../../plan/attachments.js";
import { uriOptions } from "../../plan/seed-uri.js";
import type { RestoreRequest } from "../../spec/request.js";
import type { DatabaseCreation } from "../ports.js";
import type { Reason } from "../reasons.js";
import type { Facts, RunState } from "../state.js";
import { fail, once, resultOf, type Context, type Move } from "../step.js";
import { admin, databaseRow, known, targetFacts } from "../subject.js";
import { limits } from "../limits.js";
import { giveAttachments } from "./attachments.js";
import { leftSomewhere } from "./drop.js";

/** @returns undefined once the database is asked to be online and, where that can be, read-only. */
export function seed(context: Context): Move | undefined {
  const { strategy, existed } = context.state.facts;
  const inItsPlace = strategy === "recreate" || (strategy === "seedURI" && existed === true);
  return inItsPlace ? recreate(context) : createFromSeeder(context);
}

/** The same topology, options and language as before; of a new database the DBMS's own. */
function creationOf({ facts }: RunState, request: RestoreRequest): DatabaseCreation {
  const { attachments, target } = facts;
  if (facts.strategy === "seedURI") return { options: uriOptions(seedUri(facts), request) };
  const { primaries, secondaries, language } = attachments ?? {};
  return {
    ...(language === undefined ? {} : { language }),
    ...(primaries === undefined ? {} : { primaries }),
    ...(secondaries === undefined ? {} : { secondaries }),
    options: seedOptions(attachments, known(target?.serverId, "the seeder's id")),
    ...(attachments && facts.dropped === true ? { denies: firstDenies(attachments) } : {}),
  };
}

/**
 * Used by the rollback as well. Whether servers that are away count is Neo4j's own affair: where it refuses
 * because of them, the database is created on those that are there, rather than not at all.
 */
export function createSeeded(context: Context): Move | undefined {
  const { state, request, seen } = context;
  const database = request.spec.databaseName;
  const whole = creationOf(state, request);
  const effect = { kind: "createDatabase", at: admin(context), database } as const;
  const refused = once(context, { ...effect, key: "create", creation: whole });
  if (refused?.kind !== "fail" || refused.fault.reason !== "Neo4jRefused") return refused;
  const topology = fittingTopology(seen.server, database, whole);
  if (!topology) return refused;
  const { primaries, secondaries } = topology;
  if (JSON.stringify(state.facts.topology) !== JSON.stringify(topology))
    return { kind: "learn", facts: { topology }, note: { remark: smaller(context, primaries) } };
  const creation = { ...whole, primaries, secondaries };
  const again = once(context, { ...effect, key: "create-smaller", creation });
  return again?.kind === "fail" ? refused : again;
}

function smaller({ state, request, seen }: Context, primaries: number): string {
  const { primaries: before, secondaries = 0 } = state.facts.attachments ?? {};
  const name = request.spec.databaseName;
  const whole = before === undefined ? "n PRIMARIES" : `${before} PRIMARIES ${secondaries} SECONDARIES`;
  const away = awayServers(seen.server).join(", ");
  return `database ${name} is created on ${primaries} servers because ${away} is away: once it is back, ALTER DATABASE \`${name}\` SET TOPOLOGY ${whole}`;
}

function seedUri({ restored }: Facts): string {
  return known(restored, "the artifact").artifact;
}

function createFromSeeder(context: Context): Move | undefined {
  const { state, request, now } = context;
  const database = request.spec.databaseName;
  const at = admin(context);
  const row = databaseRow(context);
  if (!row) {
    // A CREATE that was noted and not answered took no effect: there is no row, and its connection was ended.
    const unasked = resultOf(context, "create") === undefined;
    // A server that came back since the DROP has its old copy until it has heard of it.
    const left = unasked ? leftSomewhere(context) : undefined;
    if (left) return left;
    const other = unasked ? notTheRestored(context) : undefined;
    if (other) return other.kind === "fail" ? { ...other, refused: true } : other;
    const create = createSeeded(context);
    if (create?.kind === "fail") return { ...create, refused: true };
    if (create?.kind === "perform") return { ...create, note: { pointOfNoReturnAt: now } };
    return create ?? giveAttachments(context) ?? wait(`waiting for database ${database} to appear`);
  }
  if (state.pointOfNoReturnAt === undefined)
    return fail(
      "DatabaseChangedSinceConsent",
      `someone created a database ${database} before the restored one was: look at what creates it (a Neo4jDatabase resource?)`,
    );
  const give = giveAttachments(context);
  if (give) return give;
  // Before it is seeded, so that nobody writes to it before it is proven.
  return row.access === "read-only"
    ? undefined
    : once(context, { kind: "setAccess", key: "read-only", at, database, access: "read-only" });
}

/** CREATE would make a database of whatever lies there, and an empty one of nothing: the last look, at the very folders. */
function notTheRestored({ state, request, seen }: Context): Move | undefined {
  if (state.facts.dropped !== true) return undefined;
  const { pod } = targetFacts(state);
  const copy = seen.copies?.[pod];
  if (!copy) return wait(`the volume of ${pod} cannot be looked at`);
  const why = `what lies under the name of database ${request.spec.databaseName} on ${pod} is not the store that was restored, so CREATE DATABASE was not sent: somebody has put it there`;
  return copy.foreign ? fail("SwapFailed", why) : undefined;
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
      // The URI alone: beside a list of servers it would only be what Neo4j falls back to.
      options:
        state.facts.strategy === "seedURI"
          ? { seedURI: seedUri(state.facts) }
          : { seedingServers: [known(serverId, "the seeder's id")] },
    },
  };
}

function wait(message: string, reason: Reason = "BringUpFailed"): Move {
  return { kind: "wait", reason, message, pollMs: limits.databasePoll, limitMs: limits.stop };
}
