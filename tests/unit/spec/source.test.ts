// The source: what each type needs, and what belongs to another type.

import { refusals, withSource } from "./documents.js";

type Case = readonly [title: string, document: unknown, messages: readonly string[]];

const cases: readonly Case[] = [
  [
    "backup without backupRef",
    withSource({ type: "backup" }),
    ["spec.source.backupRef: is missing. Allowed: backupRef for source.type backup. Fix: add backupRef."],
  ],
  [
    "backup with a storage",
    withSource({ type: "backup", backupRef: "nightly", storage: { type: "pvc", pvc: { name: "b" } } }),
    [
      "spec.source.storage: has no meaning with source.type backup. Allowed: backupRef for source.type backup. Fix: remove storage, or write type: storage.",
    ],
  ],
  [
    "backup with pitr",
    withSource({
      type: "backup",
      backupRef: "nightly",
      pitr: { baseBackup: { type: "backup", backupRef: "a" } },
    }),
    [
      "spec.source.pitr: has no meaning with source.type backup. Allowed: backupRef for source.type backup. Fix: remove pitr, or write type: pitr.",
    ],
  ],
  [
    "backupRef that is no object name",
    withSource({ type: "backup", backupRef: "Nightly" }),
    [
      'spec.source.backupRef = "Nightly": is not the name of a Kubernetes object. Allowed: up to 253 lower-case letters, digits, dashes and dots, with a letter or digit first and last. Fix: write the object\'s name as kubectl shows it.',
    ],
  ],
  [
    "storage without storage",
    withSource({ type: "storage" }),
    ["spec.source.storage: is missing. Allowed: storage for source.type storage. Fix: add storage."],
  ],
  [
    "storage with backupRef",
    withSource({ type: "storage", backupRef: "nightly", storage: { type: "pvc", pvc: { name: "b" } } }),
    [
      'spec.source.backupRef = "nightly": has no meaning with source.type storage. Allowed: storage for source.type storage. Fix: remove backupRef, or write type: backup.',
    ],
  ],
  [
    "s3 without storage",
    withSource({ type: "s3" }),
    ["spec.source.storage: is missing. Allowed: storage for source.type s3. Fix: add storage."],
  ],
  [
    "s3 with storage of another type",
    withSource({ type: "s3", storage: { type: "gcs", bucket: "b" } }),
    [
      'spec.source.storage.type = "gcs": disagrees with source.type s3. Allowed: s3. Fix: write s3, or leave storage.type out, or change source.type.',
    ],
  ],
  [
    "gcs with a claim",
    withSource({ type: "gcs", storage: { bucket: "b", pvc: { name: "c" } } }),
    [
      "spec.source.storage.pvc: has no meaning with type gcs. Allowed: bucket, path and cloud. Fix: remove pvc, or write type: pvc.",
    ],
  ],
  [
    "pitr without pitr",
    withSource({ type: "pitr" }),
    ["spec.source.pitr: is missing. Allowed: pitr for source.type pitr. Fix: add pitr."],
  ],
  [
    "pitr with backupPath",
    withSource({
      type: "pitr",
      backupPath: "/a.backup",
      pitr: { baseBackup: { type: "backup", backupRef: "a" } },
    }),
    [
      'spec.source.backupPath = "/a.backup": has no meaning with source.type pitr. Allowed: pitr for source.type pitr. Fix: remove backupPath, or write it in pitr.baseBackup.backupPath.',
    ],
  ],
  [
    "no type, blocks still judged",
    withSource({ storage: { type: "pvc" } }),
    [
      "spec.source.type: is missing. Allowed: one of backup, storage, pitr, s3, gcs, azure. Fix: add type.",
      "spec.source.storage.pvc: is missing. Allowed: pvc with a name for type pvc. Fix: add pvc.name, the claim that holds the backups.",
    ],
  ],
  [
    "a point in time without offset",
    withSource({ type: "backup", backupRef: "a", pointInTime: "2025-01-04 12:30:00" }),
    [
      'spec.source.pointInTime = "2025-01-04 12:30:00": is not an RFC 3339 instant. Allowed: an instant with date, time and offset, such as 2025-01-04T12:30:00Z or 2025-01-04T13:30:00+01:00. Fix: add the offset from UTC, such as 2025-01-04T12:30:00Z.',
    ],
  ],
  [
    "a point in time that does not exist",
    withSource({ type: "backup", backupRef: "a", pointInTime: "2025-02-30T12:30:00Z" }),
    [
      'spec.source.pointInTime = "2025-02-30T12:30:00Z": is not an RFC 3339 instant. Allowed: an instant with date, time and offset, such as 2025-01-04T12:30:00Z or 2025-01-04T13:30:00+01:00. Fix: write it as date, T, time and offset.',
    ],
  ],
  [
    "a backup path with a comma",
    withSource({ type: "backup", backupRef: "a", backupPath: "/a,b.backup" }),
    [
      'spec.source.backupPath = "/a,b.backup": has a comma, at which neo4j-admin would split it. Allowed: a path within the bucket or claim, without commas or parent folders. Fix: rename the folder or artifact.',
    ],
  ],
  [
    "a backup path with a leading @",
    withSource({ type: "backup", backupRef: "a", backupPath: "@args" }),
    [
      'spec.source.backupPath = "@args": begins with @, which neo4j-admin takes as a file of arguments. Allowed: a path within the bucket or claim. Fix: rename the folder or artifact.',
    ],
  ],
  [
    "a backup path that climbs out",
    withSource({ type: "backup", backupRef: "a", backupPath: "../secrets" }),
    [
      'spec.source.backupPath = "../secrets": climbs out by a .. segment. Allowed: a path within the bucket or claim, without commas or parent folders. Fix: write the path from the root of the bucket or claim.',
    ],
  ],
  [
    "a backup path that is an address",
    withSource({ type: "backup", backupRef: "a", backupPath: "s3://b/a.backup" }),
    [
      'spec.source.backupPath = "s3://b/a.backup": is an address. Allowed: a path within the bucket or claim, without commas or parent folders. Fix: write the path only; the bucket stands in storage.bucket, the scheme in storage.type.',
    ],
  ],
  [
    "a backup path in two lines",
    withSource({ type: "backup", backupRef: "a", backupPath: "a\nb" }),
    [
      'spec.source.backupPath = "a\\nb": has a line break or control character. Allowed: a path within the bucket or claim, without commas or parent folders. Fix: write the path in one line.',
    ],
  ],
  [
    "an empty backup path",
    withSource({ type: "backup", backupRef: "a", backupPath: "" }),
    [
      'spec.source.backupPath = "": is empty. Allowed: any text that is not empty. Fix: write it, or leave the field out.',
    ],
  ],
];

test.each(cases)("refused: %s", (_, document, messages) => {
  expect(refusals(document)).toEqual(messages);
});
