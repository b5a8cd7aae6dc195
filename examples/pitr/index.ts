// To a point in time: a base backup, and encrypted differential backups from a bucket of their own.
// The same as a resource of Kubernetes: restore.yaml, for `neo4j-restore run -f` and the operator.

import * as pulumi from "@pulumi/pulumi";
import { Neo4jRestore } from "pulumi-neo4j-restore";

const config = new pulumi.Config();

const restore = new Neo4jRestore("production-pitr-restore", {
  metadata: { namespace: config.get("namespace") ?? "neo4j" },
  connection: {
    context: config.get("context"),
    // What lies in the bucket is fetched, decrypted and unpacked by an image of yours, built from image/tools.
    toolsImage: config.get("toolsImage"),
  },
  spec: {
    clusterRef: config.get("cluster") ?? "recovery-cluster",
    databaseName: "production-db",
    source: {
      type: "pitr",
      pointInTime: config.get("pointInTime") ?? "2025-01-04T12:30:00Z",
      pitr: {
        baseBackup: { type: "backup", backupRef: "daily-production-backup" },
        logStorage: {
          type: "s3",
          bucket: config.get("bucket") ?? "neo4j-transaction-logs",
          path: "production/logs/",
          cloud: {
            provider: "aws",
            credentialsSecretRef: "aws-restore-credentials",
            endpointURL: config.get("endpoint"),
            forcePathStyle: config.getBoolean("pathStyle"),
          },
        },
        logRetention: "168h",
        recoveryPointObjective: "5m",
        validateLogIntegrity: true,
        compression: { enabled: true, algorithm: "lz4", level: 3 },
        encryption: { enabled: true, keySecret: "transaction-log-encryption", algorithm: "AES256" },
      },
    },
    options: {
      verifyBackup: true,
      replaceExisting: true,
      preRestore: { cypherStatements: ["CALL db.checkpoint()"] },
      postRestore: { cypherStatements: ["CALL db.awaitIndexes(600)", "CALL dbms.security.clearAuthCache()"] },
    },
    force: true,
    stopCluster: true,
    timeout: "4h",
  },
});

export const phase = restore.status.phase;
export const restoredFrom = restore.status.apply(({ backupInfo }) => backupInfo?.backupPath);
