/**
 * Reads Neo4j's answers into our views. Everything the driver hands over is `unknown` until it was looked at;
 * what Neo4j did not say is left out. Integers beyond what a number holds exactly count as not said.
 * Invariant: a sentence of Neo4j's is cut to its bound here; what is used (names, ids, addresses) is refused beyond its own.
 */
import {
  type DateTime,
  isDateTime,
  isLocalDateTime,
  type LocalDateTime,
  type Record as Row,
} from "neo4j-driver";
import { bounded, most, sizeOf } from "../../plan/bounds.js";
import type { DatabaseRow, ServerRow } from "../../plan/observation.js";
import { RestoreFault, tooLarge } from "../../workflow/faults.js";

/** The columns of SHOW DATABASES that are asked for by name, and no others. */
const columns = [
  "name",
  "type",
  "access",
  "serverID",
  "address",
  "role",
  "writer",
  "requestedStatus",
  "currentStatus",
  "statusMessage",
  "databaseID",
  "creationTime",
  "lastStartTime",
  "store",
  "lastCommittedTxn",
  "replicationLag",
  "default",
] as const;

export const showDatabases = `SHOW DATABASES YIELD ${columns.join(", ")}`;

export function databaseRow(row: Row): DatabaseRow {
  const cell = (column: (typeof columns)[number]): unknown => row.get(column);
  return {
    name: text(cell("name")) ?? "",
    type: text(cell("type")) ?? "",
    access: access(cell("access")),
    writer: cell("writer") === true,
    requestedStatus: text(cell("requestedStatus")) ?? "",
    currentStatus: text(cell("currentStatus")) ?? "",
    statusMessage: sentence(cell("statusMessage")),
    isDefault: cell("default") === true,
    ...known({
      serverId: text(cell("serverID")),
      address: text(cell("address")),
      role: text(cell("role")),
      databaseId: text(cell("databaseID")),
      creationTime: instant(cell("creationTime")),
      lastStartTime: instant(cell("lastStartTime")),
      store: text(cell("store")),
      lastCommittedTxn: wholeNumber(cell("lastCommittedTxn")),
      replicationLag: wholeNumber(cell("replicationLag")),
    }),
  };
}

export const showServers =
  "SHOW SERVERS YIELD serverId, address, state, health, modeConstraint, allowedDatabases, deniedDatabases";

export function serverRow(row: Row): ServerRow {
  const names = (value: unknown): readonly string[] =>
    Array.isArray(value) ? value.flatMap((name) => text(name) ?? []) : [];
  return {
    serverId: text(row.get("serverId")) ?? "",
    state: text(row.get("state")) ?? "",
    health: text(row.get("health")) ?? "",
    mode: text(row.get("modeConstraint")) ?? "NONE",
    allowed: names(row.get("allowedDatabases")),
    denied: names(row.get("deniedDatabases")),
    ...known({ address: text(row.get("address")) }),
  };
}

/** Version and edition from dbms.components(), which newer servers also fill with the Cypher versions. */
export function kernel(rows: readonly Row[]): { readonly version: string; readonly edition: string } {
  const row = rows.find((candidate) => candidate.get("name") === "Neo4j Kernel");
  const versions: unknown = row?.get("versions");
  return {
    version: (Array.isArray(versions) ? text(versions[0]) : undefined) ?? "unknown",
    edition: text(row?.get("edition")) ?? "unknown",
  };
}

/** A non-empty string that is used as it is: never cut, and so refused where it is larger than anybody's. */
export function text(value: unknown, bytes: number = most.name): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const size = sizeOf(value);
  if (size > bytes) throw tooLarge("A name, an id or a value that Neo4j tells", size, bytes);
  return value;
}

/** Neo4j's words for people. */
function sentence(value: unknown): string {
  return typeof value === "string" ? bounded(value) : "";
}

/** Rows of one answer. */
export function withinBounds(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= most.rows) return rows;
  throw new RestoreFault(
    "terminal",
    "TooLarge",
    `Neo4j answers with ${rows.length} rows; this program takes at most ${most.rows}.`,
  );
}

function access(value: unknown): DatabaseRow["access"] {
  return value === "read-write" || value === "read-only" ? value : "unknown";
}

export function wholeNumber(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

/** ISO 8601 in UTC, so that two looks at the same instant compare equal. */
function instant(value: unknown): string | undefined {
  return isTemporal(value) ? value.toStandardDate().toISOString() : text(value);
}

function isTemporal(value: unknown): value is DateTime<number> | LocalDateTime<number> {
  return typeof value === "object" && value !== null && (isDateTime(value) || isLocalDateTime(value));
}

type Known<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function known<T extends object>(fields: T): Known<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Known<T>;
}
