// Rules about recovery to a point in time: the base, the logs, and the switches that other fields need.

import { isWritten, known, unclear, type Draft } from "../draft.js";
import { refused, warning, type Finding } from "../finding.js";
import type {
  BaseBackupSource,
  CompressionAlgorithm,
  CompressionConfig,
  EncryptionConfig,
  PITRConfig,
} from "../types.js";
import { storageRules } from "./storage.js";

export function* pitrRules(path: string, pitr: Draft<PITRConfig>, hasPoint: boolean): Generator<Finding> {
  if (pitr === unclear) return;
  yield* baseBackupRules(`${path}.baseBackup`, pitr.baseBackup);
  if (pitr.logStorage !== undefined) yield* storageRules(`${path}.logStorage`, pitr.logStorage);
  if (pitr.compression !== undefined) yield* compressionRules(`${path}.compression`, pitr.compression);
  if (pitr.encryption !== undefined) yield* encryptionRules(`${path}.encryption`, pitr.encryption);
  const objective = known(pitr.recoveryPointObjective);
  if (!hasPoint && objective !== undefined) {
    const complaint = {
      problem: "has no effect without pointInTime: everything that follows the base is restored",
      allowed: "recoveryPointObjective with source.pointInTime",
      fix: "add source.pointInTime, or leave it out",
    };
    yield warning(`${path}.recoveryPointObjective`, complaint, objective);
  }
  if (pitr.validateLogIntegrity === false) {
    const complaint = {
      problem: "leaves the chain of backups unchecked: a gap is noticed only when the restore fails",
      allowed: "true or false",
      fix: "leave it out to have the chain checked",
    };
    yield warning(`${path}.validateLogIntegrity`, complaint, false);
  }
}

function* baseBackupRules(path: string, base: Draft<BaseBackupSource>): Generator<Finding> {
  if (base === unclear) return;
  const type = known(base.type);
  if (type !== undefined) {
    const needed = type === "backup" ? "backupRef" : "storage";
    const foreign = type === "backup" ? "storage" : "backupRef";
    if (!isWritten(base[needed])) {
      yield refused(`${path}.${needed}`, {
        problem: "is missing",
        allowed: `${needed} for type ${type}`,
        fix: `add ${needed}`,
      });
    }
    if (isWritten(base[foreign])) {
      const complaint = {
        problem: `has no meaning with type ${type}`,
        allowed: `${needed} for type ${type}`,
        fix: `remove ${foreign}, or write type: ${foreign === "backupRef" ? "backup" : "storage"}`,
      };
      yield refused(
        `${path}.${foreign}`,
        complaint,
        foreign === "backupRef" ? known(base.backupRef) : undefined,
      );
    }
  }
  if (base.storage !== undefined) yield* storageRules(`${path}.storage`, base.storage);
}

const LEVELS: Readonly<Record<CompressionAlgorithm, readonly [number, number]>> = {
  gzip: [0, 9],
  lz4: [0, 12],
  zstd: [1, 22],
};

function* compressionRules(path: string, compression: Draft<CompressionConfig>): Generator<Finding> {
  if (compression === unclear) return;
  const level = known(compression.level);
  const [min, max] = LEVELS[known(compression.algorithm) ?? "zstd"];
  if (level !== undefined && isWritten(compression.algorithm) && (level < min || level > max)) {
    const allowed = `${min} to ${max} for that algorithm`;
    yield refused(
      `${path}.level`,
      { problem: "is out of range", allowed, fix: "leave level out: it has no effect on reading" },
      level,
    );
  } else if (level !== undefined) {
    const complaint = {
      problem: "belongs to writing and has no effect on reading",
      allowed: "algorithm alone",
      fix: "leave level out",
    };
    yield warning(`${path}.level`, complaint, level);
  }
  const algorithm = known(compression.algorithm);
  if (compression.enabled === false && algorithm !== undefined) {
    const complaint = {
      problem: "has no effect while enabled is false",
      allowed: "algorithm with enabled: true",
      fix: "leave algorithm out",
    };
    yield warning(`${path}.algorithm`, complaint, algorithm);
  }
}

/** Unset means off, so a key without `enabled` is a mistake; an explicit false is a choice. */
function* encryptionRules(path: string, encryption: Draft<EncryptionConfig>): Generator<Finding> {
  if (encryption === unclear || encryption.enabled === unclear) return;
  if (encryption.enabled === true) {
    if (!isWritten(encryption.keySecret)) {
      const allowed = "the Secret that holds the key";
      yield refused(`${path}.keySecret`, {
        problem: "is missing",
        allowed,
        fix: "add keySecret, or write enabled: false",
      });
    }
    return;
  }
  for (const field of ["algorithm", "keySecret", "keySecretKey"] as const) {
    const value = known(encryption[field]);
    if (value === undefined) continue;
    const allowed = `${field} with enabled: true`;
    if (encryption.enabled === undefined) {
      const fix = "add enabled: true, or remove the encryption block";
      yield refused(
        `${path}.${field}`,
        { problem: "has no effect: encryption is off unless enabled", allowed, fix },
        value,
      );
    } else {
      yield warning(
        `${path}.${field}`,
        { problem: "has no effect while enabled is false", allowed, fix: `leave ${field} out` },
        value,
      );
    }
  }
}
