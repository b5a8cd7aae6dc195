// From a folder in Google Cloud Storage, with a service account's key from a Secret, with the whole instance stopped.
// The same as a resource of Kubernetes: restore.yaml, for `neo4j-restore run -f` and the operator.

import * as pulumi from "@pulumi/pulumi";
import { Neo4jRestore } from "pulumi-neo4j-restore";

const config = new pulumi.Config();

const restore = new Neo4jRestore("gcs-restore", {
  metadata: { namespace: config.get("namespace") ?? "neo4j" },
  connection: { context: config.get("context") },
  spec: {
    clusterRef: config.get("cluster") ?? "analytics-cluster",
    databaseName: "analytics-db",
    source: {
      type: "gcs",
      storage: {
        type: "gcs",
        bucket: config.get("bucket") ?? "neo4j-analytics-backups",
        path: "weekly/",
        cloud: { provider: "gcp", credentialsSecretRef: "gcs-restore-credentials" },
      },
      backupPath: config.get("backupPath") ?? "/backups/analytics-db/backup-20250120-030000",
    },
    options: { verifyBackup: true, replaceExisting: true },
    force: true,
    stopCluster: true,
    timeout: "2h",
  },
});

export const phase = restore.status.phase;
export const restoredFrom = restore.status.apply(({ backupInfo }) => backupInfo?.backupPath);
