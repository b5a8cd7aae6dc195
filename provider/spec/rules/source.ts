// Rules about the source: which blocks its type needs and which belong to another type.

import { isWritten, known, unclear, type Draft } from "../draft.js";
import { refused, warning, type Finding } from "../finding.js";
import { hasFraction } from "../instant.js";
import type { RestoreSource, SourceType } from "../types.js";
import { pitrRules } from "./pitr.js";
import { storageRules } from "./storage.js";

type Block = "backupRef" | "storage" | "pitr" | "backupPath";

/** The block that each type is about. */
const NEEDED: Readonly<Record<SourceType, Block>> = {
  backup: "backupRef",
  storage: "storage",
  s3: "storage",
  gcs: "storage",
  azure: "storage",
  pitr: "pitr",
};

/** What to write instead of a block that the type doesn't take. */
const BELONGS: Readonly<Record<Block, string>> = {
  backupRef: "write type: backup",
  storage: "write type: storage",
  pitr: "write type: pitr",
  backupPath: "write it in pitr.baseBackup.backupPath",
};

export function* sourceRules(path: string, source: Draft<RestoreSource>): Generator<Finding> {
  if (source === unclear) return;
  const type = known(source.type);
  if (type !== undefined) yield* blockRules(path, source, type);
  if (source.storage !== undefined) {
    yield* storageRules(
      `${path}.storage`,
      source.storage,
      type === "s3" || type === "gcs" || type === "azure" ? type : undefined,
    );
  }
  if (source.pitr !== undefined) yield* pitrRules(`${path}.pitr`, source.pitr, isWritten(source.pointInTime));
  const point = known(source.pointInTime);
  if (point !== undefined && hasFraction(point)) {
    const complaint = {
      problem: "is cut to whole seconds, downwards",
      allowed: "whole seconds",
      fix: "leave the fraction out",
    };
    yield warning(`${path}.pointInTime`, complaint, point);
  }
}

function* blockRules(
  path: string,
  source: Exclude<Draft<RestoreSource>, symbol>,
  type: SourceType,
): Generator<Finding> {
  const needed = NEEDED[type];
  if (!isWritten(source[needed])) {
    yield refused(`${path}.${needed}`, {
      problem: "is missing",
      allowed: `${needed} for source.type ${type}`,
      fix: `add ${needed}`,
    });
  }
  for (const block of ["backupRef", "storage", "pitr"] as const) {
    if (block !== needed && isWritten(source[block])) yield foreignBlock(path, block, source, type);
  }
  if (type === "pitr" && isWritten(source.backupPath)) yield foreignBlock(path, "backupPath", source, type);
}

function foreignBlock(
  path: string,
  block: Block,
  source: Exclude<Draft<RestoreSource>, symbol>,
  type: SourceType,
): Finding {
  const complaint = {
    problem: `has no meaning with source.type ${type}`,
    allowed: `${NEEDED[type]} for source.type ${type}`,
    fix: `remove ${block}, or ${BELONGS[block]}`,
  };
  const value = source[block];
  return refused(`${path}.${block}`, complaint, typeof value === "string" ? value : undefined);
}
