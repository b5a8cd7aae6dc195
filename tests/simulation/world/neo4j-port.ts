/**
 * The simulated Bolt: implements Neo4jPort on the servers of the simulated pods. Statements that a server
 * carried out are noted in the effects ledger; what it refuses comes back as the adapter's faults would.
 */
import type { ServerView, Topology } from "../../../provider/plan/observation.js";
import { RestoreFault } from "../../../provider/workflow/faults.js";
import type { Neo4jEndpoint, Neo4jPort } from "../../../provider/workflow/ports.js";
import type { Neo4jServer } from "./neo4j-server.js";
import type { Origin } from "./origin.js";
import { type Known, type Members, serverIdOf, showDatabases, showServers } from "./system-graph.js";
import type { World } from "./world.js";

/** A default language for each database, from 2025.06 on. */
const keepsLanguages = (version: string): boolean => /^(2025\.(0[6-9]|1)|20(2[6-9]|[3-9]))/.test(version);

function topologyOf(known: Known | undefined): Topology {
  const secondaries = known?.secondaries?.length ?? 0;
  return known?.hosts ? { primaries: known.hosts.length - secondaries, secondaries } : {};
}

export function neo4jPort(world: World, driver: string): Neo4jPort {
  const refused = (code: string, text: string): RestoreFault =>
    new RestoreFault("terminal", "Neo4jRefused", `Neo4j refused (${code}).`, {
      evidence: { text: `${code}: ${text}` },
    });

  const connect = (endpoint: Neo4jEndpoint): Neo4jServer | Extract<ServerView, { reachable: false }> => {
    const target = world.targetOfPod(endpoint.pod);
    const server = target?.server(endpoint.pod);
    if (!server) return { reachable: false, reason: "noPod", message: `pod ${endpoint.pod} does not run` };
    if (!server.answers || world.deaf) {
      return { reachable: false, reason: "unreachable", message: "connection refused" };
    }
    if (endpoint.tls && world.certificateRefused) {
      return { reachable: false, reason: "certificate", message: "The certificate was not believed." };
    }
    if (world.speaksOtherwise) {
      return {
        reachable: false,
        reason: "certificate",
        message: "It speaks otherwise than its target says.",
      };
    }
    const { secret, usernameKey, passwordKey } = endpoint.credentials;
    const login = world.secrets.get(secret);
    if (login?.[usernameKey] !== "neo4j" || login[passwordKey] !== world.password) {
      return { reachable: false, reason: "authentication", message: "Neo.ClientError.Security.Unauthorized" };
    }
    return server;
  };

  const lineTo = (server: Neo4jServer, endpoint: Neo4jEndpoint) =>
    world.lines.line(server, driver, endpoint.mark, world.endsNoConnections === undefined);

  const membersOf = (endpoint: Neo4jEndpoint): Members =>
    world.targetOfPod(endpoint.pod)?.members() ?? { names: [], up: [], leader: undefined };

  const at = (endpoint: Neo4jEndpoint): Neo4jServer => {
    const server = connect(endpoint);
    if (!("reachable" in server)) {
      lineTo(server, endpoint);
      return server;
    }
    if (server.reason === "certificate")
      throw new RestoreFault("terminal", "CertificateRefused", server.message);
    throw server.reason === "authentication"
      ? new RestoreFault("terminal", "AuthenticationFailed", "Neo4j refused the login.")
      : new RestoreFault("retry", "ServerUnreachable", `Neo4j in pod ${endpoint.pod} does not answer.`);
  };

  /** The server that a command arrives at, over the connection on which it was sent. */
  const arrivedAt = async (endpoint: Neo4jEndpoint): Promise<Neo4jServer> => {
    const server = at(endpoint);
    const line = lineTo(server, endpoint);
    const arrival = world.transit.arrival();
    if (!arrival) return server;
    await arrival;
    if (line.open && connect(endpoint) === server) return server;
    throw new RestoreFault(
      "outcomeUnknown",
      "ServerUnreachable",
      `the connection to ${endpoint.pod} has ended`,
    );
  };

  const administer = async (
    endpoint: Neo4jEndpoint,
    database: string,
    what: string,
    act: (server: Neo4jServer) => void,
  ): Promise<void> => {
    const server = await arrivedAt(endpoint);
    if (!server.isLeader) {
      throw new RestoreFault("retry", "Neo4jRefused", `Neo4j in pod ${endpoint.pod} refused (NotALeader).`);
    }
    if (!server.known(database) && !/^(CREATE|DROP)/.test(what)) {
      throw refused("Neo.ClientError.Database.DatabaseNotFound", `database ${database} does not exist`);
    }
    world.ledger.note(
      driver,
      `${what.split(" ")[0] ?? ""} ${database}${what.slice((what.split(" ")[0] ?? "").length)}`,
    );
    act(server);
    world.changed();
  };

  const originOf = (endpoint: Neo4jEndpoint, seeder: string | undefined, uri: unknown): Origin => {
    const pod = membersOf(endpoint).names.find((name) => serverIdOf(name) === seeder);
    if (pod !== undefined && uri === undefined) return { pod };
    if (seeder === undefined && typeof uri === "string") return { uri };
    throw refused("Neo.ClientError.Statement.ArgumentError", `neither a server nor a URI: ${seeder ?? ""}`);
  };

  return {
    fence: async (endpoint) => {
      const server = connect(endpoint);
      if ("reachable" in server) return undefined;
      lineTo(server, endpoint);
      return world.endsNoConnections;
    },
    setting: async (endpoint, name) => {
      at(endpoint);
      return world.settings.get(name);
    },
    server: (endpoint) => {
      const server = connect(endpoint);
      if ("reachable" in server) return Promise.resolve(server);
      lineTo(server, endpoint);
      const members = membersOf(endpoint);
      return Promise.resolve({
        reachable: true,
        version: world.neo4jVersion,
        edition: "enterprise",
        databases: showDatabases(server, members),
        servers: showServers(server.graph, members),
        aliases: [...world.aliases, ...server.graph.aliases.keys()],
      });
    },
    stop: async (endpoint, database) =>
      administer(endpoint, database, "STOP", (server) => server.stop(database)),
    start: async (endpoint, database) =>
      administer(endpoint, database, "START", (server) => server.start(database)),
    create: async (endpoint, database, creation) =>
      administer(endpoint, database, "CREATE", (server) => {
        if (server.known(database)) return;
        if (!creation) {
          server.create(database);
          return;
        }
        const { existingDataSeedServer: seeder, seedURI } = creation.options;
        const origin = originOf(endpoint, typeof seeder === "string" ? seeder : undefined, seedURI);
        const wrong = world.createFailure();
        if (wrong !== undefined) throw refused("Neo.ClientError.Statement.ArgumentError", wrong);
        const { primaries, secondaries = 0, options, language, denies = [] } = creation;
        if (language !== undefined && !keepsLanguages(world.neo4jVersion))
          throw refused("Neo.ClientError.Statement.SyntaxError", "Invalid input 'DEFAULT'");
        const { names, up } = membersOf(endpoint);
        const room = world.placesOnAway ? names.length : up.length;
        if ((primaries ?? Math.min(3, names.length)) > room)
          throw refused("Neo.ClientError.Statement.ArgumentError", "not enough servers");
        const topology = primaries === undefined ? {} : { primaries, secondaries };
        server.create(database, { ...origin, options, ...topology });
        const made = server.graph.get(database);
        if (made && language !== undefined) server.graph.set(database, { ...made, language });
        world.afterCreate(driver);
        if (!world.isDead(driver)) for (const command of denies) server.graph.privileges.add(command);
      }),
    drop: async (endpoint, database, aliases) =>
      administer(endpoint, database, "DROP", (server) => {
        for (const alias of aliases) server.graph.aliases.delete(alias);
        const blocking = [...server.graph.aliases].find(([, name]) => name === database);
        if (blocking) throw refused("Neo.ClientError.Database.ExistingAliasFound", blocking[0]);
        if (server.known(database)) world.guardian.beforeDrop(database);
        server.drop(database);
      }),
    recreate: async (endpoint, database, procedure, options) =>
      administer(endpoint, database, "RECREATE", (server) => {
        const renamed = /^(2026|2025\.(0[4-9]|1))/.test(world.neo4jVersion);
        if (procedure !== (renamed ? "dbms.recreateDatabase" : "dbms.cluster.recreateDatabase"))
          throw refused("Neo.ClientError.Procedure.ProcedureNotFound", procedure);
        const { seedingServers, seedURI } = options;
        const [seeder] = Array.isArray(seedingServers) ? (seedingServers as readonly unknown[]) : [];
        const origin = originOf(endpoint, typeof seeder === "string" ? seeder : undefined, seedURI);
        const wrong = world.createFailure();
        if (wrong !== undefined) throw refused("Neo.ClientError.Statement.ArgumentError", wrong);
        server.recreate(database, origin);
      }),
    attachments: async (endpoint, database) => {
      const { graph } = at(endpoint);
      const known = graph.get(database);
      return {
        ...topologyOf(known),
        options: known?.options ?? {},
        ...(keepsLanguages(world.neo4jVersion) ? { language: known?.language ?? 5 } : {}),
        aliases: [...graph.aliases].flatMap(([name, of]) => (of === database ? [{ name, plain: true }] : [])),
        privileges: [...graph.privileges].filter((command) => command.includes(` ${database} `)),
      };
    },
    giveAttachments: async (endpoint, database, attachments) =>
      administer(endpoint, database, "GIVE", ({ graph }) => {
        for (const command of attachments.privileges)
          if (world.refusesPrivilege(command) === undefined) graph.privileges.add(command);
        for (const { name } of attachments.aliases) graph.aliases.set(name, database);
      }),
    setAccess: async (endpoint, database, access) =>
      administer(endpoint, database, `ACCESS ${access}`, (server) => server.setAccess(database, access)),
    run: async (endpoint, database, statement) => {
      const server = await arrivedAt(endpoint);
      if (database !== "system" && !server.serves(database)) {
        throw refused(
          "Neo.TransientError.Database.DatabaseUnavailable",
          `database ${database} is not available`,
        );
      }
      const wrong = world.statementFailure(statement);
      if (wrong !== undefined) throw refused("Neo.ClientError.Statement.SyntaxError", wrong);
      const where = membersOf(endpoint).names.length > 1 ? ` on ${endpoint.pod}` : "";
      world.ledger.note(driver, `HOOK ${database}: ${statement}${where}`);
      server.write(database);
      world.changed();
    },
    storeId: async (endpoint, database) => {
      const store = at(endpoint).serves(database);
      if (!store)
        throw new RestoreFault(
          "retry",
          "Neo4jRefused",
          `Neo4j in pod ${endpoint.pod} refused (DatabaseUnavailable).`,
        );
      const { storeId, refusesInfo } = world.misbehaviour(database, store, endpoint.pod);
      if (refusesInfo) throw refused("Neo.ClientError.Procedure.ProcedureNotFound", "db.info");
      return storeId ?? store.storeId;
    },
  };
}
