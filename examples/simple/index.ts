// The newest successful run of a Neo4jBackup, into a database of a cluster or a standalone.
// The same as a resource of Kubernetes: restore.yaml, for `neo4j-restore run -f` and the operator.

import * as pulumi from "@pulumi/pulumi";
import { Neo4jRestore } from "pulumi-neo4j-restore";

const config = new pulumi.Config();

const restore = new Neo4jRestore("simple-backup-restore", {
  metadata: { namespace: config.get("namespace") ?? "neo4j" },
  connection: { context: config.get("context") },
  spec: {
    clusterRef: config.get("cluster") ?? "test-cluster",
    databaseName: "testdb",
    source: { type: "backup", backupRef: config.get("backup") ?? "daily-test-backup" },
    options: { verifyBackup: true, replaceExisting: true },
    force: false,
    stopCluster: false,
    timeout: "1h",
  },
});

export const phase = restore.status.phase;
export const restoredFrom = restore.status.apply(({ backupInfo }) => backupInfo?.backupPath);
