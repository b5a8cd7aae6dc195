/**
 * Restores with the whole instance scaled to zero, into a standalone whose admin password holds slashes: what was
 * stopped runs again afterwards, all its databases with it.
 */
import { expectGivenBack, expectRestored } from "./expectations.js";
import { conditionOf, online, previousStores, serving } from "./look.js";
import { backups, Stage } from "./stage.js";

jest.setTimeout(240_000);

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open({ password: "a/password/with slashes" });
  await stage.database("bystander", "untouched");
}, 300_000);
afterAll(() => stage.close());

test.each([
  ["the older form's backup", "older", "era-s"],
  ["a folder on a claim", "folder", "head"],
] as const)("what was backed up is back, from %s", async (_, name, form) => {
  await stage.database(name, "monday");
  const { folder } = await stage.backup(name, name, form);
  await stage.mark(name, "tuesday");
  const storage = { type: "pvc", pvc: { name: backups } } as const;
  const source =
    form === "head"
      ? ({ type: "storage", storage, backupPath: folder } as const)
      : ({ type: "backup", backupRef: name } as const);
  const options = { keepPrevious: "1h" };
  const report = await stage.restore({ name, source, stopCluster: true, force: true, options });
  await expectRestored(stage, report, ["monday"]);
  expect(conditionOf(report, "ClusterStopped")).toMatch(/ScaledBack|ScaledDown/);
  expect(await previousStores(stage)).toContain(report.runId);
  expect(await serving(stage, "bystander")).toMatchObject(online);
  expect(await stage.marks("bystander")).toEqual(["untouched"]);
});

test("a database that does not exist is made", async () => {
  const name = "fresh";
  await stage.database(name, "monday");
  await stage.backup(name, name);
  await stage.cypher("system", `DROP DATABASE ${name} WAIT`);
  const report = await stage.restore({ name, stopCluster: true });
  await expectRestored(stage, report, ["monday"]);
  expect(report.status.strategy).toBe("create");
});

test("in place, nothing is kept of the old store", async () => {
  const name = "tight";
  await stage.database(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
  const options = { strategy: "inPlace" } as const;
  const report = await stage.restore({ name, stopCluster: true, force: true, options });
  await expectRestored(stage, report, ["monday"]);
  expect(report.status.strategy).toBe("inPlace");
  expect(await previousStores(stage)).not.toContain(report.runId);
});

test("a Job that fails while nothing runs: the old data is back with all else that was stopped", async () => {
  const name = "failing";
  await stage.database(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
  await stage.fault("restore-fail-midway", "1 The artifact broke off.");
  const report = await stage.restore({ name, stopCluster: true, force: true });
  await expectGivenBack(stage, report, "JobFailed", ["monday", "tuesday"]);
  expect(await stage.marks("bystander")).toEqual(["untouched"]);
  await stage.behave();
});

test("a restored database that does not start is replaced by the old one", async () => {
  const name = "starting";
  await stage.database(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
  await stage.fault(`start-fail.${name}.once`, "The store is not to my liking.");
  const report = await stage.restore({ name, stopCluster: true, force: true });
  await expectGivenBack(stage, report, "BringUpFailed", ["monday", "tuesday"]);
  expect(report.failure?.message).toContain("The store is not to my liking.");
  await stage.behave();
});

test("undo brings the replaced data back", async () => {
  const name = "undone";
  await stage.database(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
  const wish = { name, stopCluster: true, force: true, options: { keepPrevious: "1h" } };
  await expectRestored(stage, await stage.restore(wish), ["monday"]);
  const report = await stage.on(name, "undo");
  expect(report.failure).toBeUndefined();
  expect(await stage.marks(name)).toEqual(["monday", "tuesday"]);
  expect(await serving(stage, name)).toMatchObject(online);
});
