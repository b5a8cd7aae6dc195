/**
 * The Neo4j adapter with a loopback connection in place of the way to a pod: one that a test can refuse, silence or
 * cut, and a Secret that it can change.
 */
import { once } from "node:events";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { createNeo4jPort } from "../../../provider/adapters/neo4j/neo4j-port.js";
import { RestoreFault } from "../../../provider/workflow/faults.js";
import type { Neo4jEndpoint, Neo4jPort } from "../../../provider/workflow/ports.js";
import { type Neo4jProcess, PASSWORD } from "../standin/server.js";

export const endpoint: Neo4jEndpoint = {
  namespace: "shop",
  pod: "graph-0",
  port: 7687,
  credentials: { secret: "graph-admin", usernameKey: "username", passwordKey: "password" },
};

export const goodLogin = { username: "neo4j", password: PASSWORD } as const;

export interface Adapter {
  readonly port: Neo4jPort & { close(): Promise<void> };
  /** Every stream that was opened, oldest first. */
  readonly streams: Duplex[];
  secret: Readonly<Record<string, string>> | undefined;
  /** The Secrets beside the login's. */
  readonly others: Map<string, Readonly<Record<string, string>>>;
  way: () => Promise<Duplex>;
}

export function adapterFor(server: Neo4jProcess): Adapter {
  const streams: Duplex[] = [];
  const port = createNeo4jPort({
    openStream: async () => {
      const stream = await adapter.way();
      streams.push(stream);
      return stream;
    },
    readSecret: (_namespace, name) =>
      Promise.resolve(name === endpoint.credentials.secret ? adapter.secret : adapter.others.get(name)),
  });
  const adapter: Adapter = {
    port,
    streams,
    secret: goodLogin,
    others: new Map(),
    way: () => wayTo(server),
  };
  return adapter;
}

export async function wayTo(server: Neo4jProcess): Promise<Duplex> {
  const socket = connect(server.boltPort, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

export async function faultOf(work: Promise<unknown>): Promise<RestoreFault> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RestoreFault) return error;
    throw error;
  }
  throw new Error("it did not fail");
}
