// Values that a Pulumi preview does not know yet: never an error, wherever they stand, and never a decision.

import { parseRestore, PULUMI_UNKNOWN } from "../../../provider/spec/parse.js";
import { restore, withOptions, withPitr, withSource, withStorage } from "./documents.js";

const U = PULUMI_UNKNOWN;
const preview = { unknownValue: U };

test.each<readonly [string, object, readonly string[]]>([
  ["a name", restore({ clusterRef: U }), ["spec.clusterRef"]],
  ["the whole spec", { metadata: { name: "r" }, spec: U }, ["spec"]],
  ["the restore's name", restore({}, { metadata: { name: U } }), ["metadata.name"]],
  ["all of the metadata", restore({}, { metadata: U }), ["metadata"]],
  ["a flag", restore({ force: U }), ["spec.force"]],
  ["a duration", restore({ timeout: U }), ["spec.timeout"]],
  ["the type that says which blocks are needed", withSource({ type: U }), ["spec.source.type"]],
  ["a needed block", withSource({ type: "backup", backupRef: U }), ["spec.source.backupRef"]],
  ["a claim's name", withStorage({ type: "pvc", pvc: { name: U } }), ["spec.source.storage.pvc.name"]],
  ["a bucket of whatever type", withStorage({ type: U, bucket: "b" }), ["spec.source.storage.type"]],
  ["the base of a recovery", withPitr({ baseBackup: U }), ["spec.source.pitr.baseBackup"]],
  [
    "a switch",
    withPitr({ encryption: { enabled: U, keySecret: "k" } }),
    ["spec.source.pitr.encryption.enabled"],
  ],
  ["a whole list", withOptions({ additionalArgs: U }), ["spec.options.additionalArgs"]],
  [
    "an item of a list",
    withOptions({ additionalArgs: ["--verbose", U] }),
    ["spec.options.additionalArgs[1]"],
  ],
  [
    "a variable's value",
    withOptions({
      preRestore: { job: { template: { container: { image: "a", env: [{ name: "A", value: U }] } } } },
    }),
    ["spec.options.preRestore.job.template.container.env[0].value"],
  ],
  [
    "an annotation",
    restore({}, { metadata: { name: "r", annotations: { "neo4j.com/restore-trigger": U } } }),
    ['metadata.annotations["neo4j.com/restore-trigger"]'],
  ],
])("%s", (_, document, unknown) => {
  expect(parseRestore(document, preview)).toEqual({ ok: "later", unknown, warnings: [] });
});

test("what is known is judged all the same", () => {
  const document = restore({
    clusterRef: U,
    timeout: "soon",
    source: { type: "backup", backupRef: U, storage: {} },
  });
  const result = parseRestore(document, preview);
  expect(result.ok === false ? result.issues.map(({ path }) => path) : result).toEqual([
    "spec.timeout",
    "spec.source.storage",
    "spec.source.storage.type",
  ]);
});

test("without a preview the same text is a value like any other", () => {
  expect(parseRestore(restore({ clusterRef: U })).ok).toBe(true);
  expect(parseRestore(restore({ timeout: U })).ok).toBe(false);
});
