// Definitions: where the backup comes from.

import { choice, flag, integer, object, optional, required } from "./definition.js";
import { defaults } from "./defaults.js";
import { backupPath, instant, objectName, positiveDuration, duration, secretKey } from "./leaves.js";
import { storage } from "./schema-storage.js";

const baseBackup = object("BaseBackupSource", "The backup on which later changes are replayed.", {
  type: required(
    choice("BaseBackupType", "Where the base backup comes from.", {
      backup: "A Neo4jBackup resource.",
      storage: "A storage location.",
    }),
    "Where the base backup comes from.",
  ),
  backupRef: optional(objectName, "Neo4jBackup in the restore's namespace (type backup)."),
  storage: optional(storage, "Storage location (type storage)."),
  backupPath: optional(
    backupPath,
    "Artifact or folder within the storage; a folder means its newest artifact of the database.",
  ),
});

const compression = object("CompressionConfig", "Compression of the artifacts in the log storage.", {
  enabled: optional(flag, "Unpack compressed artifacts while staging; native ones are taken as they are.", {
    fallback: "true",
  }),
  algorithm: optional(
    choice("CompressionAlgorithm", "How artifacts are compressed.", {
      gzip: "gzip (RFC 1952).",
      lz4: "LZ4 frames.",
      zstd: "Zstandard.",
    }),
    "When written, files of another algorithm are refused.",
    { fallback: "told from each file" },
  ),
  level: optional(integer(0, 22), "Informative: belongs to writing, without effect on reading."),
});

const encryption = object("EncryptionConfig", "Encryption of the artifacts in the log storage.", {
  enabled: optional(flag, "Decrypt artifacts while staging. Where that fails, nothing is restored.", {
    fallback: "false",
  }),
  algorithm: optional(
    choice("EncryptionAlgorithm", "How artifacts are encrypted.", {
      AES256: "OpenPGP with a passphrase, as `gpg --symmetric --cipher-algo AES256` writes it.",
      ChaCha20Poly1305: "age, with an identity (AGE-SECRET-KEY-…) or a passphrase.",
    }),
    "Format of the encrypted artifacts.",
    { fallback: defaults.encryptionAlgorithm },
  ),
  keySecret: optional(objectName, "Secret that holds the key; needed when enabled."),
  keySecretKey: optional(secretKey, "Key within that Secret.", { fallback: defaults.keySecretKey }),
});

const pitr = object(
  "PITRConfig",
  "Recovery from a base backup and the differential backups that follow it.",
  {
    baseBackup: required(baseBackup, "The backup to begin with."),
    logStorage: optional(storage, "Where the differential artifacts lie.", {
      fallback: "beside the base backup",
    }),
    logRetention: optional(
      positiveDuration,
      "How long they are kept. What exists decides; an older point gives a warning, and this explains a missing artifact.",
      { fallback: defaults.logRetention },
    ),
    recoveryPointObjective: optional(
      duration,
      "Largest gap that is accepted between the point in time and the end of the reachable history.",
      { fallback: defaults.recoveryPointObjective },
    ),
    validateLogIntegrity: optional(
      flag,
      "Check that the chain of backups has no gap before it is restored.",
      {
        fallback: "true",
      },
    ),
    compression: optional(compression, "How compressed artifacts are read."),
    encryption: optional(encryption, "How encrypted artifacts are read."),
  },
);

export const source = object("RestoreSource", "The backup to restore.", {
  type: required(
    choice("SourceType", "Where the backup comes from.", {
      backup: "The newest successful run of a Neo4jBackup resource.",
      storage: "A storage location.",
      pitr: "A base backup and what followed it, up to a point in time.",
      s3: "A storage location in S3.",
      gcs: "A storage location in Google Cloud Storage.",
      azure: "A storage location in Azure Blob Storage.",
    }),
    "Where the backup comes from; says which of the other fields apply.",
  ),
  backupRef: optional(
    objectName,
    "Neo4jBackup in the restore's namespace (type backup). The artifact it resolves to is pinned for the run.",
  ),
  storage: optional(storage, "Storage location (types storage, s3, gcs and azure)."),
  backupPath: optional(
    backupPath,
    "Exact artifact (`….backup`), taken as it is whichever database it is of, or a folder, of which the newest artifact of " +
      "this database is taken. A leading slash may " +
      "be meant from the root of the bucket or from `storage.path`: both are looked at.",
    { fallback: "the location itself" },
  ),
  pointInTime: optional(
    instant,
    "Restore only what was committed before this instant: RFC 3339 with any offset, whole seconds. Needs differential backups " +
      "that cover it.",
    { fallback: "everything in the backup" },
  ),
  pitr: optional(pitr, "Base backup and what followed it (type pitr)."),
});
