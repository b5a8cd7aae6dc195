// Rules between fields, as the API server checks them (CEL), by the type they stand on. They say what
// provider/spec/rules says, as far as one expression can; the operator judges the whole document once more.
// Invariants: nothing that provider/spec accepts is refused here; messages never show a value.

import { SCRATCH_ROOT, TEMP_MOUNT } from "../spec/defaults.js";

export interface Rule {
  readonly rule: string;
  readonly message: string;
}

const rule = (message: string, expression: string): Rule => ({ rule: expression, message });

/** A block that some types need and all others refuse. */
function block(field: string, types: readonly string[]): readonly Rule[] {
  const list = types.map((type) => `'${type}'`).join(", ");
  const names = types.join(", ");
  return [
    rule(`${field} is needed with type ${names}`, `!(self.type in [${list}]) || has(self.${field})`),
    rule(`${field} has no meaning but with type ${names}`, `self.type in [${list}] || !has(self.${field})`),
  ];
}

const clouds = { s3: "aws", gcs: "gcp", azure: "azure" } as const;

/** Of a storage whose type may be said by the source's. `type` is the expression of that type. */
function storageOf(path: string, type: string): readonly Rule[] {
  const cloud = `${type} in ['s3', 'gcs', 'azure']`;
  return [
    rule("storage.bucket is needed for s3, gcs and azure", `!(${cloud}) || has(${path}.bucket)`),
    rule("storage.pvc has no meaning with s3, gcs and azure", `!(${cloud}) || !has(${path}.pvc)`),
    ...Object.entries(clouds).map(([storage, provider]) =>
      rule(
        `storage.cloud.provider must be ${provider} for ${storage}`,
        `${type} != '${storage}' || !has(${path}.cloud) || !has(${path}.cloud.provider) || ` +
          `${path}.cloud.provider == '${provider}'`,
      ),
    ),
    rule(
      "storage.cloud.endpointURL and forcePathStyle go with s3 only",
      `!(${type} in ['gcs', 'azure']) || !has(${path}.cloud) || ` +
        `(!has(${path}.cloud.endpointURL) && !has(${path}.cloud.forcePathStyle))`,
    ),
  ];
}

const shorthand = "self.type in ['s3', 'gcs', 'azure'] && has(self.storage)";

export const rulesByType: Readonly<Record<string, readonly Rule[]>> = {
  RestoreSource: [
    ...block("backupRef", ["backup"]),
    ...block("storage", ["storage", "s3", "gcs", "azure"]),
    ...block("pitr", ["pitr"]),
    rule(
      "backupPath has no meaning with type pitr: write it in pitr.baseBackup.backupPath",
      "self.type != 'pitr' || !has(self.backupPath)",
    ),
    rule(
      "storage.type is needed with type storage",
      "self.type != 'storage' || !has(self.storage) || has(self.storage.type)",
    ),
    rule(
      "storage.type disagrees with the source's type: leave it out, or write the same",
      `!(${shorthand}) || !has(self.storage.type) || self.storage.type == self.type`,
    ),
    ...storageOf("self.storage", "self.type").map(({ rule: expression, message }) =>
      rule(message, `!(${shorthand}) || (${expression})`),
    ),
  ],
  StorageLocation: [
    rule("pvc is needed with type pvc", "!has(self.type) || self.type != 'pvc' || has(self.pvc)"),
    rule(
      "bucket and cloud have no meaning with type pvc",
      "!has(self.type) || self.type != 'pvc' || (!has(self.bucket) && !has(self.cloud))",
    ),
    ...storageOf("self", "self.type").map(({ rule: expression, message }) =>
      rule(message.replaceAll("storage.", ""), `!has(self.type) || (${expression})`),
    ),
  ],
  CloudIdentity: [
    rule(
      "autoCreate.enabled: true asks for a new ServiceAccount beside serviceAccount: remove one of the two",
      "!has(self.serviceAccount) || !has(self.autoCreate) || !has(self.autoCreate.enabled) || !self.autoCreate.enabled",
    ),
  ],
  PITRConfig: [rule("logStorage.type is needed", "!has(self.logStorage) || has(self.logStorage.type)")],
  BaseBackupSource: [
    ...block("backupRef", ["backup"]),
    ...block("storage", ["storage"]),
    rule("storage.type is needed", "!has(self.storage) || has(self.storage.type)"),
  ],
  CompressionConfig: [
    rule(
      "level is out of range: gzip 0 to 9, lz4 0 to 12, zstd 1 to 22",
      "!has(self.level) || !has(self.algorithm) || (self.algorithm == 'gzip' && self.level <= 9) || " +
        "(self.algorithm == 'lz4' && self.level <= 12) || (self.algorithm == 'zstd' && self.level >= 1)",
    ),
  ],
  EncryptionConfig: [
    rule(
      "keySecret is needed with enabled: true",
      "!has(self.enabled) || !self.enabled || has(self.keySecret)",
    ),
    rule(
      "encryption is off unless enabled: add enabled: true, or remove the block",
      "has(self.enabled) || (!has(self.algorithm) && !has(self.keySecret) && !has(self.keySecretKey))",
    ),
  ],
  EnvVar: [rule("exactly one of value and valueFrom is needed", "has(self.value) != has(self.valueFrom)")],
  EnvVarSource: [
    rule(
      "exactly one of secretKeyRef and configMapKeyRef is needed",
      "has(self.secretKeyRef) != has(self.configMapKeyRef)",
    ),
  ],
  RestoreOptionsSpec: [
    rule(
      "keepPrevious can't be done with strategy inPlace, which removes the old store first: leave it out, or write 0",
      "!has(self.strategy) || self.strategy != 'inPlace' || !has(self.keepPrevious) || " +
        "!self.keepPrevious.matches('[1-9]')",
    ),
    rule(
      `tempPath must lie on the claim of tempStorage (${TEMP_MOUNT}), or without one below ${SCRATCH_ROOT}`,
      `!has(self.tempPath) || (has(self.tempStorage) ? self.tempPath.startsWith('${TEMP_MOUNT}') : ` +
        `self.tempPath.startsWith('${SCRATCH_ROOT}/'))`,
    ),
  ],
  Neo4jRestoreSpec: [
    rule(
      "databaseName begins with a prefix that Neo4j keeps for itself: system",
      "!self.databaseName.lowerAscii().startsWith('system')",
    ),
  ],
};
