/** The examples that restore from a store of their own cloud. */
import { debianReference } from "../../tools/lab/index.js";
import type { StoreKind } from "../../tools/lab/index.js";
import { ExamplesStage, inStore, type Config } from "./examples-stage.js";

jest.setTimeout(600_000);

let on: ExamplesStage;
beforeAll(async () => {
  on = await ExamplesStage.open();
}, 400_000);
afterAll(() => on.close());

/** Until the check's argv can be a script of the image, one that reaches Neo4j as the variable names it. */
const check = 'at=$(echo "$NEO4J_URI" | cut -c 9-); exec 3<> "/dev/tcp/$(echo "$at" | tr : /)"';
const checked = { checkImage: debianReference, checkCommand: JSON.stringify(["bash", "-c", check]) };

/** The folder of the artifacts as storage.path and backupPath of the program make it; an exact one is told. */
test.each<readonly [string, StoreKind, string, string, string, "folder" | "exact", Config]>([
  ["s3", "s3", "dev-app", "snapshots/", "backups/dev-app/backup-20250120-103000", "folder", {}],
  ["gcs", "gcs", "analytics-db", "weekly/", "backups/analytics-db/backup-20250120-030000", "folder", {}],
  ["azure", "azure", "customer-data", "production/", "backups/customer-data", "exact", checked],
  ["cross-cloud", "gcs", "critical-app", "disaster-recovery/", "backups/critical-app", "exact", checked],
])("%s", async (example, kind, database, root, folder, form, config) => {
  const at = on.stores[kind];
  await on.stage.database(database, "monday");
  const artifact = await at.backup(database, folder, root);
  await on.stage.mark(database, "tuesday");
  const exact = form === "exact" ? { backupPath: `/${folder}/${artifact}` } : {};
  await on.expectUp(example, database, { ...inStore(at.store), ...exact, ...config }, ["monday"]);
  await on.drop(database);
});
