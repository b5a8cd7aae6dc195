/** The examples run as they are: the real Pulumi engine, the lab in place of a user's cluster. */
import { expectNothingRemains, expectServing } from "./expectations.js";
import { PulumiProject } from "./pulumi-project.js";
import { kubeconfig, Stage, target } from "./stage.js";

jest.setTimeout(240_000);

let stage: Stage;
let project: PulumiProject;
beforeAll(async () => {
  stage = await Stage.open();
  project = await PulumiProject.open({ KUBECONFIG: kubeconfig });
}, 300_000);
afterAll(async () => {
  project.remove();
  await stage.close();
});

/** Restore, database and Neo4jBackup as the program names them. */
const fromBackups = [
  ["simple", "simple-backup-restore", "testdb", "daily-test-backup"],
  ["standalone", "standalone-restore", "app-db", "dev-daily-backup"],
] as const;

test.each(fromBackups)("%s", async (example, restore, database, backup) => {
  await stage.database(database, "monday");
  await stage.backup(backup, database);
  await stage.mark(database, "tuesday");
  await project.useExample(example, { namespace: stage.namespace, cluster: target });
  expect(await project.up()).toMatchObject({ code: 0 });
  expect(project.restored()?.outputs?.status?.phase).toBe("Completed");
  await expectServing(stage, database, ["monday"]);
  await expectNothingRemains(stage, restore);
});
