// The pods behind a target: one of a standalone, several of a cluster, and the one of them that writes a database.

import type { Driver } from "neo4j-driver";
import type { Cluster } from "./cluster.js";

export type WithServer = <T>(pod: string, work: (driver: Driver) => Promise<T>) => Promise<T>;

/** In their order. A standalone's pod does not bear the cluster's labels. */
export async function podsOf(
  cluster: Cluster,
  namespace: string,
  target: string,
): Promise<readonly string[]> {
  const labelSelector = `app.kubernetes.io/instance=${target},app.kubernetes.io/component=database`;
  const { items } = await cluster.core.listNamespacedPod({ namespace, labelSelector });
  const names = items.map(({ metadata }) => metadata?.name ?? "");
  return names.length === 0 ? [`${target}-0`] : names.sort((a, b) => ordinal(a) - ordinal(b));
}

/** The pod that a statement on the database must go to: the first that answers says which. */
export async function writerOf(
  pods: readonly string[],
  database: string,
  withServer: WithServer,
): Promise<string> {
  let failure: unknown = new Error("the cluster has no pods");
  for (const pod of pods) {
    try {
      const address = await withServer(pod, (driver) => writerAddress(driver, database));
      // A cluster's servers advertise the names of their pods.
      return pods.find((name) => address?.startsWith(`${name}.`)) ?? pod;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function writerAddress(driver: Driver, database: string): Promise<string | undefined> {
  const session = driver.session({ database: "system" });
  try {
    const { records } = await session.run("SHOW DATABASE $database YIELD address, writer", { database });
    const address: unknown = records.find((record) => record.get("writer") === true)?.get("address");
    return typeof address === "string" ? address : undefined;
  } finally {
    await session.close();
  }
}

const ordinal = (pod: string): number => Number(pod.slice(pod.lastIndexOf("-") + 1));
