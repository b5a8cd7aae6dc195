// What becomes of an accepted document: what was written stays as written, and nothing is filled in but what it says.

import { parseRestore, type RestoreRequest } from "../../../provider/spec/parse.js";
import { restore, withOptions, withSource } from "./documents.js";

function request(document: unknown, defaultName?: string): RestoreRequest {
  const result = parseRestore(document, defaultName === undefined ? {} : { defaultName });
  if (!result.ok) throw new Error(result.issues.map(({ message }) => message).join("\n"));
  return result.request;
}

test("the smallest restore", () => {
  expect(request(restore())).toEqual({
    name: "r",
    labels: {},
    annotations: {},
    spec: { clusterRef: "graph", databaseName: "orders", source: { type: "backup", backupRef: "nightly" } },
  });
});

test("everything beside the spec", () => {
  const metadata = { name: "r", namespace: "n", labels: { a: "b" }, annotations: { "a/b": "c" } };
  const connection = { context: "prod", credentialsSecret: { name: "s" } };
  expect(request(restore({}, { metadata, connection, trigger: "2" }))).toMatchObject({
    ...metadata,
    connection,
    trigger: "2",
  });
});

test("the resource's name is the default, never the winner", () => {
  expect(request(restore({}, { metadata: {} }), "mine").name).toBe("mine");
  expect(request(restore(), "mine").name).toBe("r");
});

test("a resource's name that can't be the restore's says what to set", () => {
  const result = parseRestore(restore({}, { metadata: {} }), { defaultName: "My Restore" });
  expect(result.ok ? [] : result.issues.map(({ message }) => message)).toEqual([
    'metadata.name = "My Restore": is taken from the resource and is not a DNS label. Allowed: a DNS label: up to 63 ' +
      "lower-case letters, digits and dashes, with a letter or digit first and last. Fix: set metadata.name.",
  ]);
});

test("the database's name is lower-cased", () => {
  expect(request(restore({ databaseName: "Orders.EU-1" })).spec.databaseName).toBe("orders.eu-1");
});

test.each([
  ["s3", { bucket: "b" }],
  ["gcs", { type: "gcs", bucket: "b" }],
  ["azure", { bucket: "account/container" }],
])("%s says the storage's type and stays the source's", (type, storage) => {
  expect(request(withSource({ type, storage })).spec.source).toEqual({ type, storage: { ...storage, type } });
});

test("explicit false, 0 and empty texts are kept", () => {
  const written = {
    replaceExisting: false,
    verifyBackup: false,
    additionalArgs: [],
    keepPrevious: "0",
    waitFor: "0s",
    preRestore: {
      job: { template: { container: { image: "a", env: [{ name: "A", value: "" }] }, backoffLimit: 0 } },
    },
  };
  expect(request(withOptions(written)).spec.options).toEqual(written);
  expect(request(restore({ force: false, stopCluster: false })).spec).toMatchObject({
    force: false,
    stopCluster: false,
  });
});

test("nothing after a key in YAML is the same as no key", () => {
  expect(request(restore({ options: null, timeout: null }, { connection: null })).spec).toEqual(
    request(restore()).spec,
  );
});

test("a resource as an API server gives it", () => {
  const metadata = {
    name: "r",
    uid: "u",
    resourceVersion: "1",
    generation: 3,
    creationTimestamp: "…",
    managedFields: [{}],
  };
  const stored = restore(
    {},
    { apiVersion: "neo4j.neo4j.com/v1beta1", kind: "Neo4jRestore", metadata, status: { phase: "Pending" } },
  );
  expect(request(stored)).toEqual(request(restore()));
});

test("the same version in a group of one's own is the same document, with its group", () => {
  const apiVersion = "restore.neo4j.com/v1beta1";
  const own = restore({}, { apiVersion });
  expect(request(own)).toEqual({ ...request(restore()), apiVersion });
});

test("the trigger of YAML is an annotation", () => {
  const annotations = { "neo4j.com/restore-trigger": "monday" };
  const asked = request(restore({}, { metadata: { name: "r", annotations } }));
  expect(asked).toMatchObject({ trigger: "monday", annotations });
  expect(request(restore({}, { metadata: { name: "r", annotations }, trigger: "monday" })).trigger).toBe(
    "monday",
  );
});

test("the document itself is not touched", () => {
  const document = restore({ databaseName: "ORDERS", options: null }, { status: {} });
  const before = structuredClone(document);
  request(document);
  expect(document).toEqual(before);
});

test.each([
  { tempPath: "/data/.neo4j-restore/work" },
  { tempPath: "/neo4j-restore-temp", tempStorage: { size: "50Gi" } },
  { tempPath: "/neo4j-restore-temp/a/b", tempStorage: { size: "50Gi", storageClassName: "fast" } },
])("temporary files in %j", (options) => {
  expect(request(withOptions(options)).spec.options).toEqual(options);
});

test.each([["--verbose"], ["--expand-commands"], ["--source-database=orders.eu"], ["--check-consistency"]])(
  "the argument %s",
  (argument) => {
    expect(request(withOptions({ additionalArgs: [argument] })).spec.options?.additionalArgs).toEqual([
      argument,
    ]);
  },
);

test("cycles and bottomless nesting are refused, not followed", () => {
  const cycle: Record<string, unknown> = { metadata: { name: "r" } };
  cycle["spec"] = cycle;
  const deep = Array.from({ length: 100_000 }).reduce<unknown>((inner) => [inner], "bottom");
  expect([parseRestore(cycle).ok, parseRestore({ spec: deep }).ok, parseRestore(deep).ok]).toEqual([
    false,
    false,
    false,
  ]);
});
