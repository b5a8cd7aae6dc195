/**
 * Prove on a cluster: the writer and a majority of the servers serve what was restored, all one store. A server that is still
 * copying is waited for; one that serves the old end of the data, or another format, proves that an old copy
 * has won. Servers that were down before do not fail a good restore.
 */
import { awayServers, isThere, majorityOf, podOfAddress } from "../../plan/cluster.js";
import type { DatabaseRow } from "../../plan/observation.js";
import { limits } from "../limits.js";
import { fail, type Context, type Move } from "../step.js";
import { known, rowsOf } from "../subject.js";

/** @returns undefined once a majority has proven it. */
export function proveMembers(context: Context): Move | undefined {
  const { request, seen, now } = context;
  const database = request.spec.databaseName;
  const rows = rowsOf(seen.server, database);
  const online = rows.filter((row) => row.currentStatus === "online" && startedAgain(context, row));
  const old = online.flatMap((row) => wrong(context, row));
  if (old[0] !== undefined) return fail("FingerprintMismatch", old[0]);
  const serving = rows.filter((row) => serves(context, row));
  const needed = majorityOf(primariesOf(context, rows));
  const primaries = serving.filter((row) => row.role !== "secondary");
  if (serving.some((row) => row.writer) && primaries.length >= needed)
    return oneStore(context, primaries, needed);
  const stuck = rows.filter((row) => isStuck(row));
  const since = now - enteredAt(context);
  if (rows.length > 0 && rows.length - stuck.length < needed && since > limits.settle) {
    const texts = stuck.map((row) => `${row.address ?? "a server"}: ${row.statusMessage}`).join("; ");
    return fail("BringUpFailed", `database ${database} does not come online: ${texts}`, { text: texts });
  }
  return {
    kind: "wait",
    reason: "BringUpFailed",
    message: `database ${database} serves on ${primaries.length} of ${needed} servers that are needed`,
    pollMs: limits.databasePoll,
    limitMs: limits.online,
  };
}

/** Equal ends of two histories are not one history: the ids of the stores must be equal as well. */
function oneStore({ seen }: Context, serving: readonly DatabaseRow[], needed: number): Move | undefined {
  const ids = serving.flatMap((row) => {
    const pod = podOfAddress(row.address) ?? "";
    const id = seen.storeIds?.[pod];
    return id === undefined ? [] : [{ name: row.name, pod, id }];
  });
  const [first, ...others] = ids.filter(({ id }) => id !== null);
  const other = others.find(({ id }) => id !== first?.id);
  if (first && other)
    return fail(
      "FingerprintMismatch",
      `database ${first.name} is another store on ${other.pod} (${other.id}) than on ${first.pod} (${first.id})`,
    );
  if (ids.length >= needed) return undefined;
  return {
    kind: "wait",
    reason: "BringUpFailed",
    message: `CALL db.info() was answered by ${ids.length} of ${needed} servers that are needed`,
    pollMs: limits.databasePoll,
    limitMs: limits.online,
  };
}

/** Servers that should serve it and do not. */
export function missingServers(context: Context): readonly string[] {
  const { state, seen, request } = context;
  const silent = rowsOf(seen.server, request.spec.databaseName)
    .filter((row) => !serves(context, row))
    .map((row) => addressOf(context, row));
  // Created without those that are away, it has no row of them.
  const away = state.facts.topology === undefined ? [] : awayServers(seen.server);
  return [...new Set([...silent, ...away])];
}

/** A row of a server that is away has no address; SHOW SERVERS still knows it. */
function addressOf({ seen }: Context, row: DatabaseRow): string {
  const servers = seen.server?.reachable ? seen.server.servers : [];
  const known = servers.find(({ serverId }) => serverId === row.serverId)?.address;
  return row.address ?? known ?? row.serverId ?? "a server without an address";
}

function serves(context: Context, row: DatabaseRow): boolean {
  const restored = context.state.facts.restored?.lastCommittedTxn ?? 0;
  const online = row.currentStatus === "online" && startedAgain(context, row);
  return online && (row.lastCommittedTxn ?? -1) >= restored;
}

/**
 * A row may be late: what started when it did before is what was there before, and says nothing yet. But not for
 * long, because no page of Neo4j's says that a recreated database tells another time: then its data have to prove it.
 */
function startedAgain(context: Context, { serverId, lastStartTime }: DatabaseRow): boolean {
  if (serverId === undefined || lastStartTime === undefined) return true;
  const before = context.state.facts.lastStarts?.[serverId];
  return before !== lastStartTime || context.now - enteredAt(context) > limits.recreated;
}

function enteredAt({ state, now }: Context): number {
  return state.steps.at(-1)?.startedAt ?? now;
}

/** What cannot be the restored data: below its end at the writer, or where the old data ended, or of another format. */
function wrong({ state }: Context, row: DatabaseRow): readonly string[] {
  const restored = known(state.facts.restored, "the fingerprint");
  const { lostTxn } = state.facts;
  const [seen, wanted] = [row.lastCommittedTxn, restored.lastCommittedTxn];
  const where = `${row.name} on ${row.address ?? "a server"}`;
  if (row.writer && seen !== undefined && seen < wanted)
    return [`database ${where} serves with last transaction ${seen}, restored was ${wanted}`];
  if (seen !== undefined && lostTxn !== undefined && lostTxn > wanted && seen >= lostTxn)
    return [`database ${where} serves old data: last transaction ${seen}, restored was ${wanted}`];
  const most = restored.atMostTxn;
  if (seen !== undefined && most !== undefined && row.access === "read-only" && seen > most)
    return [`database ${where} serves with last transaction ${seen}, the artifact ends with ${most}`];
  const format = restored.storeFormat;
  return format !== undefined && row.store !== undefined && row.store !== format
    ? [`database ${where} serves a store of format ${row.store}, restored was ${format}`]
    : [];
}

/** As many as served it before; of a new database as many as it has got. */
function primariesOf({ state }: Context, rows: readonly DatabaseRow[]): number {
  const shown = rows.filter((row) => row.role !== "secondary").length;
  return Math.max(1, state.facts.baseline ?? shown);
}

function isStuck(row: DatabaseRow): boolean {
  if (!isThere(row)) return true;
  const moving = ["online", "starting", "store copying", "initial"].includes(row.currentStatus);
  return !moving && row.requestedStatus === "online" && row.statusMessage !== "";
}
