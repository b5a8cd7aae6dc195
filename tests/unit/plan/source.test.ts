/** From what the user named to a location: URIs, both readings of a leading slash, and a Neo4jBackup's storage. */
import { locateSource, type SourceLocation } from "../../../provider/plan/source.js";
import type { BackupView, JsonObject } from "../../../provider/plan/observation.js";
import type { RestoreSource } from "../../../provider/spec/types.js";
import { requestOf } from "../../simulation/story.js";

function located(source: RestoreSource, backup?: BackupView): SourceLocation | string {
  const request = requestOf();
  const answer = locateSource({ ...request, spec: { ...request.spec, source } }, backup);
  return answer.kind === "found" ? answer.source : answer.message;
}

const s3 = (bucket: string, path?: string) => ({ bucket, ...(path === undefined ? {} : { path }) });

test.each<readonly [string, RestoreSource, string, string]>([
  [
    "an artifact",
    { type: "s3", storage: s3("b"), backupPath: "x.backup" },
    "s3://b/x.backup",
    "s3://b/x.backup",
  ],
  ["slashes", { type: "s3", storage: s3("b", "/p//"), backupPath: "x/./y/" }, "s3://b/p/x/y", "s3://b/p/x/y"],
  [
    "a leading slash",
    { type: "gcs", storage: s3("b", "production/"), backupPath: "/backups/x" },
    "gs://b/production/backups/x",
    "gs://b/backups/x",
  ],
  ["a whole bucket", { type: "storage", storage: { type: "s3", bucket: "b" } }, "s3://b", "s3://b"],
  [
    "account and container",
    { type: "azure", storage: s3("account/container", "p"), backupPath: "x" },
    "azb://account/container/p/x",
    "azb://account/container/p/x",
  ],
  [
    "a container whose account the Secret names",
    {
      type: "azure",
      storage: { bucket: "container", cloud: { credentialsSecretRef: "azure" } },
      backupPath: "x",
    },
    "azb:///container/x",
    "azb:///container/x",
  ],
])("%s", (_title, source, first, second) => {
  expect(located(source)).toMatchObject({ first, second, reference: "", artifactDatabase: "orders" });
});

test("what the store is reached with is carried by name", () => {
  const cloud = {
    credentialsSecretRef: "aws",
    endpointURL: "https://minio.example:9000",
    forcePathStyle: true,
    identity: { autoCreate: { annotations: { role: "reader" } } },
  };
  expect(located({ type: "s3", storage: { bucket: "b", cloud } })).toMatchObject({
    cloud: {
      type: "s3",
      secret: "aws",
      endpointURL: "https://minio.example:9000",
      forcePathStyle: true,
      identity: { serviceAccount: "neo4j-restore-sa", make: true, annotations: { role: "reader" } },
    },
  });
});

test.each([
  [{ serviceAccount: "mine" }, { serviceAccount: "mine", make: false, annotations: {} }],
  [{ autoCreate: { enabled: false } }, undefined],
  [{}, { serviceAccount: "neo4j-restore-sa", make: true, annotations: {} }],
])("identity %j", (identity, wanted) => {
  const found = located({ type: "s3", storage: { bucket: "b", cloud: { identity } } });
  expect(typeof found === "object" ? found.cloud?.identity : found).toEqual(wanted);
});

test.each<readonly [RestoreSource, string]>([
  [
    { type: "azure", storage: { bucket: "container" } },
    "spec.source.storage.bucket container does not tell the Azure storage account: write account/container, or name a Secret with AZURE_STORAGE_ACCOUNT in cloud.credentialsSecretRef",
  ],
  [{ type: "s3" }, "spec.source.storage has no bucket: name the bucket or container"],
  [{ type: "storage" }, "spec.source.storage.type is missing: write s3, gcs, azure or pvc"],
  [
    { type: "storage", storage: { type: "pvc" } },
    "spec.source.storage.pvc.name is missing: name the claim with the backups",
  ],
  [{ type: "pitr" }, "spec.source.pitr is missing: add pitr"],
])("%j is refused, whoever let it pass", (source, message) => {
  expect(located(source)).toBe(message);
});

describe("a Neo4jBackup", () => {
  const backup = (storage: JsonObject, run: Partial<BackupView["runs"][number]>): BackupView => ({
    name: "nightly",
    storage,
    database: "orders",
    runs: [{ succeeded: true, ...run }],
  });
  const artifact = "orders-2026-02-28T02-00-00.backup";
  const atNight = { startedAt: "2026-02-28T02:00:00Z", completedAt: "2026-02-28T02:05:00Z" };
  const source: RestoreSource = { type: "backup", backupRef: "nightly" };

  test.each<readonly [string, JsonObject, Partial<BackupView["runs"][number]>, string, string]>([
    [
      "names its artifact",
      { type: "s3", bucket: "b", path: "prod" },
      { path: "nightly", artifact },
      `s3://b/prod/nightly/${artifact}`,
      `s3://b/nightly/${artifact}`,
    ],
    [
      "has no path of its own",
      { type: "gcs", bucket: "b" },
      { path: "nightly", artifact },
      `gs://b/backups/nightly/${artifact}`,
      `gs://b/nightly/${artifact}`,
    ],
    [
      "has a URI in its history",
      { type: "s3", bucket: "b" },
      { path: "s3://b/elsewhere/", artifact },
      `s3://b/elsewhere/${artifact}`,
      `s3://b/elsewhere/${artifact}`,
    ],
    ["names no artifact", { type: "s3", bucket: "b" }, atNight, "s3://b/backups", "s3://b/backups"],
    [
      "names its folder alone",
      { type: "s3", bucket: "b", path: "prod" },
      { ...atNight, path: "nightly" },
      "s3://b/prod/nightly",
      "s3://b/nightly",
    ],
    [
      "names its folder alone, as a URI",
      { type: "s3", bucket: "b" },
      { ...atNight, path: "s3://b/elsewhere/" },
      "s3://b/elsewhere",
      "s3://b/elsewhere",
    ],
    [
      "names its folder on a claim",
      { type: "pvc", pvc: { name: "c" }, path: "p" },
      { ...atNight, path: "/backup/nightly" },
      "nightly",
      "p/nightly",
    ],
  ])("that %s", (_title, storage, run, first, second) => {
    expect(located(source, backup(storage, run))).toMatchObject({ first, second, reference: "" });
  });

  describe("whose newest run names no file", () => {
    const claim = { type: "pvc", pvc: { name: "c" } };
    const times = { from: "2026-02-28T01:59:00", to: "2026-02-28T02:06:00", field: "spec.source.backupPath" };

    test("is looked for by when that run was at work, a minute around for clocks", () => {
      expect(located(source, backup(claim, atNight))).toMatchObject({ reference: "nightly", times });
      expect(located(source, backup({ type: "s3", bucket: "b" }, atNight))).toMatchObject({ times });
      const asBase: RestoreSource = {
        type: "pitr",
        pitr: { baseBackup: { type: "backup", backupRef: "nightly" } },
      };
      const field = "spec.source.pitr.baseBackup.backupPath";
      expect(located(asBase, backup(claim, atNight))).toMatchObject({ times: { ...times, field } });
    });

    test.each<readonly [string, Partial<RestoreSource>, Partial<BackupView["runs"][number]>]>([
      ["an artifact that is named", { backupPath: "x.backup" }, {}],
      ["a point in time, whose chain counts", { pointInTime: "2026-02-28T01:00:00Z" }, {}],
      ["an artifact in the history", {}, { artifact }],
    ])("is not with %s", (_title, more, run) => {
      const found = located({ ...source, ...more }, backup(claim, { ...atNight, ...run }));
      expect(found).not.toHaveProperty("times");
    });

    test("and does not tell its times: refused", () => {
      expect(located(source, backup(claim, { startedAt: "2026-02-28T02:00:00Z" }))).toBe(
        "the newest run of Neo4jBackup nightly names neither its file nor when it began and ended: name the artifact in spec.source.backupPath",
      );
    });
  });

  test.each<readonly [string, RestoreSource, string | undefined]>([
    ["its newest run's end", source, atNight.completedAt],
    ["nothing of an artifact that is named", { ...source, backupPath: "x.backup" }, undefined],
    ["nothing of a chain", { ...source, pointInTime: "2026-02-28T01:00:00Z" }, undefined],
    ["nothing of a base", { type: "pitr", pitr: { baseBackup: { ...source, type: "backup" } } }, undefined],
  ])("tells when the backup was taken: %s", (_title, asked, takenAt) => {
    const found = located(asked, backup({ type: "pvc", pvc: { name: "c" } }, { ...atNight, artifact }));
    expect(typeof found === "string" ? found : found.takenAt).toBe(takenAt);
  });

  test("lends its credentials and identity", () => {
    const identity = { autoCreate: { annotations: { role: "reader" } } };
    const storage = { type: "s3", bucket: "b", cloud: { credentialsSecretRef: "aws", identity } };
    expect(located(source, backup(storage, { artifact }))).toMatchObject({
      cloud: { secret: "aws", identity: { make: true, annotations: { role: "reader" } } },
    });
  });

  test.each([
    [{ type: "tape" }, 'Neo4jBackup nightly has storage of type "tape"; known are s3, gcs, azure and pvc'],
    [{ type: "s3" }, "Neo4jBackup nightly: storage has no bucket: name the bucket or container"],
    [{ type: "pvc" }, "Neo4jBackup nightly names no claim: its storage has no pvc.name"],
  ])("with storage %j is refused", (storage, message) => {
    expect(located(source, backup(storage, { artifact }))).toBe(message);
  });
});
