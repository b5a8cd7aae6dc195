// Warnings: fields that are informative, or that something else overrules.

import { restore, warnings, withOptions, withPitr, withSource, withStorage } from "./documents.js";

type Case = readonly [title: string, document: unknown, messages: readonly string[]];

const cases: readonly Case[] = [
  [
    "a claim's size and class",
    withStorage({ type: "pvc", pvc: { name: "b", size: "10Gi", storageClassName: "fast" } }),
    [
      'spec.source.storage.pvc.size = "10Gi": is only compared with the existing claim. Allowed: pvc.name alone. Fix: leave size out.',
      'spec.source.storage.pvc.storageClassName = "fast": is only compared with the existing claim. Allowed: pvc.name alone. Fix: leave storageClassName out.',
    ],
  ],
  [
    "a fraction of a second",
    withSource({ type: "backup", backupRef: "a", pointInTime: "2025-01-04T12:30:00.5+01:00" }),
    [
      'spec.source.pointInTime = "2025-01-04T12:30:00.5+01:00": is cut to whole seconds, downwards. Allowed: whole seconds. Fix: leave the fraction out.',
    ],
  ],
  [
    "a check after the old store is gone",
    withOptions({ strategy: "inPlace", verifyBackup: true }),
    [
      "spec.options.verifyBackup = true: comes after the old store is gone with strategy inPlace: where the check fails, the database stays down. Allowed: a check before anything is replaced, with strategy swap. Fix: choose strategy swap where two stores fit, or check the backup elsewhere first.",
    ],
  ],
  [
    "--check-consistency",
    withOptions({ additionalArgs: ["--check-consistency"] }),
    [
      'spec.options.additionalArgs[0] = "--check-consistency": is not a flag of neo4j-admin database restore and is taken as verifyBackup. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: write spec.options.verifyBackup: true instead.',
    ],
  ],
  [
    "the level of compression",
    withPitr({ compression: { algorithm: "lz4", level: 3 } }),
    [
      "spec.source.pitr.compression.level = 3: belongs to writing and has no effect on reading. Allowed: algorithm alone. Fix: leave level out.",
    ],
  ],
  [
    "an algorithm that is switched off",
    withPitr({ compression: { enabled: false, algorithm: "lz4" } }),
    [
      'spec.source.pitr.compression.algorithm = "lz4": has no effect while enabled is false. Allowed: algorithm with enabled: true. Fix: leave algorithm out.',
    ],
  ],
  [
    "encryption that is switched off",
    withPitr({ encryption: { enabled: false, keySecret: "k", keySecretKey: "x" } }),
    [
      'spec.source.pitr.encryption.keySecret = "k": has no effect while enabled is false. Allowed: keySecret with enabled: true. Fix: leave keySecret out.',
      'spec.source.pitr.encryption.keySecretKey = "x": has no effect while enabled is false. Allowed: keySecretKey with enabled: true. Fix: leave keySecretKey out.',
    ],
  ],
  [
    "an objective without a point",
    withSource({
      type: "pitr",
      pitr: { baseBackup: { type: "backup", backupRef: "a" }, recoveryPointObjective: "5m" },
    }),
    [
      'spec.source.pitr.recoveryPointObjective = "5m": has no effect without pointInTime: everything that follows the base is restored. Allowed: recoveryPointObjective with source.pointInTime. Fix: add source.pointInTime, or leave it out.',
    ],
  ],
  [
    "an unchecked chain",
    withPitr({ validateLogIntegrity: false }),
    [
      "spec.source.pitr.validateLogIntegrity = false: leaves the chain of backups unchecked: a gap is noticed only when the restore fails. Allowed: true or false. Fix: leave it out to have the chain checked.",
    ],
  ],
  [
    "an identity beside a Secret",
    withStorage({
      type: "s3",
      bucket: "b",
      cloud: { credentialsSecretRef: "s", identity: { serviceAccount: "a" } },
    }),
    [
      "spec.source.storage.cloud.identity: is used only where the credentials Secret holds no key for it. Allowed: identity or credentialsSecretRef. Fix: leave one of the two out.",
    ],
  ],
  [
    "annotations of a ServiceAccount that is not made",
    withStorage({
      type: "s3",
      bucket: "b",
      cloud: { identity: { autoCreate: { enabled: false, annotations: { "a.b/c": "d" } } } },
    }),
    [
      "spec.source.storage.cloud.identity.autoCreate.annotations: has no effect: neo4j-restore-sa is not made. Allowed: annotations with autoCreate enabled. Fix: leave annotations out.",
    ],
  ],
  [
    "annotations beside an existing ServiceAccount",
    withStorage({
      type: "s3",
      bucket: "b",
      cloud: { identity: { serviceAccount: "a", autoCreate: { annotations: { "a.b/c": "d" } } } },
    }),
    [
      "spec.source.storage.cloud.identity.autoCreate.annotations: has no effect: neo4j-restore-sa is not made. Allowed: annotations with autoCreate enabled. Fix: leave annotations out.",
    ],
  ],
  [
    "annotations in a direct run, their values never told",
    restore(
      {},
      { metadata: { name: "r", annotations: { team: "hunter2", "neo4j.com/restore-trigger": "1" } } },
    ),
    [
      "metadata.annotations: has no effect in a direct run beyond neo4j.com/restore-trigger: there is no custom resource to annotate. Allowed: neo4j.com/restore-trigger; any with mode operator. Fix: leave the others out, use metadata.labels, or write mode: operator.",
    ],
  ],
  [
    "none for the trigger's annotation",
    restore(
      {},
      { metadata: { name: "r", annotations: { "neo4j.com/restore-trigger": "1" } }, mode: "direct" },
    ),
    [],
  ],
  [
    "none for annotations of the operator's resource",
    restore({}, { metadata: { name: "r", annotations: { team: "shop" } }, mode: "operator" }),
    [],
  ],
  ["none for a plain restore", restore(), []],
];

test.each(cases)("warned of: %s", (_, document, messages) => {
  expect(warnings(document)).toEqual(messages);
});
