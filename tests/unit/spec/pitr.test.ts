// Recovery to a point in time.

import { refusals, withPitr } from "./documents.js";

type Case = readonly [title: string, document: unknown, messages: readonly string[]];

const cases: readonly Case[] = [
  [
    "no base backup",
    withPitr({ baseBackup: undefined }),
    [
      "spec.source.pitr.baseBackup: is missing. Allowed: an object with type, backupRef, storage, backupPath. Fix: add baseBackup.",
    ],
  ],
  [
    "a base without type",
    withPitr({ baseBackup: { backupRef: "a" } }),
    ["spec.source.pitr.baseBackup.type: is missing. Allowed: one of backup, storage. Fix: add type."],
  ],
  [
    "a base of a type that only sources have",
    withPitr({ baseBackup: { type: "s3", storage: { bucket: "b" } } }),
    [
      'spec.source.pitr.baseBackup.type = "s3": is not one of the allowed values. Allowed: one of backup, storage. Fix: write one of them.',
      "spec.source.pitr.baseBackup.storage.type: is missing. Allowed: one of s3, gcs, azure, pvc. Fix: add type, such as type: s3.",
    ],
  ],
  [
    "a base backup without backupRef",
    withPitr({ baseBackup: { type: "backup" } }),
    [
      "spec.source.pitr.baseBackup.backupRef: is missing. Allowed: backupRef for type backup. Fix: add backupRef.",
    ],
  ],
  [
    "a base storage without storage",
    withPitr({ baseBackup: { type: "storage" } }),
    ["spec.source.pitr.baseBackup.storage: is missing. Allowed: storage for type storage. Fix: add storage."],
  ],
  [
    "a base with both",
    withPitr({
      baseBackup: { type: "storage", backupRef: "a", storage: { type: "pvc", pvc: { name: "b" } } },
    }),
    [
      'spec.source.pitr.baseBackup.backupRef = "a": has no meaning with type storage. Allowed: storage for type storage. Fix: remove backupRef, or write type: backup.',
    ],
  ],
  [
    "the base's storage is judged as any",
    withPitr({ baseBackup: { type: "storage", storage: { type: "s3" } } }),
    [
      "spec.source.pitr.baseBackup.storage.bucket: is missing. Allowed: the name of the bucket or container for type s3. Fix: add bucket.",
    ],
  ],
  [
    "log storage without type",
    withPitr({ logStorage: { bucket: "b" } }),
    [
      "spec.source.pitr.logStorage.type: is missing. Allowed: one of s3, gcs, azure, pvc. Fix: add type, such as type: s3.",
    ],
  ],
  [
    "durations",
    withPitr({ logRetention: "0", recoveryPointObjective: "-1m" }),
    [
      'spec.source.pitr.logRetention = "0": is zero. Allowed: a Go duration above zero, such as 30m, 1h30m or 168h. Fix: write a number and a unit (h, m, s, ms), such as "30m", or leave the field out for the default.',
      'spec.source.pitr.recoveryPointObjective = "-1m": is negative. Allowed: a Go duration of zero or more, such as 30m, 1h30m or 168h. Fix: write a number and a unit (h, m, s, ms), such as "30m".',
    ],
  ],
  [
    "an unknown algorithm",
    withPitr({ compression: { algorithm: "gzipp" } }),
    [
      'spec.source.pitr.compression.algorithm = "gzipp": is not one of the allowed values. Allowed: one of gzip, lz4, zstd. Fix: did you mean gzip?',
    ],
  ],
  [
    "a level out of every range",
    withPitr({ compression: { level: 23 } }),
    [
      "spec.source.pitr.compression.level = 23: is out of range. Allowed: a whole number from 0 to 22. Fix: write a whole number from 0 to 22.",
    ],
  ],
  [
    "a level out of the algorithm's range",
    withPitr({ compression: { algorithm: "gzip", level: 12 } }),
    [
      "spec.source.pitr.compression.level = 12: is out of range. Allowed: 0 to 9 for that algorithm. Fix: leave level out: it has no effect on reading.",
    ],
  ],
  [
    "encryption without a key",
    withPitr({ encryption: { enabled: true } }),
    [
      "spec.source.pitr.encryption.keySecret: is missing. Allowed: the Secret that holds the key. Fix: add keySecret, or write enabled: false.",
    ],
  ],
  [
    "a key while encryption is off by default",
    withPitr({ encryption: { keySecret: "k", algorithm: "AES256" } }),
    [
      'spec.source.pitr.encryption.algorithm = "AES256": has no effect: encryption is off unless enabled. Allowed: algorithm with enabled: true. Fix: add enabled: true, or remove the encryption block.',
      'spec.source.pitr.encryption.keySecret = "k": has no effect: encryption is off unless enabled. Allowed: keySecret with enabled: true. Fix: add enabled: true, or remove the encryption block.',
    ],
  ],
];

test.each(cases)("refused: %s", (_, document, messages) => {
  expect(refusals(document)).toEqual(messages);
});
