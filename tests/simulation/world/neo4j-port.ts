/**
 * The simulated Bolt: implements Neo4jPort on the servers of the simulated pods. Statements that a server
 * carried out are noted in the effects ledger; what it refuses comes back as the adapter's faults would.
 */
import type { ServerView } from "../../../provider/plan/observation.js";
import { RestoreFault } from "../../../provider/workflow/faults.js";
import type { Neo4jEndpoint, Neo4jPort } from "../../../provider/workflow/ports.js";
import type { Neo4jServer } from "./neo4j-server.js";
import { type Members, serverIdOf, showDatabases, showServers } from "./system-graph.js";
import type { World } from "./world.js";

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
    const { secret, usernameKey, passwordKey } = endpoint.credentials;
    const login = world.secrets.get(secret);
    if (login?.[usernameKey] !== "neo4j" || login[passwordKey] !== world.password) {
      return { reachable: false, reason: "authentication", message: "Neo.ClientError.Security.Unauthorized" };
    }
    return server;
  };

  const membersOf = (endpoint: Neo4jEndpoint): Members =>
    world.targetOfPod(endpoint.pod)?.members() ?? { names: [], up: [], leader: undefined };

  const at = (endpoint: Neo4jEndpoint): Neo4jServer => {
    const server = connect(endpoint);
    if (!("reachable" in server)) return server;
    if (server.reason === "certificate")
      throw new RestoreFault("terminal", "CertificateRefused", server.message);
    throw server.reason === "authentication"
      ? new RestoreFault("terminal", "AuthenticationFailed", "Neo4j refused the login.")
      : new RestoreFault("retry", "ServerUnreachable", `Neo4j in pod ${endpoint.pod} does not answer.`);
  };

  const administer = (
    endpoint: Neo4jEndpoint,
    database: string,
    what: string,
    act: (server: Neo4jServer) => void,
  ): void => {
    const server = at(endpoint);
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

  return {
    server: (endpoint) => {
      const server = connect(endpoint);
      if ("reachable" in server) return Promise.resolve(server);
      const members = membersOf(endpoint);
      return Promise.resolve({
        reachable: true,
        version: world.neo4jVersion,
        edition: "enterprise",
        databases: showDatabases(server.graphSeen, members),
        servers: showServers(server.graphSeen, members),
        aliases: [...world.aliases, ...server.graphSeen.aliases.keys()],
      });
    },
    stop: async (endpoint, database) =>
      administer(endpoint, database, "STOP", (server) => server.stop(database)),
    start: async (endpoint, database) =>
      administer(endpoint, database, "START", (server) => server.start(database)),
    create: async (endpoint, database, creation) =>
      administer(endpoint, database, "CREATE", (server) => {
        const seeder = creation?.options["existingDataSeedServer"];
        if (server.known(database)) return;
        if (!creation || typeof seeder !== "string") {
          server.create(database);
          return;
        }
        const pod = membersOf(endpoint).names.find((name) => serverIdOf(name) === seeder);
        if (pod === undefined)
          throw refused("Neo.ClientError.Statement.ArgumentError", `no server ${seeder}`);
        const wrong = world.createFailure();
        if (wrong !== undefined) throw refused("Neo.ClientError.Statement.ArgumentError", wrong);
        const { primaries, options } = creation;
        server.create(database, { pod, options, ...(primaries === undefined ? {} : { primaries }) });
      }),
    drop: async (endpoint, database, aliases) =>
      administer(endpoint, database, "DROP", (server) => {
        for (const alias of aliases) server.graphSeen.aliases.delete(alias);
        const blocking = [...server.graphSeen.aliases].find(([, name]) => name === database);
        if (blocking) throw refused("Neo.ClientError.Database.ExistingAliasFound", blocking[0]);
        server.drop(database);
      }),
    recreate: async (endpoint, database, procedure, options) =>
      administer(endpoint, database, "RECREATE", (server) => {
        const renamed = /^(2026|2025\.(0[4-9]|1))/.test(world.neo4jVersion);
        if (procedure !== (renamed ? "dbms.recreateDatabase" : "dbms.cluster.recreateDatabase"))
          throw refused("Neo.ClientError.Procedure.ProcedureNotFound", procedure);
        const { seedingServers } = options;
        const [seeder] = Array.isArray(seedingServers) ? (seedingServers as readonly unknown[]) : [];
        const pod = membersOf(endpoint).names.find((name) => serverIdOf(name) === seeder);
        const wrong = pod === undefined ? "no such seeder" : world.createFailure();
        if (pod === undefined || wrong !== undefined)
          throw refused("Neo.ClientError.Statement.ArgumentError", wrong ?? "");
        server.recreate(database, pod);
      }),
    attachments: async (endpoint, database) => {
      const { graphSeen } = at(endpoint);
      const known = graphSeen.get(database);
      return {
        ...(known?.hosts ? { primaries: known.hosts.length, secondaries: 0 } : {}),
        options: known?.options ?? {},
        aliases: [...graphSeen.aliases].flatMap(([name, of]) =>
          of === database ? [{ name, plain: true }] : [],
        ),
        privileges: [...graphSeen.privileges].filter((command) => command.includes(` ${database} `)),
      };
    },
    giveAttachments: async (endpoint, database, attachments) =>
      administer(endpoint, database, "GIVE", ({ graphSeen }) => {
        for (const { name } of attachments.aliases) graphSeen.aliases.set(name, database);
        for (const command of attachments.privileges) graphSeen.privileges.add(command);
      }),
    setAccess: async (endpoint, database, access) =>
      administer(endpoint, database, `ACCESS ${access}`, (server) => server.setAccess(database, access)),
    run: async (endpoint, database, statement) => {
      const server = at(endpoint);
      if (database !== "system" && !server.serves(database)) {
        throw refused(
          "Neo.TransientError.Database.DatabaseUnavailable",
          `database ${database} is not available`,
        );
      }
      const wrong = world.statementFailure(statement);
      if (wrong !== undefined) throw refused("Neo.ClientError.Statement.SyntaxError", wrong);
      world.ledger.note(driver, `HOOK ${database}: ${statement}`);
      server.write(database);
      world.changed();
    },
    storeId: async (endpoint, database) => {
      const store = at(endpoint).serves(database);
      if (!store) throw refused("Neo.TransientError.Database.DatabaseUnavailable", database);
      return store.storeId;
    },
  };
}
