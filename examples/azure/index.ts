// An exact artifact in Azure Blob Storage; statements before and after, and a Job that checks the result.
// The same as a resource of Kubernetes: restore.yaml, for `neo4j-restore run -f` and the operator.

import * as pulumi from "@pulumi/pulumi";
import { Neo4jRestore } from "pulumi-neo4j-restore";

const config = new pulumi.Config();
const cluster = config.get("cluster") ?? "enterprise-cluster";

const restore = new Neo4jRestore("enterprise-azure-restore", {
  metadata: {
    namespace: config.get("namespace") ?? "neo4j",
    labels: { compliance: "required", environment: "production" },
  },
  connection: { context: config.get("context") },
  spec: {
    clusterRef: cluster,
    databaseName: "customer-data",
    source: {
      type: "azure",
      storage: {
        type: "azure",
        bucket: config.get("bucket") ?? "enterprise-backups",
        path: "production/",
        cloud: { provider: "azure", credentialsSecretRef: "azure-restore-credentials" },
      },
      backupPath: config.get("backupPath") ?? "/backups/customer-data/backup-20250120-020000.backup",
    },
    options: {
      verifyBackup: true,
      replaceExisting: true,
      preRestore: { cypherStatements: ["CALL db.checkpoint()"] },
      postRestore: {
        cypherStatements: ["CALL db.awaitIndexes()", "CALL dbms.security.clearAuthCache()"],
        job: {
          template: {
            container: {
              image: config.get("checkImage") ?? "enterprise-compliance-checker:latest",
              command: config.getObject<string[]>("checkCommand") ?? ["/scripts/compliance-check.sh"],
              env: [
                { name: "NEO4J_URI", value: `neo4j://${cluster}-client:7687` },
                { name: "COMPLIANCE_LEVEL", value: "GDPR,HIPAA" },
              ],
            },
          },
          timeout: "60m",
        },
      },
      additionalArgs: ["--check-consistency", "--verbose"],
    },
    force: true,
    stopCluster: true,
    timeout: "6h",
  },
});

export const phase = restore.status.phase;
export const restoredFrom = restore.status.apply(({ backupInfo }) => backupInfo?.backupPath);
