/**
 * What is true of every store: an artifact by its name, the newest one of a folder, a Neo4jBackup that lies there,
 * and for each thing that may be wrong the reason that tells it apart, with the database untouched.
 */
import type { RestoreSource } from "../../provider/spec/types.js";
import { toolsReference, type StoreKind } from "../../tools/lab/index.js";
import { apply, patchStatus, type Manifest } from "../../tools/lab/cluster.js";
import { apiVersion } from "../../tools/lab/objects/kinds.js";
import { expectRestored, untouched } from "./expectations.js";
import { StoreStage } from "./store-stage.js";

export interface Trouble {
  /** Keys of the Secret that are other than good; from the good ones, where they depend on the store. */
  readonly login?: Login | ((good: Login) => Login);
  readonly bucket?: string;
  readonly endpointURL?: string;
  readonly backupPath?: string;
  readonly reason: string;
  readonly says: string;
}

type Login = Readonly<Record<string, string>>;

const name = "orders";

/** What a staged download says for each reason, whatever the store. */
const saidOfStaged: Readonly<Record<string, string>> = {
  StoreAccessDenied: "the store refused the credentials (",
  StoreCredentialsExpired: "the credentials for the store have expired (",
  BucketNotFound: "the bucket or container of",
  ArtifactNotFound: "no base backup of database orders at",
  StoreUnreachable: "the store does not answer (",
};

/** @returns the stage of these stories, for one that only this kind of store can tell. */
export function storeStories(kind: StoreKind, troubles: Readonly<Record<string, Trouble>>): () => StoreStage {
  jest.setTimeout(300_000);
  let scene: StoreStage | undefined;
  let artifact = "";
  const there = (): StoreStage => {
    if (!scene) throw new Error("the stage did not open");
    return scene;
  };
  const connection = { toolsImage: toolsReference };
  const restore = (source: RestoreSource, trigger: string) =>
    there().stage.restore({ name, source, trigger, force: true, connection });

  beforeAll(async () => {
    scene = await StoreStage.open(kind);
    await scene.stage.database(name, "monday");
    artifact = await scene.backup(name, "daily");
    await scene.stage.mark(name, "tuesday");
  }, 600_000);
  afterAll(() => scene?.close());

  describe.each(["source", "staged"] as const)(
    "nothing is touched, and it is told what is wrong: %s",
    (how) => {
      test.each(Object.entries(troubles))("%s", async (title, trouble) => {
        const { stage } = there();
        const check = await untouched(stage, name);
        const secret = `${how}-${title.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
        const { login = {} } = trouble;
        const bad = typeof login === "function" ? login(there().store.login) : login;
        await there().secret(secret, bad);
        const path = trouble.backupPath ?? `daily/${artifact}`;
        const { bucket, endpointURL } = trouble;
        const other = {
          ...(bucket === undefined ? {} : { bucket }),
          ...(endpointURL === undefined ? {} : { cloud: { endpointURL } }),
        };
        const report = await restore(there()[how](path, secret, other), `${title} ${how}`);
        expect(report.failure?.message).toContain(
          how === "source" ? trouble.says : saidOfStaged[trouble.reason],
        );
        expect(report.failure?.reason).toBe(trouble.reason);
        for (const value of Object.values(bad)) {
          if (value.length > 8) expect(JSON.stringify(report)).not.toContain(value);
        }
        await stage.engine.remove({ name, namespace: stage.namespace, runId: report.runId }, stage.options);
        await check();
      });
    },
  );

  test("an exact artifact is restored", async () => {
    const report = await restore(there().source(`/daily/${artifact}`), "exact");
    await expectRestored(there().stage, report, ["monday"]);
    expect(report.status.backupInfo?.backupPath).toBe(`${there().uri("daily")}/${artifact}`);
  });

  test("of a folder the newest artifact of this database is restored", async () => {
    const { stage } = there();
    await stage.mark(name, "wednesday");
    const newest = await there().backup(name, "daily");
    await stage.database(`${name}-eu`, "elsewhere");
    await there().backup(`${name}-eu`, "daily");
    await stage.mark(name, "thursday");
    const report = await restore(there().source("daily"), "folder");
    await expectRestored(stage, report, ["monday", "wednesday"]);
    expect(report.status.backupInfo?.backupPath).toBe(`${there().uri("daily")}/${newest}`);
  });

  test("a Neo4jBackup that lies in the store is restored", async () => {
    const { stage } = there();
    const file = await there().backup(name, "nightly");
    await stage.mark(name, "friday");
    await backupResource(there(), "nightly", file);
    const report = await restore({ type: "backup", backupRef: "nightly" }, "backup");
    await expectRestored(stage, report, ["monday", "wednesday"]);
    expect(report.status.backupInfo?.backupPath).toBe(`${there().uri("nightly")}/${file}`);
  });

  test("a base is fetched by the tools image", async () => {
    const report = await restore(there().staged("/nightly"), "staged");
    await expectRestored(there().stage, report, ["monday", "wednesday"]);
    expect(report.status.backupInfo?.backupPath).toContain(`${there().uri("nightly")}/orders-`);
  });
  return there;
}

async function backupResource(scene: StoreStage, folder: string, file: string): Promise<void> {
  const { cluster, namespace } = scene.stage;
  const spec = {
    instanceRef: "graph",
    database: name,
    storage: scene.storage("good", { path: "production" }),
  };
  const resource = { apiVersion, kind: "Neo4jBackup", metadata: { name: folder, namespace }, spec };
  await apply(cluster, resource as Manifest);
  const startTime = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const entry = { status: "Succeeded", startTime, completionTime: startTime };
  const history = [{ runID: `${folder}-backup`, ...entry, backupsPath: folder, artifactFilename: file }];
  await patchStatus(cluster, "Neo4jBackup", namespace, folder, { phase: "Completed", history });
}
