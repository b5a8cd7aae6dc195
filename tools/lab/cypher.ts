// Statements against a server of the lab, as its admin, from outside the cluster.

import { connect } from "node:net";
import neo4j, { type Driver } from "neo4j-driver";
import type { Cluster } from "./cluster.js";
import { openRelay } from "../../provider/adapters/neo4j/relay.js";
import { secure } from "../../provider/adapters/neo4j/secure.js";
import { clusterService } from "./objects/enterprise-cluster.js";
import { adminSecretName, certifiedNames, standaloneService, tlsSecretName } from "./objects/standalone.js";
import { forwardPort, type Forward } from "./port-forward.js";
import { podsOf, writerOf } from "./servers.js";

export interface Query {
  readonly namespace: string;
  /** The standalone's or the cluster's name. */
  readonly target: string;
  /** The server of a cluster, by its number; unset: the one that writes the database. */
  readonly server?: number;
  readonly database: string;
  readonly statement: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export type Row = Readonly<Record<string, unknown>>;

export async function runCypher(cluster: Cluster, query: Query): Promise<readonly Row[]> {
  const { namespace, target } = query;
  const work = async (driver: Driver): Promise<readonly Row[]> => {
    const session = driver.session({ database: query.database });
    try {
      // Auto-commit: administration commands are refused in an explicit transaction.
      const result = await session.run(query.statement, { ...query.parameters });
      return result.records.map((record) => record.toObject());
    } finally {
      await session.close();
    }
  };
  return withDriver(cluster, namespace, target, work, await podFor(cluster, query));
}

async function podFor(cluster: Cluster, { namespace, target, database, server }: Query): Promise<string> {
  if (server !== undefined) return `${target}-server-${server}`;
  return writerPod(cluster, namespace, target, database);
}

/** The pod that writes the database; a standalone has only one. */
export async function writerPod(
  cluster: Cluster,
  namespace: string,
  target: string,
  database: string,
): Promise<string> {
  const pods = await podsOf(cluster, namespace, target);
  const [only = ""] = pods;
  if (pods.length === 1) return only;
  return writerOf(pods, database, (pod, work) => withDriver(cluster, namespace, target, work, pod));
}

/** A driver for the work's duration, over a forwarded port. */
export async function withDriver<T>(
  cluster: Cluster,
  namespace: string,
  target: string,
  work: (driver: Driver) => Promise<T>,
  pod = `${target}-0`,
): Promise<T> {
  const { username, password } = await adminCredentials(cluster, namespace, target);
  const forward = await boltOf(cluster, namespace, target, pod);
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

/** Bolt as a port of this machine; where the server speaks TLS, unwrapped and verified on the way. */
async function boltOf(cluster: Cluster, namespace: string, target: string, pod: string): Promise<Forward> {
  const forward = await forwardPort(cluster.config, namespace, pod, 7687);
  const caSecret = tlsSecretName(target);
  const fieldSelector = `metadata.name=${caSecret}`;
  const [secret] = (await cluster.core.listNamespacedSecret({ namespace, fieldSelector })).items;
  if (secret === undefined) return forward;
  const authority = Buffer.from(secret.data?.["ca.crt"] ?? "", "base64").toString();
  const services = [standaloneService(target), clusterService(target)];
  const tls = { caSecret, names: services.flatMap((service) => certifiedNames(service, namespace)) };
  const relay = await openRelay(() => secure(connect(forward.port, "127.0.0.1"), { pod, authority, tls }));
  return {
    port: relay.port,
    close: () => {
      relay.close();
      return forward.close();
    },
  };
}
