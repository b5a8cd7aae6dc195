/**
 * Strategy seedURI on a cluster of three servers that reach an S3 store with a login of their own: each reads the
 * artifact itself (the stand-in's, into real stores).
 */
import { conditionOf } from "./look.js";
import type { Wish } from "./stage.js";
import { StoreStage } from "./store-stage.js";

jest.setTimeout(300_000);

let scene: StoreStage;
beforeAll(async () => {
  scene = await StoreStage.open("s3", { servers: 3, ownLogin: true });
}, 600_000);
afterAll(() => scene.close());

function wish(name: string, folder: string): Wish {
  const source = scene.source(folder);
  const { cloud: _servers, ...storage } = source.storage ?? {};
  return { name, source: { ...source, storage }, force: true, options: { strategy: "seedURI" } };
}

async function made(name: string): Promise<string> {
  const { stage } = scene;
  await stage.cypher("system", "CREATE DATABASE $name TOPOLOGY 3 PRIMARIES WAIT", { name });
  await stage.mark(name, "monday");
  const artifact = await scene.backup(name, name);
  await stage.mark(name, "tuesday");
  return artifact;
}

test("an existing database is recreated from the newest artifact of a folder", async () => {
  const artifact = await made("orders");
  const report = await scene.stage.restore(wish("orders", "orders"));
  expect(report.failure).toBeUndefined();
  expect(report.status).toMatchObject({
    phase: "Completed",
    strategy: "seedURI",
    backupInfo: { backupPath: `${scene.uri("orders")}/${artifact}` },
  });
  expect(conditionOf(report, "Degraded")).toBe("False AllServe");
  expect(await scene.stage.marks("orders")).toEqual(["monday"]);
});

test("a new database is created", async () => {
  await made("fresh");
  await scene.stage.cypher("system", "DROP DATABASE fresh WAIT");
  const report = await scene.stage.restore(wish("fresh", "fresh"));
  expect(report.failure).toBeUndefined();
  expect(await scene.stage.marks("fresh")).toEqual(["monday"]);
});

test("an artifact that is not there is found out while the old data serves", async () => {
  await made("absent");
  const report = await scene.stage.restore(wish("absent", "elsewhere"));
  expect(report.failure?.reason).toBe("ArtifactNotFound");
  expect(await scene.stage.marks("absent")).toEqual(["monday", "tuesday"]);
});
