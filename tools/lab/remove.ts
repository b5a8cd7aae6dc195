// `delete KIND NAME`: removes what the verb of that name made, and returns when it is gone.

import { removeAndWait, type Cluster, type Manifest } from "./cluster.js";
import { apiVersion } from "./objects/kinds.js";
import { adminSecretName } from "./objects/standalone.js";

export const removable = ["standalone", "backup", "claim"] as const;
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
    backup: [manifest(apiVersion, "Neo4jBackup", name)],
    claim: [manifest("v1", "PersistentVolumeClaim", name)],
  };
  for (const object of objects[kind]) await removeAndWait(cluster, object);

  function manifest(version: string, kind: string, name: string): Manifest {
    return { apiVersion: version, kind, metadata: { name, namespace } };
  }
}
