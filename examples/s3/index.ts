// From a folder in S3 (or a store that speaks its protocol), with keys from a Secret; statements run afterwards.
// The same as a resource of Kubernetes: restore.yaml, for `neo4j-restore run -f` and the operator.

import * as pulumi from "@pulumi/pulumi";
import { Neo4jRestore } from "pulumi-neo4j-restore";

const config = new pulumi.Config();

const restore = new Neo4jRestore("dev-s3-restore", {
  metadata: { namespace: config.get("namespace") ?? "development" },
  connection: { context: config.get("context") },
  spec: {
    clusterRef: config.get("cluster") ?? "dev-standalone",
    databaseName: "dev-app",
    source: {
      type: "storage",
      storage: {
        type: "s3",
        bucket: config.get("bucket") ?? "dev-neo4j-backups",
        path: "snapshots/",
        cloud: {
          provider: "aws",
          credentialsSecretRef: "aws-restore-credentials",
          endpointURL: config.get("endpoint"),
          forcePathStyle: config.getBoolean("pathStyle"),
        },
      },
      backupPath: config.get("backupPath") ?? "/backups/dev-app/backup-20250120-103000",
    },
    options: {
      verifyBackup: false,
      replaceExisting: true,
      postRestore: {
        cypherStatements: ["CALL db.awaitIndexes(60)", "CREATE (:TestNode {restored: datetime()})"],
      },
    },
    force: true,
    stopCluster: false,
    timeout: "30m",
  },
});

export const phase = restore.status.phase;
export const restoredFrom = restore.status.apply(({ backupInfo }) => backupInfo?.backupPath);
