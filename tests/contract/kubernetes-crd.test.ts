/**
 * The generated CRD on a real API server: it is taken, it takes every document that the product takes, and refuses
 * with a message what it can see is wrong. Everything by dry run: no restore is made.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type * as k8s from "@kubernetes/client-node";
import { parse } from "yaml";
import { pathOf, withQuery } from "../../provider/adapters/kubernetes/paths.js";
import type { JsonObject } from "../../provider/plan/observation.js";
import { parseRestore } from "../../provider/spec/parse.js";
import { RestoreFault } from "../../provider/workflow/faults.js";
import { connect, installRestoreKind } from "../../tools/lab/index.js";
import { openLab, type Lab } from "./kubernetes/lab.js";

jest.setTimeout(60_000);

const fixtures = path.join(__dirname, "..", "fixtures", "page");
let lab: Lab;

beforeAll(async () => {
  await installRestoreKind(await connect());
  lab = await openLab();
});
afterAll(() => lab.remove());

/** What the API server says to it: its message, or the object as it would be stored. */
async function offer(document: object): Promise<{ readonly refusal?: string; readonly stored?: JsonObject }> {
  const { metadata } = document as { readonly metadata: JsonObject };
  const query = { dryRun: "All", fieldValidation: "Strict" };
  try {
    const stored = await lab.connection.api.create(withQuery(pathOf("Neo4jRestore", lab.namespace), query), {
      apiVersion: "neo4j.neo4j.com/v1beta1",
      kind: "Neo4jRestore",
      ...document,
      metadata: { ...metadata, namespace: lab.namespace },
    });
    return { stored };
  } catch (error) {
    if (!(error instanceof RestoreFault)) throw error;
    return { refusal: error.message };
  }
}

const spec = (more: object = {}): object => ({
  clusterRef: "graph",
  databaseName: "orders",
  source: { type: "backup", backupRef: "nightly" },
  ...more,
});
const named = (content: object): object => ({ metadata: { name: "r" }, spec: content });
const withSource = (source: object): object => named(spec({ source }));
const s3 = { type: "s3", bucket: "vault" };

test.each(readdirSync(fixtures))(
  "the page's %s is taken verbatim, and nothing is added or lost",
  async (file) => {
    const document = parse(readFileSync(path.join(fixtures, file), "utf8")) as {
      spec: object;
    };
    const { stored, refusal } = await offer(document);
    expect(refusal).toBeUndefined();
    expect(stored?.["spec"]).toEqual(document.spec);
  },
);

const taken: Readonly<Record<string, object>> = {
  "type s3 without storage.type": withSource({ type: "s3", storage: { bucket: "vault" } }),
  "type gcs": withSource({ type: "gcs", storage: { bucket: "vault", cloud: { provider: "gcp" } } }),
  "type azure with its account": withSource({ type: "azure", storage: { bucket: "account/container" } }),
  "type storage on a claim": withSource({
    type: "storage",
    storage: { type: "pvc", pvc: { name: "backups" } },
  }),
  "type pitr": withSource({ type: "pitr", pitr: { baseBackup: { type: "backup", backupRef: "nightly" } } }),
  "an explicit false": named(spec({ force: false, stopCluster: false, options: { verifyBackup: false } })),
  "an explicit false where the default is true": withSource({
    type: "pitr",
    pitr: {
      baseBackup: { type: "storage", storage: s3 },
      validateLogIntegrity: false,
      compression: { enabled: false },
    },
  }),
  "an S3-compatible store": withSource({
    type: "s3",
    storage: { bucket: "vault", cloud: { endpointURL: "http://minio:9000", forcePathStyle: true } },
  }),
  "what is beyond the page": named(
    spec({
      timeout: "1h30m",
      options: { strategy: "swap", keepPrevious: "0", waitFor: "0s", tempStorage: { size: "10Gi" } },
    }),
  ),
  "strategy inPlace with nothing kept": named(
    spec({ options: { strategy: "inPlace", keepPrevious: "0h0m" } }),
  ),
  "the longest statement": named(
    spec({ options: { preRestore: { cypherStatements: [`RETURN '${"x".repeat(20_000)}'`] } } }),
  ),
};

test.each(Object.entries(taken))("%s is taken as it is written", async (_, document) => {
  const { stored, refusal } = await offer(document);
  expect(refusal).toBeUndefined();
  expect(stored).toMatchObject(document);
  expect(parseRestore(document).ok).toBe(true);
});

const hook = (env: object): object =>
  named(spec({ options: { preRestore: { job: { template: { container: { image: "i", env: [env] } } } } } }));

/** Each with what the server's message holds. */
const refused: Readonly<Record<string, readonly [object, string]>> = {
  "no spec": [{ metadata: { name: "r" } }, "spec: Required value"],
  "no target": [
    named({ databaseName: "orders", source: { type: "backup", backupRef: "n" } }),
    "spec.clusterRef: Required",
  ],
  "no source": [named({ clusterRef: "graph", databaseName: "orders" }), "spec.source: Required"],
  "a name with dots": [{ ...named(spec()), metadata: { name: "a.b" } }, "metadata.name"],
  "a database of Neo4j's own": [named(spec({ databaseName: "System" })), "keeps for itself"],
  "a database name with an underscore": [named(spec({ databaseName: "my_db" })), "the name of a database"],
  "a timeout that is none": [named(spec({ timeout: "soon" })), "a Go duration above zero"],
  "a negative timeout": [named(spec({ timeout: "-1h" })), "a Go duration above zero"],
  "text for a flag": [named(spec({ force: "true" })), "spec.force"],
  "an unknown type": [withSource({ type: "ftp" }), "spec.source.type: Unsupported value"],
  "a backup without its name": [withSource({ type: "backup" }), "backupRef is needed with type backup"],
  "a storage without one": [withSource({ type: "storage" }), "storage is needed with type storage"],
  "a storage without a type": [
    withSource({ type: "storage", storage: { bucket: "b" } }),
    "storage.type is needed",
  ],
  "a foreign block": [
    withSource({ type: "backup", backupRef: "n", storage: s3 }),
    "storage has no meaning but with type storage, s3, gcs, azure",
  ],
  "a storage of another type": [withSource({ type: "gcs", storage: s3 }), "disagrees with the source's type"],
  "s3 without a bucket": [withSource({ type: "s3", storage: {} }), "storage.bucket is needed"],
  "a claim without its name": [
    withSource({ type: "storage", storage: { type: "pvc", pvc: { size: "1Gi" } } }),
    "pvc.name: Required",
  ],
  "pvc without a claim": [
    withSource({ type: "storage", storage: { type: "pvc" } }),
    "pvc is needed with type pvc",
  ],
  "a claim with a bucket": [
    withSource({ type: "storage", storage: { type: "pvc", pvc: { name: "c" }, bucket: "b" } }),
    "bucket and cloud have no meaning with type pvc",
  ],
  "another cloud": [
    withSource({ type: "storage", storage: { ...s3, cloud: { provider: "gcp" } } }),
    "cloud.provider must be aws for s3",
  ],
  "an endpoint for gcs": [
    withSource({ type: "gcs", storage: { bucket: "b", cloud: { endpointURL: "http://x" } } }),
    "go with s3 only",
  ],
  "two identities": [
    withSource({
      type: "s3",
      storage: {
        bucket: "b",
        cloud: { identity: { serviceAccount: "mine", autoCreate: { enabled: true } } },
      },
    }),
    "beside serviceAccount",
  ],
  "a path with a comma": [withSource({ type: "s3", storage: s3, backupPath: "a,b" }), "without commas"],
  "an argument file": [withSource({ type: "s3", storage: s3, backupPath: "@args" }), "a leading @"],
  "a point in time without an offset": [
    withSource({ type: "backup", backupRef: "n", pointInTime: "2025-01-04T12:30:00" }),
    "RFC 3339",
  ],
  "pitr without a base": [withSource({ type: "pitr", pitr: {} }), "baseBackup: Required"],
  "a base without its backup": [
    withSource({ type: "pitr", pitr: { baseBackup: { type: "backup" } } }),
    "backupRef is needed",
  ],
  "backupPath beside pitr": [
    withSource({ type: "pitr", backupPath: "a", pitr: { baseBackup: { type: "backup", backupRef: "n" } } }),
    "write it in pitr.baseBackup.backupPath",
  ],
  "an unknown compression": [
    withSource({
      type: "pitr",
      pitr: { baseBackup: { type: "backup", backupRef: "n" }, compression: { algorithm: "rar" } },
    }),
    "Unsupported value",
  ],
  "encryption without a key": [
    withSource({
      type: "pitr",
      pitr: { baseBackup: { type: "backup", backupRef: "n" }, encryption: { enabled: true } },
    }),
    "keySecret is needed",
  ],
  "a variable without a value": [hook({ name: "A" }), "exactly one of value and valueFrom"],
  "a hook without an image": [
    named(spec({ options: { postRestore: { job: { template: { container: {} } } } } })),
    "image: Required",
  ],
  "a blank statement": [
    named(spec({ options: { preRestore: { cypherStatements: [" "] } } })),
    "cypherStatements",
  ],
  "an unknown field": [named(spec({ instanceRef: "graph" })), 'unknown field "spec.instanceRef"'],
  "something kept of nothing": [
    named(spec({ options: { strategy: "inPlace", keepPrevious: "24h" } })),
    "can't be done with strategy inPlace",
  ],
  "temporary files anywhere": [named(spec({ options: { tempPath: "/tmp" } })), "tempPath must lie"],
};

test.each(Object.entries(refused))("%s is refused, with a message", async (_, [document, message]) => {
  const { refusal, stored } = await offer(document);
  expect(stored).toBeUndefined();
  expect(refusal).toContain(message);
  expect(parseRestore(document).ok).toBe(false);
});

test("it shows what matters in a table, by its short name, and has a status of its own", async () => {
  const crd: unknown = await lab.connection.api.get(
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/neo4jrestores.neo4j.neo4j.com",
  );
  const body = crd as k8s.V1CustomResourceDefinition;
  const [version] = body.spec.versions;
  const shown = (version?.additionalPrinterColumns ?? []).filter(({ priority = 0 }) => priority === 0);
  expect(shown.map(({ name }) => name)).toEqual([
    "Target",
    "Database",
    "Phase",
    "Progress",
    "Duration",
    "Age",
  ]);
  expect(body.status?.acceptedNames).toMatchObject({ shortNames: ["n4jr"], categories: ["neo4j"] });
  expect(version?.subresources?.status).toBeDefined();
  const wrong = body.status?.conditions?.filter(
    ({ type, status }) => type === "NonStructuralSchema" && status === "True",
  );
  expect(wrong).toEqual([]);
});
