/**
 * The simulated Bolt: implements Neo4jPort on the servers of the simulated pods. Statements that a server
 * carried out are noted in the effects ledger; what it refuses comes back as the adapter's faults would.
 */
import type { ServerView } from "../../../provider/plan/observation.js";
import { RestoreFault } from "../../../provider/workflow/faults.js";
import type { Neo4jEndpoint, Neo4jPort } from "../../../provider/workflow/ports.js";
import type { Neo4jServer } from "./neo4j-server.js";
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
    if (!server.known(database) && !what.startsWith("CREATE")) {
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
      return Promise.resolve({
        reachable: true,
        version: world.neo4jVersion,
        edition: "enterprise",
        databases: server.rows(),
        aliases: world.aliases,
      });
    },
    stop: async (endpoint, database) =>
      administer(endpoint, database, "STOP", (server) => server.stop(database)),
    start: async (endpoint, database) =>
      administer(endpoint, database, "START", (server) => server.start(database)),
    create: async (endpoint, database) =>
      administer(endpoint, database, "CREATE", (server) => server.create(database)),
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
