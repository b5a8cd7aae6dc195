// `cluster NAME`: makes a Neo4j cluster as the operator would and waits until its servers answer and have found each other.

import { setTimeout as delay } from "node:timers/promises";
import type * as k8s from "@kubernetes/client-node";
import { apply, patchStatus, type Cluster } from "./cluster.js";
import { runCypher, withDriver } from "./cypher.js";
import {
  clusterObjects,
  clusterResource,
  clusterService,
  type ClusterOptions,
} from "./objects/enterprise-cluster.js";
import { isReady, prepared, readyStatus, type StandaloneRequest } from "./standalone.js";
import { waitFor } from "./watch.js";

export interface ClusterRequest extends StandaloneRequest {
  readonly servers?: number;
}

export async function createEnterpriseCluster(cluster: Cluster, request: ClusterRequest): Promise<void> {
  const { name, namespace, servers = 3 } = request;
  const options: ClusterOptions = { ...(await prepared(cluster, request, clusterService(name))), servers };
  const { metadata } = await apply<k8s.KubernetesObject>(cluster, clusterResource(options));
  for (const object of clusterObjects(options, metadata?.uid ?? "")) await apply(cluster, object);
  await Promise.all(Array.from({ length: servers }, (_, at) => serverReady(cluster, options, at)));
  await formed(cluster, options);
  await patchStatus(cluster, "Neo4jEnterpriseCluster", namespace, name, {
    ...readyStatus("Cluster is ready", options.image.tag, metadata?.generation ?? 1),
    replicas: { servers, ready: servers },
    endpoints: {
      bolt: `bolt://${name}-client.${namespace}.svc.cluster.local:7687`,
      http: `http://${name}-client.${namespace}.svc.cluster.local:7474`,
    },
  });
}

async function serverReady(cluster: Cluster, options: ClusterOptions, at: number): Promise<void> {
  const { name, namespace } = options;
  const pod = `${name}-server-${at}`;
  await waitFor<k8s.V1Pod>(cluster.config, {
    what: `pod ${pod} to be ready`,
    path: `/api/v1/namespaces/${namespace}/pods`,
    name: pod,
    timeoutMs: 300_000,
    done: isReady,
  });
  await withDriver(cluster, namespace, name, (driver) => driver.verifyAuthentication(), pod);
}

/** Neo4j has no event for that. */
async function formed(cluster: Cluster, { name, namespace, servers }: ClusterOptions): Promise<void> {
  const begun = Date.now();
  const statement = "SHOW SERVERS YIELD health";
  for (;;) {
    const rows = await runCypher(cluster, { namespace, target: name, database: "system", statement });
    if (rows.filter(({ health }) => health === "Available").length === servers) return;
    if (Date.now() - begun > 60_000) throw new Error(`only ${rows.length} of ${servers} servers joined`);
    await delay(250);
  }
}
