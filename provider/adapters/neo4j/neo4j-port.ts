/**
 * Neo4j over Bolt: the statements of the workflow, one auto-commit run each, names as parameters.
 * Invariants: administration goes to `system`; START and STOP of a database that is already so are done;
 * a statement is sent once, and if its answer is lost the fault says so instead of trying again.
 */
import neo4j, { type Driver, type Record as Row, type SessionMode } from "neo4j-driver";
import { most } from "../../plan/bounds.js";
import type { ServerView } from "../../plan/observation.js";
import { RestoreFault } from "../../workflow/faults.js";
import type { Neo4jEndpoint, Neo4jPort } from "../../workflow/ports.js";
import { instantNow } from "../clock.js";
import { createConnections, type OpenStream } from "./connections.js";
import type { ReadSecret } from "./credentials.js";
import {
  creating,
  dropping,
  giving,
  orNone,
  type Parameters,
  type Query,
  readAttachments,
  type Statement,
} from "./attachments.js";
import { isRefusal } from "./driver-faults.js";
import { databaseRow, kernel, serverRow, showDatabases, showServers, text, withinBounds } from "./rows.js";

export interface Neo4jPortOptions {
  readonly openStream: OpenStream;
  readonly readSecret: ReadSecret;
}

/** For what answers at once on a healthy server; a hook's statement comes with a limit of its own. */
const answerLimit = 15_000;

/** For some hundred commands, one after the other. */
const batchLimit = 120_000;

/** How SHOW SETTINGS writes that there is no value. */
const unset = "No Value";

type RequestedStatus = "online" | "offline";

export function createNeo4jPort(options: Neo4jPortOptions): Neo4jPort & { close(): Promise<void> } {
  const connections = createConnections(options.openStream, options.readSecret);

  const look = (
    endpoint: Neo4jEndpoint,
    action: string,
    database: string,
    statement: string,
  ): Promise<Row[]> =>
    connections.use(endpoint, {
      action,
      limit: answerLimit,
      lost: "retry",
      work: (driver) => inSession(driver, database, neo4j.session.READ, (query) => query(statement)),
    });

  const administerAll = async (
    endpoint: Neo4jEndpoint,
    action: string,
    statements: readonly Statement[],
  ): Promise<void> => {
    // All of them follow from one look: the last may be sent no later than the first.
    const decided = instantNow();
    for (const { statement, parameters } of statements) {
      await connections.use(endpoint, {
        action,
        decided,
        limit: answerLimit,
        lost: "outcomeUnknown",
        work: (driver) =>
          inSession(driver, "system", neo4j.session.WRITE, (query) => query(statement, parameters)),
      });
    }
  };
  const administer = (
    endpoint: Neo4jEndpoint,
    action: string,
    statement: string,
    database: string,
  ): Promise<void> => administerAll(endpoint, action, [{ statement, parameters: { database } }]);

  /** A server may refuse to START or STOP a database that is already so: then nothing is left to do. */
  const request = async (
    endpoint: Neo4jEndpoint,
    action: string,
    statement: string,
    database: string,
    wanted: RequestedStatus,
  ): Promise<void> => {
    try {
      await administer(endpoint, action, statement, database);
    } catch (error) {
      const refused =
        error instanceof RestoreFault && error.reason === "Neo4jRefused" && error.kind === "terminal";
      if (!refused) throw error;
      const rows = await look(endpoint, "list the databases", "system", showDatabases);
      const own = rows.map(databaseRow).filter((row) => row.name === database.toLowerCase());
      if (own.length === 0 || own.some((row) => row.requestedStatus !== wanted)) throw error;
    }
  };

  return {
    async fence(endpoint): Promise<string | undefined> {
      try {
        const action = "end the connections of earlier drivers";
        return await connections.fence(endpoint, { action, lost: "retry" });
      } catch (error) {
        // Whether it answers, and what it says to the login, is for the looks to find out.
        if (error instanceof RestoreFault) return undefined;
        throw error;
      }
    },

    async server(endpoint): Promise<ServerView> {
      try {
        return await connections.use(endpoint, {
          action: "look at the server",
          limit: answerLimit,
          lost: "retry",
          work: (driver) => inSession(driver, "system", neo4j.session.READ, viewServer),
        });
      } catch (error) {
        return unreachable(error);
      }
    },

    stop: (endpoint, database) =>
      request(endpoint, `stop database ${database}`, "STOP DATABASE $database NOWAIT", database, "offline"),

    start: (endpoint, database) =>
      request(endpoint, `start database ${database}`, "START DATABASE $database NOWAIT", database, "online"),

    async create(endpoint, database, creation): Promise<void> {
      const action = `create database ${database}`;
      const { denies = [] } = creation ?? {};
      const { statement, parameters } = creating(database, creation);
      await connections.use(endpoint, {
        action,
        limit: answerLimit + batchLimit,
        lost: "outcomeUnknown",
        work: (driver) =>
          inSession(driver, "system", neo4j.session.WRITE, async (query) => {
            await query(statement, parameters);
            await tryAll(query, giving(database, { options: {}, aliases: [], privileges: denies }));
          }),
      });
    },

    drop: (endpoint, database, aliases) =>
      administerAll(endpoint, `drop database ${database}`, dropping(database, aliases)),

    recreate: (endpoint, database, procedure, options) =>
      administerAll(endpoint, `recreate database ${database}`, [
        { statement: `CALL ${procedure}($database, $options)`, parameters: { database, options } },
      ]),

    attachments: (endpoint, database) =>
      connections.use(endpoint, {
        action: `read what belongs to database ${database}`,
        limit: answerLimit,
        lost: "retry",
        work: (driver) =>
          inSession(driver, "system", neo4j.session.READ, (query) => readAttachments(query, database)),
      }),

    async setting(endpoint, name): Promise<string | undefined> {
      const action = `read the setting ${name}`;
      const statement = "SHOW SETTINGS YIELD name, value WHERE name = $name RETURN value";
      const rows = await connections.use(endpoint, {
        action,
        limit: answerLimit,
        lost: "retry",
        work: (driver) =>
          inSession(driver, "system", neo4j.session.READ, (query) => orNone(query(statement, { name }))),
      });
      const value = text(rows[0]?.get("value"), most.report);
      return value === unset ? undefined : value;
    },

    giveAttachments: (endpoint, database, attachments) =>
      connections.use(endpoint, {
        action: `give database ${database} its privileges and aliases back`,
        limit: batchLimit,
        lost: "outcomeUnknown",
        work: (driver) =>
          inSession(driver, "system", neo4j.session.WRITE, (query) =>
            tryAll(query, giving(database, attachments)),
          ),
      }),

    setAccess(endpoint, database, access): Promise<void> {
      const mode = access === "read-only" ? "READ ONLY" : "READ WRITE";
      const statement = `ALTER DATABASE $database SET ACCESS ${mode}`;
      return administer(endpoint, `make database ${database} ${access}`, statement, database);
    },

    run: (endpoint, database, statement, limitMs) =>
      connections.use(endpoint, {
        action: `run a statement in database ${database}`,
        // Its end at the limit is Neo4j's to say; this is for a server that says nothing any more.
        limit: limitMs + answerLimit,
        lost: "outcomeUnknown",
        statement,
        work: (driver) => consume(driver, database, statement, limitMs),
      }),

    async storeId(endpoint, database): Promise<string> {
      const action = `read the store id of database ${database}`;
      const [row] = await look(endpoint, action, database, "CALL db.info() YIELD id");
      const id = text(row?.get("id"));
      if (id !== undefined) return id;
      throw new RestoreFault(
        "terminal",
        "Neo4jRefused",
        `Neo4j in pod ${endpoint.pod} gave no answer: could not ${action}.`,
      );
    },

    close: () => connections.close(),
  };
}

async function inSession<T>(
  driver: Driver,
  database: string,
  defaultAccessMode: SessionMode,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  const session = driver.session({ database, defaultAccessMode });
  try {
    return await work(async (statement, parameters?: Parameters) => [
      ...withinBounds((await session.run(statement, parameters)).records),
    ]);
  } finally {
    await session.close();
  }
}

/** Runs to the end and keeps no row: asking the server to discard them could end the statement early. */
async function consume(driver: Driver, database: string, statement: string, timeout: number): Promise<void> {
  const session = driver.session({ database });
  try {
    await new Promise<void>((resolve, reject) => {
      session.run(statement, undefined, { timeout }).subscribe({
        onNext: () => undefined,
        onCompleted: () => resolve(),
        onError: reject,
      });
    });
  } finally {
    await session.close();
  }
}

/** One that is refused for good keeps none of the others back: what is missing shows when they are read back. */
async function tryAll(query: Query, statements: readonly Statement[]): Promise<void> {
  for (const { statement, parameters } of statements) {
    try {
      await query(statement, parameters);
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }
}

async function viewServer(query: Query): Promise<ServerView> {
  const components = await query("CALL dbms.components() YIELD name, versions, edition");
  const databases = await query(showDatabases);
  const aliases = await listAliases(query);
  const rows = databases.map(databaseRow);
  // Only a cluster has more than one address; everyone else is spared the question.
  const several = new Set(rows.map((row) => row.address)).size > 1;
  const servers = several ? (await query(showServers)).map(serverRow) : [];
  return { reachable: true, ...kernel(components), databases: rows, servers, aliases };
}

async function listAliases(query: Query): Promise<readonly string[]> {
  const rows = await orNone(query("SHOW ALIASES FOR DATABASE YIELD name"));
  return rows.flatMap((row) => text(row.get("name"), most.alias) ?? []);
}

/** No answer and a refused login are views; anything else is a fault. */
function unreachable(error: unknown): ServerView {
  if (!(error instanceof RestoreFault)) throw error;
  const { kind, reason, evidence } = error;
  const message = evidence?.text === undefined ? error.message : `${error.message} ${evidence.text}`;
  if (reason === "AuthenticationFailed") return { reachable: false, reason: "authentication", message };
  if (reason === "CertificateRefused") return { reachable: false, reason: "certificate", message };
  const silent = reason === "ServerUnreachable" || (reason === "Neo4jRefused" && kind === "retry");
  if (silent) return { reachable: false, reason: "unreachable", message };
  throw error;
}
