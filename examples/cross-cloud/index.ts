// The disaster drill: another site's backups into this site's cluster, checked by a Job before anyone is told it is up.
// The same as a resource of Kubernetes: restore.yaml, for `neo4j-restore run -f` and the operator.

import * as pulumi from "@pulumi/pulumi";
import { Neo4jRestore } from "pulumi-neo4j-restore";

const config = new pulumi.Config();
const cluster = config.get("cluster") ?? "dr-cluster";

const restore = new Neo4jRestore("cross-cloud-dr-restore", {
  metadata: { namespace: config.get("namespace") ?? "disaster-recovery" },
  connection: { context: config.get("context") },
  spec: {
    clusterRef: cluster,
    databaseName: "critical-app",
    source: {
      type: "gcs",
      storage: {
        type: "gcs",
        bucket: config.get("bucket") ?? "primary-site-backups",
        path: "disaster-recovery/",
        cloud: { provider: "gcp", credentialsSecretRef: "gcs-dr-credentials" },
      },
      backupPath: config.get("backupPath") ?? "/backups/critical-app/latest.backup",
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
              image: config.get("checkImage") ?? "dr-validation-tool:latest",
              command: config.getObject<string[]>("checkCommand") ?? ["/scripts/dr-validation.sh"],
              env: [{ name: "NEO4J_URI", value: `neo4j://${cluster}-client:7687` }],
            },
          },
          timeout: "45m",
        },
      },
    },
    force: true,
    stopCluster: true,
    timeout: "3h",
  },
});

export const phase = restore.status.phase;
export const restoredFrom = restore.status.apply(({ backupInfo }) => backupInfo?.backupPath);
