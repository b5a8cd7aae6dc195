/**
 * What hangs on a database's name (topology, options, language, aliases, privileges), read and given back. Neo4j tells
 * privileges as commands that give them again; those on this database are picked out by the name they carry: roughly by
 * Neo4j, which may have those of thousands of tenants, and exactly here.
 * Values stay parameters; a command is Neo4j's own text and is run as it came.
 */
import { DateTime, type Record as Row } from "neo4j-driver";
import { most, sizeOf } from "../../plan/bounds.js";
import type { Attachments, Json, JsonObject } from "../../plan/observation.js";
import { tooLarge } from "../../workflow/faults.js";
import type { DatabaseCreation } from "../../workflow/ports.js";
import { statusCode } from "./driver-faults.js";
import { text, wholeNumber } from "./rows.js";

type Value = Json | { readonly [key: string]: Json | DateTime<number> };
export type Parameters = Readonly<Record<string, Value>>;
export type Query = (statement: string, parameters?: Parameters) => Promise<Row[]>;
export interface Statement {
  readonly statement: string;
  readonly parameters: Parameters;
}

/** How a server says that it knows no such thing: Community does, in one of these ways. */
const unknownHere = new Set([
  "Neo.ClientError.Statement.UnsupportedAdministrationCommand",
  "Neo.ClientError.Statement.SyntaxError",
  "Neo.ClientError.Statement.NotSystemDatabaseError",
]);

export async function orNone(rows: Promise<Row[]>): Promise<readonly Row[]> {
  try {
    return await rows;
  } catch (error) {
    if (unknownHere.has(statusCode(error) ?? "")) return [];
    throw error;
  }
}

export async function readAttachments(query: Query, database: string): Promise<Attachments> {
  const [shown] = await query(
    "SHOW DATABASE $database YIELD requestedPrimariesCount, requestedSecondariesCount, options",
    { database },
  );
  const [spoken] = await orNone(query("SHOW DATABASE $database YIELD defaultLanguage", { database }));
  const language = cypherVersion(spoken?.get("defaultLanguage"));
  const aliases = await orNone(query("SHOW ALIASES FOR DATABASE YIELD name, database, location, properties"));
  const privileges = await privilegesWith(query, database);
  const primaries = wholeNumber(shown?.get("requestedPrimariesCount"));
  const secondaries = wholeNumber(shown?.get("requestedSecondariesCount"));
  const attachments: Attachments = {
    ...(primaries === undefined ? {} : { primaries }),
    ...(secondaries === undefined ? {} : { secondaries }),
    options: plainOptions(shown?.get("options")),
    ...(language === undefined ? {} : { language }),
    aliases: aliases
      .filter((row) => row.get("location") === "local" && row.get("database") === database)
      .flatMap((row) => {
        const name = text(row.get("name"), most.alias);
        return name === undefined ? [] : [{ name, plain: !hasEntries(row.get("properties")) }];
      }),
    privileges: privileges.flatMap((row) => {
      const command = text(row.get("command"), most.alias);
      return command !== undefined && isOn(command, database) ? [command] : [];
    }),
  };
  // Asked for before anything is stopped: what could not be kept must not be dropped.
  const size = sizeOf(JSON.stringify(attachments));
  if (size > most.attachments)
    throw tooLarge(`What hangs on the name of database ${database}`, size, most.attachments);
  return attachments;
}

/**
 * Whatever has the name in it. Neo4j 5 and 2025 take any condition after YIELD (Operations Manual, "Manage privileges");
 * a server that does not is asked for all, because what is not read is lost with the database.
 */
async function privilegesWith(query: Query, database: string): Promise<readonly Row[]> {
  const all = "SHOW PRIVILEGES AS COMMANDS YIELD command";
  try {
    return await query(`${all} WHERE command CONTAINS $database`, { database });
  } catch (error) {
    if (!unknownHere.has(statusCode(error) ?? "")) throw error;
    return orNone(query(all));
  }
}

/** 2025.06 and newer tell it, as `CYPHER 25`; older ones know no such column. */
function cypherVersion(value: unknown): number | undefined {
  const [, version] = /^CYPHER[ _](\d+)$/.exec(text(value) ?? "") ?? [];
  return version === undefined ? undefined : Number(version);
}

/** Whether a privilege's command names this database as its only one: `… ON GRAPH orders …`, quoted or not. */
export function isOn(command: string, database: string): boolean {
  const named = / ON (?:DATABASE|GRAPH)S? (?:`((?:[^`]|``)+)`|([^\s,]+))/.exec(command);
  return (named?.[1]?.replaceAll("``", "`") ?? named?.[2]) === database;
}

/** In the order in which they come: who gives them back puts DENYs first. */
export function giving(database: string, { aliases, privileges }: Attachments): readonly Statement[] {
  return [
    ...privileges.map((statement) => ({ statement, parameters: {} })),
    ...aliases.map(({ name }) => ({
      statement: "CREATE ALIAS $alias IF NOT EXISTS FOR DATABASE $database",
      parameters: { alias: name, database },
    })),
  ];
}

/** Aliases would keep the database from being dropped. It is waited for, so that no file is deleted later. */
export function dropping(database: string, aliases: readonly string[]): readonly Statement[] {
  return [
    ...aliases.map((alias) => ({
      statement: "DROP ALIAS $alias IF EXISTS FOR DATABASE",
      parameters: { alias },
    })),
    {
      statement: "DROP DATABASE $database IF EXISTS DESTROY DATA WAIT 10 SECONDS",
      parameters: { database },
    },
  ];
}

export function creating(database: string, creation: DatabaseCreation | undefined): Statement {
  const { primaries, secondaries, options, language } = creation ?? {};
  const spoken = language === undefined ? "" : ` DEFAULT LANGUAGE CYPHER ${language}`;
  const topology =
    primaries === undefined ? "" : ` TOPOLOGY ${primaries} PRIMARIES ${secondaries ?? 0} SECONDARIES`;
  return {
    statement: `CREATE DATABASE $database IF NOT EXISTS${spoken}${topology}${options ? " OPTIONS $options" : ""} NOWAIT`,
    parameters: { database, ...(options ? { options: withInstant(options) } : {}) },
  };
}

/** Neo4j takes this one as a point in time, not as text. */
function withInstant({ seedRestoreUntil, ...options }: JsonObject): Parameters[string] {
  return typeof seedRestoreUntil === "string"
    ? { ...options, seedRestoreUntil: DateTime.fromStandardDate(new Date(seedRestoreUntil)) }
    : options;
}

function plainOptions(value: unknown): JsonObject {
  if (!isRecord(value)) return {};
  const plain = Object.entries(value).filter(
    (entry): entry is [string, string | boolean] =>
      typeof entry[1] === "string" || typeof entry[1] === "boolean",
  );
  return Object.fromEntries(plain);
}

function hasEntries(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length > 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
