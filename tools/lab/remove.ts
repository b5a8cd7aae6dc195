// `delete KIND NAME`: removes what the verb of that name made, and returns when it is gone.

import { removeAndWait, type Cluster, type Manifest } from "./cluster.js";
import { apiVersion } from "./objects/kinds.js";
import { adminSecretName } from "./objects/standalone.js";

export const removable = ["standalone", "cluster", "backup", "claim"] as const;
export type Removable = (typeof removable)[number];

export async function removeFromLab(
  cluster: Cluster,
  kind: Removable,
  namespace: string,
  name: string,
): Promise<void> {
  const objects: Record<Removable, readonly Manifest[]> = {
    standalone: [
      manifest(apiVersion, "Neo4jEnterpriseStandalone", name),
      manifest("v1", "Secret", adminSecretName(name)),
      manifest("v1", "PersistentVolumeClaim", `neo4j-data-${name}-0`),
    ],
    cluster: [
      manifest(apiVersion, "Neo4jEnterpriseCluster", name),
      manifest("v1", "Secret", adminSecretName(name)),
      ...(kind === "cluster" ? await dataClaims(cluster, namespace, name) : []),
    ],
    backup: [manifest(apiVersion, "Neo4jBackup", name)],
    claim: [manifest("v1", "PersistentVolumeClaim", name)],
  };
  for (const object of objects[kind]) await removeAndWait(cluster, object);

  function manifest(version: string, kind: string, name: string): Manifest {
    return { apiVersion: version, kind, metadata: { name, namespace } };
  }
}

/** Of a cluster: what its policy and its scaling have left of them. */
async function dataClaims(cluster: Cluster, namespace: string, name: string): Promise<readonly Manifest[]> {
  const labelSelector = `neo4j.com/cluster=${name},neo4j.com/role=server`;
  const { items } = await cluster.core.listNamespacedPersistentVolumeClaim({ namespace, labelSelector });
  return items.map(({ metadata }) => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: metadata?.name ?? "", namespace },
  }));
}
