/** Restores while the server runs: from every kind of source, into an existing and into a new database. */
import type { RestoreSource } from "../../provider/spec/types.js";
import type { Backup, Form } from "../../tools/lab/index.js";
import { expectRestored } from "./expectations.js";
import { previousStores, restoreJob, serving } from "./look.js";
import { backups, Stage } from "./stage.js";

jest.setTimeout(180_000);

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
}, 300_000);
afterAll(() => stage.close());

const backupOf = (backupRef: string): RestoreSource => ({ type: "backup", backupRef });

const onClaim = (backupPath: string): RestoreSource => ({
  type: "storage",
  storage: { type: "pvc", pvc: { name: backups } },
  backupPath,
});

const sources: readonly (readonly [string, string, Form, (backup: Backup) => RestoreSource])[] = [
  ["a Neo4jBackup of the older form", "older", "era-s", () => backupOf("older")],
  ["a Neo4jBackup of the newest form", "newest", "head", () => backupOf("newest")],
  ["an artifact on a claim", "exact", "head", ({ folder, artifact }) => onClaim(`${folder}/${artifact}`)],
  ["a folder on a claim", "folder", "head", ({ folder }) => onClaim(folder)],
];

test.each(sources)("what was backed up is back, from %s", async (_, name, form, sourceOf) => {
  await stage.database(name, "monday");
  const backup = await stage.backup(name, name, form);
  await stage.mark(name, "tuesday");
  const report = await stage.restore({
    name,
    source: sourceOf(backup),
    force: true,
    options: { keepPrevious: "1h", verifyBackup: true },
  });
  await expectRestored(stage, report, ["monday"]);
  expect(report.status).toMatchObject({
    strategy: "swap",
    backupInfo: { backupPath: expect.stringContaining(backup.artifact) as string, originalDatabase: name },
    stats: {
      duration: expect.stringMatching(/s$/) as string,
      dataSize: expect.stringMatching(/i$/) as string,
      throughput: expect.stringMatching(/i\/s$/) as string,
      fileCount: expect.any(Number) as number,
      errorCount: 0,
      interruption: expect.stringMatching(/s$/) as string,
    },
    previous: { path: expect.stringContaining(report.runId) as string },
  });
  expect(report.status.conditions).toContainEqual(
    expect.objectContaining({ type: "BackupVerified", status: "True" }),
  );
  expect(await previousStores(stage)).toContain(report.runId);
});

test("a database that does not exist is made", async () => {
  await stage.database("origin", "monday");
  await stage.backup("origin", "origin");
  await stage.cypher("system", "DROP DATABASE origin WAIT");
  const report = await stage.restore({ name: "origin" });
  await expectRestored(stage, report, ["monday"]);
  expect(report.status.strategy).toBe("create");
});

test("in place, nothing is kept of the old store", async () => {
  const name = "tight";
  await stage.database(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
  const report = await stage.restore({ name, force: true, options: { strategy: "inPlace" } });
  await expectRestored(stage, report, ["monday"]);
  expect(report.status).toMatchObject({ strategy: "inPlace" });
  expect(report.status.previous).toBeUndefined();
  expect(await previousStores(stage)).not.toContain(report.runId);
});

test("a folder that also holds another database's newer backups gives the right one", async () => {
  for (const name of ["orders", "orders-eu"]) await stage.database(name, name);
  // One Neo4jBackup writes to one folder.
  const { folder, artifact } = await stage.backup("both", "orders");
  await stage.backup("both", "orders-eu");
  await stage.mark("orders", "later");
  const report = await stage.restore({ name: "orders", source: onClaim(folder), force: true });
  await expectRestored(stage, report, ["orders"]);
  expect(report.status.backupInfo?.backupPath).toContain(artifact);
  expect(await stage.marks("orders-eu")).toEqual(["orders-eu"]);
});

test("undo brings the replaced data back, and asking for the restore again leaves it so", async () => {
  const wish = { name: "undone", force: true, options: { keepPrevious: "1h" } };
  await stage.database(wish.name, "monday");
  await stage.backup(wish.name, wish.name);
  await stage.mark(wish.name, "tuesday");
  await expectRestored(stage, await stage.restore(wish), ["monday"]);
  const undone = await stage.on(wish.name, "undo");
  expect(undone.failure).toBeUndefined();
  expect(undone.status.conditions).toContainEqual(
    expect.objectContaining({ type: "Undone", status: "True" }),
  );
  expect(await stage.marks(wish.name)).toEqual(["monday", "tuesday"]);
  const before = await serving(stage, wish.name);
  expect((await stage.restore(wish)).status.phase).toBe("Completed");
  expect(await serving(stage, wish.name)).toEqual(before);
});

test("discard removes the replaced store; then there is nothing to undo", async () => {
  const wish = { name: "discarded", force: true, options: { keepPrevious: "1h" } };
  await stage.database(wish.name, "monday");
  await stage.backup(wish.name, wish.name);
  const { runId } = await stage.restore(wish);
  expect(await previousStores(stage)).toContain(runId);
  const report = await stage.on(wish.name, "discard");
  expect(report.failure).toBeUndefined();
  expect(report.status.previous).toBeUndefined();
  expect(await previousStores(stage)).not.toContain(runId);
  expect(await stage.marks(wish.name)).toEqual(["monday"]);
  await expect(stage.on(wish.name, "undo")).rejects.toThrow(/no previous store/);
});

describe("a restore that is done is not done twice", () => {
  const name = "once";
  const wish = { name, force: true };
  let job: string | undefined;

  beforeAll(async () => {
    await stage.database(name, "monday");
    await stage.backup(name, name);
    await expectRestored(stage, await stage.restore(wish), ["monday"]);
    await stage.mark(name, "after");
    job = (await restoreJob(stage, name)).metadata?.uid;
  }, 180_000);

  test("although its journal is lost, or it goes by another name", async () => {
    const { core } = stage.cluster;
    const journal = { name: `neo4j-restore-${name}`, namespace: stage.namespace };
    await Promise.all([core.deleteNamespacedConfigMap(journal), core.deleteNamespacedSecret(journal)]);
    for (const again of [wish, { ...wish, name: "other-name", databaseName: name, source: backupOf(name) }]) {
      const report = await stage.restore(again);
      expect(report.failure).toBeUndefined();
      expect(report.status.phase).toBe("Completed");
      expect(report.status.conditions).toContainEqual(
        expect.objectContaining({ type: "Ready", status: "True", reason: "AlreadyRestored" }),
      );
      expect(report.status.message).toContain("trigger");
    }
    expect((await restoreJob(stage, name)).metadata?.uid).toBe(job);
    expect(await stage.marks(name)).toEqual(["after", "monday"]);
  });

  test("although a newer backup has arrived; another trigger takes that one", async () => {
    await stage.mark(name, "second");
    await stage.backup(name, name);
    await stage.mark(name, "third");
    expect((await stage.restore(wish)).status.phase).toBe("Completed");
    expect((await restoreJob(stage, name)).metadata?.uid).toBe(job);
    expect(await stage.marks(name)).toEqual(["after", "monday", "second", "third"]);
    const report = await stage.restore({ ...wish, trigger: "the newest" });
    await expectRestored(stage, report, ["after", "monday", "second"]);
    expect((await restoreJob(stage, name)).metadata?.uid).not.toBe(job);
  });
});
