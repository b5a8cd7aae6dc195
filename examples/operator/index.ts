// The operator with its kind, and a restore that it carries out: `up` waits for its end, and it goes on where `up` is
// killed. The same without Pulumi: kustomization.yaml installs the operator, restore.yaml is the restore.

import * as pulumi from "@pulumi/pulumi";
import { Neo4jRestore } from "pulumi-neo4j-restore";
import { Neo4jRestoreCrd, Neo4jRestoreOperator } from "pulumi-neo4j-restore/operator";

const config = new pulumi.Config();

const crd = new Neo4jRestoreCrd("neo4j-restore", { apiGroup: config.get("apiGroup") });
const operator = new Neo4jRestoreOperator("neo4j-restore", {
  crd,
  image: config.get("image") ?? "registry.example.com/neo4j-restore-operator:0.1.0",
});

const restore = new Neo4jRestore(
  "orders-by-operator",
  {
    mode: "operator",
    apiVersion: operator.apiVersion,
    metadata: { namespace: config.get("namespace") ?? "neo4j" },
    spec: {
      clusterRef: config.get("cluster") ?? "graph",
      databaseName: config.get("database") ?? "orders",
      source: { type: "backup", backupRef: config.get("backup") ?? "nightly" },
      options: { replaceExisting: true },
    },
  },
  // Destroyed before its operator, which has to let it go.
  { dependsOn: operator },
);

export const namespace = operator.namespace;
export const phase = restore.status.phase;
