/** source.type pitr: where its base and its logs are looked for, when they are staged, and what is refused. */
import type { BackupView } from "../../../provider/plan/observation.js";
import { pointArguments, pointRemark } from "../../../provider/plan/point-in-time.js";
import { locateSource, type SourceAnswer } from "../../../provider/plan/source.js";
import { stagingJob, stagingVolumes } from "../../../provider/plan/staging.js";
import { missingTools } from "../../../provider/plan/tools-image.js";
import type { RestoreRequest } from "../../../provider/spec/request.js";
import type { CloudIdentity, PITRConfig } from "../../../provider/spec/types.js";

const claim = (name: string, path?: string) => ({
  type: "pvc" as const,
  pvc: { name },
  ...(path === undefined ? {} : { path }),
});
const onClaim: PITRConfig = {
  baseBackup: { type: "storage", storage: claim("backups", "daily"), backupPath: "orders" },
};
const nightly: BackupView = {
  name: "nightly",
  storage: claim("vault"),
  database: "orders",
  runs: [{ succeeded: true, path: "nightly", artifact: "orders-2026-03-01T10-00-00.backup" }],
};

function request(pitr: PITRConfig, pointInTime?: string): RestoreRequest {
  const source = { type: "pitr" as const, pitr, ...(pointInTime === undefined ? {} : { pointInTime }) };
  return {
    name: "r",
    labels: {},
    annotations: {},
    spec: { clusterRef: "graph", databaseName: "orders", source },
  };
}

const located = (pitr: PITRConfig): SourceAnswer => locateSource(request(pitr), nightly);

test("without logs elsewhere, and nothing to unwrap, the base's own folder is read", () => {
  expect(located(onClaim)).toEqual({
    kind: "found",
    source: {
      claim: "backups",
      first: "daily/orders",
      second: "daily/orders",
      reference: "",
      artifactDatabase: "orders",
    },
  });
});

test("a Neo4jBackup as base means its folder: what follows the newest run counts as well", () => {
  expect(located({ baseBackup: { type: "backup", backupRef: "nightly" } })).toMatchObject({
    kind: "found",
    source: { claim: "vault", first: "nightly", second: "nightly" },
  });
});

test("logs on another claim are staged", () => {
  expect(located({ ...onClaim, logStorage: claim("logs", "/diffs/") })).toMatchObject({
    source: { claim: "backups", staging: { logs: { claim: "logs", first: "diffs", second: "diffs" } } },
  });
});

test.each<readonly [string, Partial<PITRConfig>, boolean]>([
  ["encryption", { encryption: { enabled: true, keySecret: "k" } }, true],
  ["encryption that is off", { encryption: { enabled: false } }, false],
  ["compression that is asked for", { compression: { algorithm: "gzip" } }, true],
  ["compression that is off", { compression: { enabled: false } }, false],
])("what lies beside the base is staged with %s", (_title, more, staged) => {
  const answer = located({ ...onClaim, ...more });
  const staging = { logs: { claim: "backups", first: "daily/orders", second: "daily/orders" } };
  expect(answer.kind === "found" ? answer.source.staging : answer).toEqual(staged ? staging : undefined);
});

const bucket = (name: string, identity?: CloudIdentity) => ({
  type: "s3" as const,
  bucket: name,
  path: "/diffs/",
  ...(identity ? { cloud: { identity } } : {}),
});

test("logs in a bucket, and a base in one, each with access of its own", () => {
  expect(located({ ...onClaim, logStorage: bucket("logs") })).toMatchObject({
    source: {
      claim: "backups",
      staging: { logs: { cloud: { type: "s3" }, first: "s3://logs/diffs", second: "s3://logs/diffs" } },
    },
  });
  const storage = { type: "gcs" as const, bucket: "vault", cloud: { credentialsSecretRef: "google" } };
  const baseBackup = { type: "storage" as const, storage, backupPath: "/daily/a.backup" };
  expect(located({ baseBackup, logStorage: claim("logs") })).toMatchObject({
    source: {
      cloud: { type: "gcs", secret: "google" },
      first: "gs://vault/daily/a.backup",
      staging: { logs: { claim: "logs" } },
    },
  });
  expect(located({ baseBackup, compression: {} })).toMatchObject({
    source: { staging: { logs: { cloud: { secret: "google" }, first: "gs://vault/daily" } } },
  });
});

test("one pod cannot be two ServiceAccounts", () => {
  const baseBackup = {
    type: "storage" as const,
    storage: bucket("vault", { serviceAccount: "reader" }),
    backupPath: "daily",
  };
  const same = { baseBackup, logStorage: bucket("logs", { serviceAccount: "reader" }) };
  expect(located(same).kind).toBe("found");
  const annotations = { "eks.amazonaws.com/role-arn": "arn:logs" };
  expect(located({ baseBackup, logStorage: bucket("logs", { autoCreate: { annotations } }) })).toEqual({
    kind: "refuse",
    reason: "InvalidSpec",
    message:
      "spec.source.pitr.logStorage.cloud.identity asks for ServiceAccount neo4j-restore-sa with eks.amazonaws.com/role-arn: arn:logs, the base for reader: one pod reads both; use one identity, or a Secret for one of the two",
  });
});

test("without a tools image staging is refused, with how to come by one; nothing else asks for it", () => {
  const staged = request({ ...onClaim, logStorage: claim("logs") });
  expect(missingTools(staged)).toEqual({
    path: "connection.toolsImage",
    message:
      "connection.toolsImage is missing (for an operator that can't tell its own image: its flag --tools-image): pitr with logStorage, compression or encryption is staged by that image, and none is published; build image/tools of this product's repository (docker build -t REGISTRY/neo4j-restore-tools image/tools), push it and name it there",
  });
  expect(missingTools({ ...staged, connection: { toolsImage: "tools:1" } })).toBeUndefined();
  expect(missingTools({ ...staged, mode: "operator" })).toBeUndefined(); // it knows its own image
  expect(missingTools(request(onClaim))).toBeUndefined();
});

test("the key is mounted as a file, from the Secret's key or its default", () => {
  const pitr = { ...onClaim, encryption: { enabled: true, keySecret: "vault" } };
  const job = stagingJob(
    request(pitr),
    { staging: { logs: { claim: "logs", first: "", second: "" } } },
    {
      ...{
        folder: "/to",
        first: "/backup/a",
        second: "/backup/a",
        reference: "",
        artifactDatabase: "orders",
      },
      ...{ until: "2026-03-01 12:30:00", work: "/work" },
    },
  );
  expect(job.argv.slice(4)).toEqual([
    ...["/to", "/backup/a", "/backup/a", "/neo4j-restore-logs", "/neo4j-restore-logs", "", "orders"],
    ...["2026-03-01T12-30-00", "any", "AES256", "yes", "/neo4j-restore-key/key", "key key of Secret vault"],
    ...["/work", "/dev/termination-log"],
  ]);
  expect(stagingVolumes(job)[1]?.volume).toEqual({
    name: "restore-key",
    secret: { secretName: "vault", items: [{ key: "key", path: "key" }], defaultMode: 0o440 },
  });
});

describe("the point in time", () => {
  const now = Date.parse("2026-03-10T00:00:00Z");
  const point = (pitr: Partial<PITRConfig>, at = "2026-03-09T12:30:00.700+02:00") =>
    pointArguments(request({ ...onClaim, ...pitr }, at), now);

  test("is UTC, cut downwards, with the objective's default", () => {
    expect(point({})).toEqual({
      chain: "contiguous",
      until: "2026-03-09 10:30:00",
      accepted: "60",
      hint: "",
    });
  });

  test("an explicit objective of zero, and a chain that is not judged", () => {
    expect(point({ recoveryPointObjective: "0", validateLogIntegrity: false })).toMatchObject({
      chain: "any",
      accepted: "0",
    });
  });

  test("retention explains what is missing and is said beforehand", () => {
    const old = "2026-03-01T00:00:00Z";
    expect(point({}, old).hint).toBe(
      "; the point is older than logRetention 168h, so backups that covered it may have been removed",
    );
    expect(pointRemark(request({ ...onClaim, logRetention: "24h" }, old), now)).toBe(
      "spec.source.pointInTime 2026-03-01T00:00:00Z is older than pitr.logRetention 24h: what exists decides",
    );
    expect(pointRemark(request(onClaim, "2026-03-09T00:00:00Z"), now)).toBeUndefined();
  });
});
