/**
 * Which server of a cluster seeds a database. Its store becomes the only old copy, and DROP deletes all others, so of
 * an existing database it must be an online primary that has what the writer has: nearly, when it is chosen; exactly,
 * when the database is stopped (workflow/steps/freeze.ts). A database that no server has online cannot be judged so.
 */
import { dataClaimOf, isThere, podOfAddress, unfit } from "./cluster.js";
import type { DatabaseRow, ServerView, TargetView } from "./observation.js";

export interface Seeder {
  readonly pod: string;
  readonly serverId: string;
  readonly claim: string;
}
export type SeederChoice =
  { readonly ok: true; readonly seeder: Seeder } | { readonly ok: false; readonly message: string };

/** One that is further behind is not likely to have caught up when the database is stopped. The writer never is. */
const mostLag = 50;

/** The lowest-numbered server that may seed the database. */
export function chooseSeeder(
  target: TargetView,
  server: Extract<ServerView, { reachable: true }>,
  database: string,
): SeederChoice {
  const rows = server.databases.filter((row) => row.name === database);
  const reasons: string[] = [];
  for (const pod of target.pods) {
    const row = server.servers.find((one) => podOfAddress(one.address) === pod.name);
    const claim = dataClaimOf(pod.shape);
    const exists = rows.length > 0;
    const against =
      !pod.running || pod.terminating
        ? "does not run"
        : ((exists ? unfitCopy(rows, pod.name) : undefined) ??
          unfit(row, database) ??
          (exists ? lagging(rows, pod.name) : undefined));
    if (against === undefined && row && claim !== undefined)
      return { ok: true, seeder: { pod: pod.name, serverId: row.serverId, claim } };
    reasons.push(`${pod.name} ${against ?? "has no data claim"}`);
  }
  return { ok: false, message: `no server can seed database ${database}: ${reasons.join("; ")}` };
}

/** The lowest-numbered of those servers that may seed it; their copies end where the writer's does. */
export function otherSeeder(
  target: TargetView,
  server: Extract<ServerView, { reachable: true }>,
  database: string,
  own: readonly DatabaseRow[],
  candidates: readonly string[],
): Seeder | undefined {
  const fits = target.pods.flatMap((pod) => {
    const row = server.servers.find((one) => podOfAddress(one.address) === pod.name);
    const claim = dataClaimOf(pod.shape);
    const may = candidates.includes(pod.name) && pod.running && !pod.terminating;
    const against = unfitCopy(own, pod.name) ?? unfit(row, database);
    if (!may || against !== undefined || !row || claim === undefined) return [];
    return [{ pod: pod.name, serverId: row.serverId, claim }];
  });
  return fits[0];
}

/** Why the copy of an existing database in that pod may not seed it, whatever it ends with. */
export function unfitCopy(rows: readonly DatabaseRow[], pod: string): string | undefined {
  const own = rows.find((row) => podOfAddress(row.address) === pod);
  const name = rows[0]?.name ?? "";
  if (!own) return `does not host ${name}`;
  if (own.role === "secondary") return `holds ${name} as a secondary`;
  const copying = own.currentStatus === "store copying";
  return copying || (rows.some(isOnline) && !isOnline(own)) ? `has ${name} ${own.currentStatus}` : undefined;
}

/** Why it should not: it is too far behind to have caught up when the database is stopped. */
function lagging(rows: readonly DatabaseRow[], pod: string): string | undefined {
  const own = rows.find((row) => podOfAddress(row.address) === pod);
  const writer = rows.find((row) => row.writer);
  if (!own || !writer || own === writer || !isOnline(own)) return undefined;
  const [mine, end] = [own.lastCommittedTxn, writer.lastCommittedTxn];
  if (mine === undefined || end === undefined) return `does not tell how much of ${own.name} it has`;
  // Neo4j's own figure may be of another moment than the two rows: the worse one counts.
  const behind = Math.max(end - mine, -(own.replicationLag ?? 0));
  return behind > mostLag ? `is ${behind} transactions behind in ${own.name}` : undefined;
}

export function isOnline(row: DatabaseRow): boolean {
  return isThere(row) && row.currentStatus === "online";
}
