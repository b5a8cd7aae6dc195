/**
 * From what the user named to one location of the backup: a claim and where to look on it. Pure; a Neo4jBackup
 * that has no successful run yet is something to wait for, never an older one taken silently.
 */
import { candidatePaths, joinPath } from "../spec/location.js";
import type { RestoreRequest } from "../spec/request.js";
import type { BackupView, JsonObject } from "./observation.js";

export interface SourceLocation {
  readonly claim: string;
  readonly first: string;
  readonly second: string;
  readonly reference: string;
  readonly artifactDatabase: string;
  readonly neo4jVersion?: string;
}

export type SourceAnswer =
  | { readonly kind: "found"; readonly source: SourceLocation }
  | { readonly kind: "wait"; readonly message: string }
  | { readonly kind: "refuse"; readonly reason: "NotSupportedYet" | "InvalidSpec"; readonly message: string };

/** @param backup what the cluster knows of source.backupRef; not looked at for other source types. */
export function locateSource(
  request: RestoreRequest,
  backup: BackupView | "absent" | undefined,
): SourceAnswer {
  const { source, databaseName } = request.spec;
  if (source.type === "backup") return fromBackup(request, source.backupRef ?? "", backup);
  const claim = source.storage?.pvc?.name;
  if (source.storage?.type !== "pvc" || claim === undefined) {
    return {
      kind: "refuse",
      reason: "NotSupportedYet",
      message: `storage type ${source.storage?.type ?? "(unset)"} is not carried out by this version; use storage.type pvc`,
    };
  }
  const [first = "", second = first] = candidatePaths(source.storage.path ?? "", source.backupPath ?? "");
  return { kind: "found", source: { claim, first, second, reference: "", artifactDatabase: databaseName } };
}

function fromBackup(
  request: RestoreRequest,
  name: string,
  backup: BackupView | "absent" | undefined,
): SourceAnswer {
  if (backup === undefined || backup === "absent") {
    return { kind: "wait", message: `Neo4jBackup ${name} does not exist yet` };
  }
  const run = backup.runs.find((one) => one.succeeded);
  if (!run) {
    const error = backup.runs[0]?.error;
    return {
      kind: "wait",
      message: `Neo4jBackup ${name} has no successful run yet (phase ${backup.phase ?? "unknown"}${error ? `: ${error}` : ""})`,
    };
  }
  const claim = claimOf(backup.storage);
  if (claim === undefined) {
    return {
      kind: "refuse",
      reason: "NotSupportedYet",
      message: `Neo4jBackup ${name} lies in ${text(backup.storage["type"]) ?? "unknown"} storage, which this version does not read; use a backup on a claim (pvc)`,
    };
  }
  const common = {
    claim,
    artifactDatabase: backup.database ?? request.spec.databaseName,
    ...(backup.neo4jVersion ? { neo4jVersion: backup.neo4jVersion } : {}),
  };
  const base = text(backup.storage["path"]) ?? "";
  const chosen = request.spec.source.backupPath;
  if (chosen !== undefined) {
    const [first = "", second = first] = candidatePaths(base, chosen);
    return { kind: "found", source: { ...common, first, second, reference: "" } };
  }
  const artifact = run.artifact ?? run.artifacts?.[request.spec.databaseName];
  if (artifact !== undefined) {
    const folder = (run.path ?? name).replace(/^\/backup(\/|$)/, "");
    const first = joinPath(folder, artifact);
    const second = joinPath(base, folder, artifact);
    return { kind: "found", source: { ...common, first, second, reference: "" } };
  }
  // The older form names no file: the newest artifact in the backup's own folders is looked up by the Job.
  const first = joinPath(base);
  return { kind: "found", source: { ...common, first, second: first, reference: backup.name } };
}

function claimOf(storage: JsonObject): string | undefined {
  const pvc = storage["pvc"];
  if (storage["type"] !== "pvc" || pvc === null || typeof pvc !== "object" || Array.isArray(pvc))
    return undefined;
  return text((pvc as JsonObject)["name"]);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
