/** What seeding from a URI takes of source, version and server, and what the Job that looks before gets of the servers. */
import type { JsonObject, PodShape } from "../../../provider/plan/observation.js";
import { renderJob } from "../../../provider/plan/restore-job.js";
import { asServersRead, seedComplaint, type Seedable, uriOptions } from "../../../provider/plan/seed-uri.js";
import type { SourceLocation } from "../../../provider/plan/source.js";
import { requestOf } from "../../simulation/story.js";

const source: SourceLocation = {
  cloud: { type: "s3", secret: "aws", endpointURL: "http://store", asServers: true },
  ...{
    first: "s3://vault/a.backup",
    second: "s3://vault/a.backup",
    reference: "",
    artifactDatabase: "orders",
  },
};
const seedable: Seedable = {
  ...{ source, pointInTime: undefined, existed: false, version: "5.26.0" },
  providers: "CloudSeedProvider",
};
const point = { pointInTime: "2026-02-28T01:00:00Z" };

test.each<[string, Partial<Seedable>, string | undefined]>([
  ["all is well", {}, undefined],
  ["a server that does not tell its providers", { providers: undefined }, undefined],
  [
    "both, in the order of 5.26",
    { providers: "S3SeedProvider, CloudSeedProvider" },
    "set it to CloudSeedProvider",
  ],
  ["both, the other way round", { providers: "CloudSeedProvider,S3SeedProvider" }, undefined],
  ["files only", { providers: "FileSeedProvider" }, "set it to CloudSeedProvider"],
  ["a point, on 5.26", point, "from 2025.01 on"],
  ["a point, on 2025.01", { ...point, version: "2025.01.0" }, undefined],
  [
    "a point, in an existing database",
    { ...point, version: "2025.01.0", existed: true },
    "a whole artifact only",
  ],
])("%s", (_name, change, says) => {
  const complaint = seedComplaint({ ...seedable, ...change });
  if (says === undefined) expect(complaint).toBeUndefined();
  else expect(complaint).toContain(says);
});

test("GCS is not read by S3SeedProvider, so their order says nothing there", () => {
  const gcs = { ...source, cloud: { type: "gcs" } as const };
  const providers = "S3SeedProvider,CloudSeedProvider";
  expect(seedComplaint({ ...seedable, source: gcs, providers })).toBeUndefined();
});

test("the point is told in whole seconds", () => {
  const request = requestOf({ source: "bucket" });
  const at = { ...request.spec.source, pointInTime: "2026-02-28T01:00:00.9+01:00" };
  expect(uriOptions("s3://vault/a.backup", { ...request, spec: { ...request.spec, source: at } })).toEqual({
    existingData: "use",
    seedURI: "s3://vault/a.backup",
    seedRestoreUntil: "2026-02-28T00:00:00.000Z",
  });
});

test("the Job that looks before has the servers' login and ServiceAccount, and none of their claims", () => {
  const shape: PodShape = {
    ...{ container: "neo4j", image: "neo4j:5.26.0-enterprise", imagePullSecrets: [], tolerations: [] },
    volumes: [
      { name: "data", persistentVolumeClaim: { claimName: "data-trio-server-0" } },
      { name: "conf", configMap: { name: "trio-config" } },
    ],
    mounts: [
      { name: "data", mountPath: "/data" },
      { name: "conf", mountPath: "/conf" },
    ],
    env: [
      { name: "AWS_ACCESS_KEY_ID", value: "key" },
      { name: "NEO4J_AUTH", value: "neo4j/secret" },
    ],
    envFrom: [{ secretRef: { name: "store" } }],
    serviceAccount: "trio",
  };
  const { cloud } = asServersRead(source);
  if (!cloud) throw new Error("the store is gone");
  const job = renderJob({
    ...{ restore: "r", namespace: "neo4j", runId: "run1", role: "rehearsal", labels: {}, shape, cloud },
    ...{ node: undefined, argv: [], deadlineSeconds: 60, bounded: false },
  });
  const pod = at(at(at(job, "spec"), "template"), "spec");
  const [container] = pod["containers"] as unknown as readonly JsonObject[];
  expect(pod["serviceAccountName"]).toBe("trio");
  expect(container).toMatchObject({
    env: [{ name: "AWS_ACCESS_KEY_ID", value: "key" }, { name: "HEAP_SIZE" }, { name: "NEO4J_RESTORE_POD" }],
    envFrom: [{ secretRef: { name: "store" } }],
  });
  expect(JSON.stringify(pod["volumes"])).not.toContain("data-trio-server-0");
  expect(JSON.stringify(pod)).not.toMatch(/NEO4J_AUTH|http:\/\/store|"aws"/);
});

function at(object: JsonObject, key: string): JsonObject {
  return object[key] as JsonObject;
}
