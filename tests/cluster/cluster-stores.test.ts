/**
 * A cluster of three servers and stores of each protocol: one server is restored from the store and seeds the others, or
 * (strategy seedURI) each reads the artifact itself, with a login of its own (the stand-in's, into real stores).
 */
import { randomBytes } from "node:crypto";
import type { RestoreSource } from "../../provider/spec/types.js";
import { openStore, toolsReference, type Store, type StoreKind } from "../../tools/lab/index.js";
import { conditionOf } from "./look.js";
import { Stage, type Wish } from "./stage.js";
import { StoreStage, withOwnLogin } from "./store-stage.js";

jest.setTimeout(300_000);

let scene: StoreStage;
let scenes: Readonly<Record<StoreKind, StoreStage>>;
beforeAll(async () => {
  const bucket = `cluster-${randomBytes(4).toString("hex")}`;
  const open = (kind: StoreKind): Promise<Store> => openStore(kind, bucket, () => undefined);
  const [s3, gcs, azure] = [await open("s3"), await open("gcs"), await open("azure")];
  const env = { ...withOwnLogin(s3).env, ...gcs.env, ...azure.env };
  const stage = await Stage.open({
    servers: 3,
    store: { env, ...(azure.trust ? { trust: azure.trust } : {}) },
  });
  scene = new StoreStage(stage, s3);
  scenes = { s3: scene, gcs: new StoreStage(stage, gcs), azure: new StoreStage(stage, azure) };
  for (const [kind, at] of Object.entries(scenes)) await at.secret(kind);
}, 600_000);
afterAll(() => scene.close());

async function lost(name: string, at: StoreStage): Promise<void> {
  const { stage } = scene;
  await stage.cypher("system", "CREATE DATABASE $name TOPOLOGY 3 PRIMARIES WAIT", { name });
  await stage.mark(name, "monday");
  await at.backup(name, name);
  await stage.mark(name, "tuesday");
}

async function expectSeeded(name: string, source: RestoreSource): Promise<void> {
  const connection = { toolsImage: toolsReference };
  const report = await scene.stage.restore({ name, source, force: true, connection });
  expect(report.failure).toBeUndefined();
  expect(report.status).toMatchObject({ phase: "Completed", strategy: "designatedSeeder" });
  expect(conditionOf(report, "Degraded")).toBe("False AllServe");
  expect(await scene.stage.marks(name)).toEqual(["monday"]);
}

test.each(["s3", "gcs", "azure"] as const)("the newest artifact of a folder in %s", async (kind) => {
  const name = `from-${kind}`;
  await lost(name, scenes[kind]);
  await expectSeeded(name, scenes[kind].source(name, kind));
});

test("a base that the tools image fetches", async () => {
  await lost("staged", scenes.gcs);
  await expectSeeded("staged", scenes.gcs.staged("staged", "gcs"));
});

describe("seedURI", () => {
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
});
