/**
 * What `system` remembers, the same on every server of an instance, and what SHOW DATABASES and SHOW SERVERS make
 * of it: a row per allocation, told by the server that has it; one that is unreachable has neither address nor news.
 */
import type { DatabaseRow, JsonObject, ServerRow } from "../../../provider/plan/observation.js";
import type { Misbehaviour } from "./server-world.js";
import type { Store } from "./volume.js";
import type { Neo4jServer } from "./neo4j-server.js";

/** A database as the system graph remembers it. */
export interface Known {
  readonly id: string;
  readonly creationTime: string;
  readonly requested: "online" | "offline";
  readonly access: "read-only" | "read-write";
  /** Pods of the servers that host it; on a standalone there is only one. */
  readonly hosts?: readonly string[];
  /** Those of them that hold it as a secondary. */
  readonly secondaries?: readonly string[];
  /** Pod of the server whose store it was created from. */
  readonly seed?: string;
  /** The artifact that each server reads, where it was created from a URI. */
  readonly uri?: string;
  readonly options?: JsonObject;
  /** Default version of Cypher, of servers that keep one. */
  readonly language?: number;
}

export class SystemGraph extends Map<string, Known> {
  /** Database by alias. */
  readonly aliases = new Map<string, string>();
  /** GRANT and DENY commands. */
  readonly privileges = new Set<string>();
  /** Servers that may not be used, by pod: Cordoned … */
  readonly states = new Map<string, string>();

  /** With what hangs on its name. */
  forget(name: string): void {
    this.delete(name);
    const on = ["`" + name + "`", name];
    for (const command of this.privileges)
      if (on.some((text) => command.includes(` ${text} `))) this.privileges.delete(command);
  }
}

export interface Members {
  /** Pods that belong to the instance, running or not. */
  readonly names: readonly string[];
  readonly up: readonly Neo4jServer[];
  /** Who leads `system`: nobody without a majority. */
  readonly leader: string | undefined;
}

export const serverIdOf = (pod: string): string => `server-${pod}`;
export const addressOf = (pod: string): string => `${pod}.headless.neo4j.svc.cluster.local:7687`;

/** As one of them tells it: the access mode is what it has heard of itself, for every row alike. */
export function showDatabases(asked: Neo4jServer, members: Members): readonly DatabaseRow[] {
  const own = [...asked.graph].flatMap(([name, known]) =>
    (known.hosts ?? members.names).map((pod) => {
      const server = members.up.find((one) => one.pod === pod);
      const row = server ? server.row(name, known) : unavailable(name, pod, known);
      return { access: asked.accessOf(name), ...row };
    }),
  );
  return [...members.names.map((pod) => systemRow(pod, members)), ...own];
}

export function showServers(graph: SystemGraph, members: Members): readonly ServerRow[] {
  if (members.names.length < 2) return [];
  return members.names.map((pod) => ({
    serverId: serverIdOf(pod),
    address: addressOf(pod),
    state: graph.states.get(pod) ?? "Enabled",
    health: members.up.some((one) => one.pod === pod) ? "Available" : "Unavailable",
    mode: "NONE",
    allowed: [],
    denied: [],
  }));
}

/** What a server tells of its own copy. */
export function allocationRow(
  name: string,
  known: Known,
  seen: {
    readonly pod: string;
    readonly writer: boolean;
    readonly status: string;
    readonly message: string;
    readonly lastStart?: string;
    readonly store: Store | undefined;
    /** Where the writer of the database is. */
    readonly end: number;
    readonly wrong: Misbehaviour;
  },
): Omit<DatabaseRow, "access"> & Partial<DatabaseRow> {
  const role = known.secondaries?.includes(seen.pod) === true ? "secondary" : "primary";
  return {
    ...{ name, type: "standard", serverId: serverIdOf(seen.pod) },
    ...{ address: addressOf(seen.pod), role, writer: seen.writer },
    ...{ requestedStatus: known.requested, currentStatus: seen.status, statusMessage: seen.message },
    ...{ creationTime: known.creationTime, isDefault: name === "neo4j" },
    ...(seen.lastStart === undefined ? {} : { lastStartTime: seen.lastStart }),
    // As documented: told of a database that is online, of no other.
    ...(seen.store
      ? {
          databaseId: known.id,
          store: seen.store.format,
          lastCommittedTxn: seen.store.txn + (seen.wrong.txnShift ?? 0),
          replicationLag: seen.store.txn - seen.end,
        }
      : {}),
    ...seen.wrong.shows,
  };
}

function systemRow(pod: string, members: Members): DatabaseRow {
  const up = members.up.some((one) => one.pod === pod);
  return {
    ...{ name: "system", type: "system", access: "read-write", role: "primary" },
    ...{ serverId: serverIdOf(pod), writer: members.leader === pod, requestedStatus: "online" },
    ...(up ? { address: addressOf(pod) } : {}),
    currentStatus: up ? "online" : "unknown",
    ...{ statusMessage: up ? "" : "Server is unavailable", databaseId: "00000000", isDefault: false },
  };
}

function unavailable(name: string, pod: string, known: Known): Omit<DatabaseRow, "access"> {
  return {
    ...{ name, type: "standard", serverId: serverIdOf(pod), role: "unknown" },
    ...{ writer: false, requestedStatus: known.requested, currentStatus: "unknown" },
    ...{ statusMessage: "Server is unavailable", creationTime: known.creationTime, isDefault: false },
  };
}
