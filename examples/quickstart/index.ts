// Restores one database of a Neo4j that already runs on your cluster from a backup that was already taken.
// `pulumi preview --diff` shows what will happen; `pulumi up` does it and waits until the data is served again.

import * as pulumi from "@pulumi/pulumi";
import { Neo4jRestore } from "pulumi-neo4j-restore";

const config = new pulumi.Config();

const restore = new Neo4jRestore(config.require("database"), {
  metadata: { namespace: config.require("namespace") },
  connection: { context: config.get("context") },
  spec: {
    clusterRef: config.require("cluster"),
    databaseName: config.require("database"),
    source: { type: "backup", backupRef: config.require("backup") },
    options: {
      // Your consent to replace the database if it exists.
      replaceExisting: config.requireBoolean("replaceExisting"),
      // What was there is kept, so that `neo4j-restore undo` can bring it back. Without a word here: for a day, where
      // a fifth of the volume stays free.
      keepPrevious: config.get("keepPrevious"),
    },
  },
});

export const phase = restore.status.phase;
export const restoredFrom = restore.status.apply(({ backupInfo }) => backupInfo?.backupPath);
export const interruption = restore.status.apply(({ stats }) => stats?.interruption);
