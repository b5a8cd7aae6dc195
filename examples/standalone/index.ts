// Into a standalone, which keeps running: only the database stops, for the moment of the swap.
// The same as a resource of Kubernetes: restore.yaml, for `neo4j-restore run -f` and the operator.

import * as pulumi from "@pulumi/pulumi";
import { Neo4jRestore } from "pulumi-neo4j-restore";

const config = new pulumi.Config();

const restore = new Neo4jRestore("standalone-restore", {
  metadata: { namespace: config.get("namespace") ?? "development" },
  connection: { context: config.get("context") },
  spec: {
    clusterRef: config.get("cluster") ?? "dev-standalone",
    databaseName: "app-db",
    source: { type: "backup", backupRef: config.get("backup") ?? "dev-daily-backup" },
    options: { replaceExisting: true, verifyBackup: false },
    force: true,
    stopCluster: false,
    timeout: "30m",
  },
});

export const phase = restore.status.phase;
export const restoredFrom = restore.status.apply(({ backupInfo }) => backupInfo?.backupPath);
