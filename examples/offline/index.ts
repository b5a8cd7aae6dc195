// With the whole instance scaled to zero: for claims that cannot be shared, or when nothing else may run beside.
// The same as a resource of Kubernetes: restore.yaml, for `neo4j-restore run -f` and the operator.

import * as pulumi from "@pulumi/pulumi";
import { Neo4jRestore } from "pulumi-neo4j-restore";

const config = new pulumi.Config();

const restore = new Neo4jRestore("offline-restore", {
  metadata: { namespace: config.get("namespace") ?? "neo4j" },
  connection: { context: config.get("context") },
  spec: {
    clusterRef: config.get("cluster") ?? "production-cluster",
    databaseName: "large-graph",
    source: {
      type: "storage",
      storage: {
        type: "s3",
        bucket: config.get("bucket") ?? "neo4j-backups",
        path: "large-graph/",
        cloud: {
          provider: "aws",
          credentialsSecretRef: "aws-restore-credentials",
          endpointURL: config.get("endpoint"),
          forcePathStyle: config.getBoolean("pathStyle"),
        },
      },
      backupPath: config.get("backupPath") ?? "/backups/large-graph/backup-20250120-020000",
    },
    force: true,
    stopCluster: true,
    timeout: "8h",
  },
});

export const phase = restore.status.phase;
export const restoredFrom = restore.status.apply(({ backupInfo }) => backupInfo?.backupPath);
