// Statements against a server of the lab, as its admin, from outside the cluster.

import neo4j, { type Driver } from "neo4j-driver";
import type { Cluster } from "./cluster.js";
import { adminSecretName } from "./objects/standalone.js";
import { forwardPort } from "./port-forward.js";

export interface Query {
  readonly namespace: string;
  /** The standalone's name. */
  readonly target: string;
  readonly database: string;
  readonly statement: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export type Row = Readonly<Record<string, unknown>>;

export async function runCypher(cluster: Cluster, query: Query): Promise<readonly Row[]> {
  return withDriver(cluster, query.namespace, query.target, async (driver) => {
    const session = driver.session({ database: query.database });
    try {
      // Auto-commit: administration commands are refused in an explicit transaction.
      const result = await session.run(query.statement, { ...query.parameters });
      return result.records.map((record) => record.toObject());
    } finally {
      await session.close();
    }
  });
}

/** A driver for the work's duration, over a forwarded port. */
export async function withDriver<T>(
  cluster: Cluster,
  namespace: string,
  target: string,
  work: (driver: Driver) => Promise<T>,
): Promise<T> {
  const { username, password } = await adminCredentials(cluster, namespace, target);
  const forward = await forwardPort(cluster.config, namespace, `${target}-0`, 7687);
  const address = `bolt://127.0.0.1:${forward.port}`;
  const driver = neo4j.driver(address, neo4j.auth.basic(username, password), {
    disableLosslessIntegers: true,
  });
  try {
    return await work(driver);
  } finally {
    await driver.close();
    await forward.close();
  }
}

async function adminCredentials(
  cluster: Cluster,
  namespace: string,
  target: string,
): Promise<{ readonly username: string; readonly password: string }> {
  const name = adminSecretName(target);
  const { data = {} } = await cluster.core.readNamespacedSecret({ name, namespace });
  const value = (key: string): string => Buffer.from(data[key] ?? "", "base64").toString();
  return { username: value("username"), password: value("password") };
}
