// Structure: missing and unknown fields, wrong types, wrong values.

import { refusals, restore, withOptions, withSource } from "./documents.js";

type Case = readonly [title: string, document: unknown, messages: readonly string[]];

const cases: readonly Case[] = [
  [
    "a text instead of a document",
    "spec",
    [
      "document: is a text. Allowed: an object with apiVersion, kind, metadata, spec, connection, mode, trigger. Fix: write its fields below it.",
    ],
  ],
  [
    "nothing at all",
    null,
    [
      "document: is null. Allowed: an object with apiVersion, kind, metadata, spec, connection, mode, trigger. Fix: write its fields below it.",
    ],
  ],
  [
    "a list",
    [],
    [
      "document: is a list. Allowed: an object with apiVersion, kind, metadata, spec, connection, mode, trigger. Fix: write its fields below it.",
    ],
  ],
  [
    "no spec",
    { metadata: { name: "r" } },
    [
      "spec: is missing. Allowed: an object with clusterRef, source, databaseName, options, force, stopCluster, timeout. Fix: add spec.",
    ],
  ],
  [
    "every required field missing",
    { metadata: { name: "r" }, spec: {} },
    [
      "spec.clusterRef: is missing. Allowed: a DNS label, such as orders-restore. Fix: add clusterRef.",
      "spec.source: is missing. Allowed: an object with type, backupRef, storage, backupPath, pointInTime, pitr. Fix: add source.",
      "spec.databaseName: is missing. Allowed: the name of a database. Fix: add databaseName.",
    ],
  ],
  [
    "another API version",
    restore({}, { apiVersion: "neo4j.com/v1" }),
    [
      'apiVersion = "neo4j.com/v1": is not supported. Allowed: neo4j.neo4j.com/v1beta1. Fix: write neo4j.neo4j.com/v1beta1.',
    ],
  ],
  [
    "a group that can't be one",
    restore({}, { apiVersion: "restore/v1beta1" }),
    [
      'apiVersion = "restore/v1beta1": is not supported. Allowed: neo4j.neo4j.com/v1beta1. Fix: write neo4j.neo4j.com/v1beta1.',
    ],
  ],
  [
    "another kind",
    restore({}, { kind: "Neo4jBackup" }),
    ['kind = "Neo4jBackup": is not supported. Allowed: Neo4jRestore. Fix: write Neo4jRestore.'],
  ],
  [
    "a misspelled field",
    restore({ stopcluster: true }),
    [
      "spec.stopcluster: is not a field of Neo4jRestoreSpec. Allowed: clusterRef, source, databaseName, options, force, stopCluster, timeout. Fix: did you mean spec.stopCluster?",
    ],
  ],
  [
    "a misspelled required field, told once",
    restore({ databaseName: undefined, databasName: "orders" }),
    [
      "spec.databasName: is not a field of Neo4jRestoreSpec. Allowed: clusterRef, source, databaseName, options, force, stopCluster, timeout. Fix: did you mean spec.databaseName?",
    ],
  ],
  [
    "a field's name from another version of the API",
    restore({ clusterRef: undefined, instanceRef: "graph" }),
    [
      "spec.instanceRef: is not a field of Neo4jRestoreSpec. Allowed: clusterRef, source, databaseName, options, force, stopCluster, timeout. Fix: did you mean spec.clusterRef?",
    ],
  ],
  [
    "a field that belongs elsewhere",
    restore({ replaceExisting: true }),
    [
      "spec.replaceExisting: is not a field of Neo4jRestoreSpec. Allowed: clusterRef, source, databaseName, options, force, stopCluster, timeout. Fix: did you mean spec.options.replaceExisting?",
    ],
  ],
  [
    "an unknown field, never quoted",
    restore({}, { connection: { secret: "hunter2" } }),
    [
      "connection.secret: is not a field of ConnectionArgs. Allowed: kubeconfig, context, credentialsSecret, toolsImage. Fix: remove it.",
    ],
  ],
  [
    "a number instead of a text",
    restore({ clusterRef: 7 }),
    [
      "spec.clusterRef = 7: is a number. Allowed: a DNS label, such as orders-restore. Fix: write it as text, in quotes.",
    ],
  ],
  [
    "numbers where each text has a form of its own",
    restore(
      {
        source: {
          type: "storage",
          storage: { type: "pvc", pvc: { name: "b" } },
          backupPath: 7,
          pointInTime: 7,
        },
        timeout: 7,
      },
      { metadata: { name: "r", labels: { team: 7 } } },
    ),
    [
      "metadata.labels.team = 7: is a number. Allowed: a label value of up to 63 characters. Fix: write it as text, in quotes.",
      "spec.source.backupPath = 7: is a number. Allowed: a path within the bucket or claim, without commas or a leading @. Fix: write it as text, in quotes.",
      "spec.source.pointInTime = 7: is a number. Allowed: an RFC 3339 instant, such as 2025-01-04T12:30:00Z. Fix: write it as text, in quotes.",
      "spec.timeout = 7: is a number. Allowed: a Go duration above zero, such as 30m. Fix: write it as text, in quotes.",
    ],
  ],
  [
    "a variable without a name",
    withOptions({ preRestore: { job: { template: { container: { image: "a", env: [{ value: "b" }] } } } } }),
    [
      "spec.options.preRestore.job.template.container.env[0].name: is missing. Allowed: the name of an environment variable. Fix: add name.",
    ],
  ],
  [
    "a text instead of a flag",
    restore({ force: "true" }),
    ['spec.force = "true": is a text. Allowed: true or false. Fix: leave the quotes out.'],
  ],
  [
    "a number instead of a flag",
    restore({ force: 1 }),
    ["spec.force = 1: is a number. Allowed: true or false. Fix: write true or false."],
  ],
  [
    "a text instead of a number",
    withOptions({ preRestore: { job: { template: { container: { image: "a" }, backoffLimit: "3" } } } }),
    [
      'spec.options.preRestore.job.template.backoffLimit = "3": is a text. Allowed: a whole number from 0 to 2147483647. Fix: write a number, without quotes.',
    ],
  ],
  [
    "a text instead of a list",
    withOptions({ additionalArgs: "--verbose" }),
    [
      "spec.options.additionalArgs: is a text. Allowed: a list. Fix: write a list, also for a single element.",
    ],
  ],
  [
    "null in a list",
    withOptions({ additionalArgs: [null] }),
    ["spec.options.additionalArgs[0]: is null. Allowed: any text. Fix: write a text."],
  ],
  [
    "a list instead of an object",
    withOptions({ tempStorage: ["10Gi"] }),
    [
      "spec.options.tempStorage: is a list. Allowed: an object with size, storageClassName. Fix: write its fields below it.",
    ],
  ],
  [
    "a text instead of a map",
    restore({}, { metadata: { name: "r", labels: "a=b" } }),
    ["metadata.labels: is a text. Allowed: names with a text each. Fix: write its fields below it."],
  ],
  [
    "an unknown source type",
    withSource({ type: "backups", backupRef: "nightly" }),
    [
      'spec.source.type = "backups": is not one of the allowed values. Allowed: one of backup, storage, pitr, s3, gcs, azure. Fix: did you mean backup?',
    ],
  ],
  [
    "an unknown strategy",
    withOptions({ strategy: "shuffle" }),
    [
      'spec.options.strategy = "shuffle": is not one of the allowed values. Allowed: one of auto, swap, inPlace, designatedSeeder, seedURI, recreate. Fix: write one of them.',
    ],
  ],
  [
    "several at once",
    restore({ clusterRef: "Graph", databaseName: "system", timeout: "soon", colour: "red" }),
    [
      'spec.clusterRef = "Graph": is not a DNS label. Allowed: a DNS label: up to 63 lower-case letters, digits and dashes, with a letter or digit first and last. Fix: write for example orders-restore.',
      'spec.databaseName = "system": is the database that holds users and databases, and cannot be restored by this resource. Allowed: 3 to 63 ASCII letters, digits, dots and dashes, with a letter or digit first and last, not beginning with system. Fix: name a user database; to bring back users and roles, use the restore_metadata.cypher of a backup.',
      'spec.timeout = "soon": is not a duration. Allowed: a Go duration above zero, such as 30m, 1h30m or 168h. Fix: write a number and a unit (h, m, s, ms), such as "30m".',
      "spec.colour: is not a field of Neo4jRestoreSpec. Allowed: clusterRef, source, databaseName, options, force, stopCluster, timeout. Fix: remove it.",
    ],
  ],
];

test.each(cases)("refused: %s", (_, document, messages) => {
  expect(refusals(document)).toEqual(messages);
});
