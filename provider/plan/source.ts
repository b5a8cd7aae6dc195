/**
 * From what the user named to one location of the backup: a claim or a bucket, and where to look in it. Pure; a
 * Neo4jBackup that has no successful run yet is something to wait for, never an older one taken silently.
 */
import { candidatePaths, joinPath } from "../spec/location.js";
import type { RestoreRequest } from "../spec/request.js";
import type { PITRConfig, StorageLocation, StorageType } from "../spec/types.js";
import { backupStorage } from "./backup-storage.js";
import {
  cloudCandidates,
  cloudPlace,
  cloudUri,
  isCloudUri,
  type CloudAccess,
  type JobIdentity,
} from "./cloud.js";
import { canonical } from "./identity.js";
import type { BackupView } from "./observation.js";
import { timesOf, type RunTimes } from "./newest-run.js";
import { besideBase, needsStaging, placeOf, type Staging } from "./staging.js";

/** On a claim, or in a store: exactly one of `claim` and `cloud` is there. */
export interface SourceLocation {
  readonly claim?: string;
  readonly cloud?: CloudAccess;
  /** Candidates: relative to the claim's root, or URIs; equal where there is only one reading. */
  readonly first: string;
  readonly second: string;
  /** The Neo4jBackup whose folders are searched, where its history names no file. */
  readonly reference: string;
  /** Where that history names no file and no point in time chooses among all: when the newest run was at work. */
  readonly times?: RunTimes;
  readonly artifactDatabase: string;
  /** What follows lies elsewhere, or has to be unwrapped: a base, for everything to be staged with. */
  readonly staging?: Staging;
  readonly neo4jVersion?: string;
  /** When the run of the Neo4jBackup ended whose artifact is the one that is restored. */
  readonly takenAt?: string;
}

export type SourceAnswer =
  | { readonly kind: "found"; readonly source: SourceLocation }
  | { readonly kind: "wait"; readonly message: string }
  | { readonly kind: "refuse"; readonly reason: "InvalidSpec"; readonly message: string };

/** As neo4j-admin names its files; undefined for a folder, and for a file that somebody has renamed. */
export function databaseOfArtifact(path: string): string | undefined {
  return /(?:^|\/)([^/]+)-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.backup$/.exec(path)?.[1];
}

const invalid = (message: string): SourceAnswer => ({ kind: "refuse", reason: "InvalidSpec", message });

/** @param backup what the cluster knows of source.backupRef; not looked at for other source types. */
export function locateSource(
  request: RestoreRequest,
  backup: BackupView | "absent" | undefined,
): SourceAnswer {
  const { source, databaseName } = request.spec;
  switch (source.type) {
    case "backup":
      return fromBackup(request, source.backupRef ?? "", source.backupPath, backup);
    case "pitr":
      return fromPitr(request, source.pitr, backup);
    case "storage":
    case "s3":
    case "gcs":
    case "azure": {
      const storage = source.storage ?? {};
      const type = source.type === "storage" ? storage.type : source.type;
      return fromStorage("spec.source.storage", type, storage, source.backupPath ?? "", databaseName);
    }
  }
}

/** The base as any other source; where more is to be brought together, with the place of the rest. */
function fromPitr(
  request: RestoreRequest,
  pitr: PITRConfig | undefined,
  backup: BackupView | "absent" | undefined,
): SourceAnswer {
  if (!pitr) return invalid("spec.source.pitr is missing: add pitr");
  const { type, backupRef = "", storage = {}, backupPath } = pitr.baseBackup;
  const where = "spec.source.pitr.baseBackup.storage";
  const base =
    type === "backup"
      ? fromBackup(request, backupRef, backupPath, backup)
      : fromStorage(where, storage.type, storage, backupPath ?? "", request.spec.databaseName);
  if (base.kind !== "found" || !needsStaging(pitr)) return base;
  const { logStorage } = pitr;
  if (!logStorage) return { kind: "found", source: { ...base.source, staging: besideBase(base.source) } };
  const at = "spec.source.pitr.logStorage";
  const logs = fromStorage(at, logStorage.type, logStorage, "", request.spec.databaseName);
  if (logs.kind !== "found") return logs;
  const [one, other] = [base.source.cloud?.identity, logs.source.cloud?.identity];
  if (one && other && !sameIdentity(one, other)) {
    return invalid(
      `${at}.cloud.identity asks for ServiceAccount ${other.serviceAccount}${annotated(other)}, the base for ${one.serviceAccount}${annotated(one)}: one pod reads both; use one identity, or a Secret for one of the two`,
    );
  }
  return { kind: "found", source: { ...base.source, staging: { logs: placeOf(logs.source) } } };
}

const sameIdentity = (one: JobIdentity, other: JobIdentity): boolean => canonical(one) === canonical(other);

const annotated = ({ annotations }: JobIdentity): string =>
  Object.entries(annotations)
    .map(([key, value]) => ` with ${key}: ${value}`)
    .join("");

function fromStorage(
  where: string,
  type: StorageType | undefined,
  storage: StorageLocation,
  backupPath: string,
  artifactDatabase: string,
): SourceAnswer {
  const path = storage.path ?? "";
  const common = { reference: "", artifactDatabase };
  if (type === undefined) return invalid(`${where}.type is missing: write s3, gcs, azure or pvc`);
  if (type === "pvc") {
    const claim = storage.pvc?.name;
    if (claim === undefined) return invalid(`${where}.pvc.name is missing: name the claim with the backups`);
    const [first = "", second = first] = candidatePaths(path, backupPath);
    return { kind: "found", source: { claim, first, second, ...common } };
  }
  const answer = cloudPlace(where, type, storage);
  if (!answer.ok) return invalid(answer.message);
  const { access, root } = answer.place;
  const candidates = cloudCandidates(root, path, backupPath);
  return { kind: "found", source: { cloud: access, ...candidates, ...common } };
}

function fromBackup(
  request: RestoreRequest,
  name: string,
  chosen: string | undefined,
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
  const artifact = run.artifact ?? run.artifacts?.[request.spec.databaseName];
  const { type: asked, pointInTime } = request.spec.source;
  const newest = chosen === undefined && artifact === undefined && pointInTime === undefined;
  const times = newest ? timesOf(run, chosenBy(request)) : undefined;
  if (newest && !times) {
    return invalid(
      `the newest run of Neo4jBackup ${name} names neither its file nor when it began and ended: name the artifact in ${chosenBy(request)}`,
    );
  }
  // Of a chain it is not the newest run alone that counts.
  const alone = asked === "backup" && chosen === undefined && pointInTime === undefined;
  const common = {
    ...(times ? { times } : {}),
    ...(alone && run.completedAt !== undefined ? { takenAt: run.completedAt } : {}),
    artifactDatabase: backup.database ?? request.spec.databaseName,
    ...(backup.neo4jVersion ? { neo4jVersion: backup.neo4jVersion } : {}),
  };
  // The newest run need not be the one that covers a point in time: its folder holds the chain.
  const chain = (pointInTime !== undefined || asked === "pitr") && chosen === undefined;
  const whole = ({ first, second }: Paths): Paths | undefined =>
    chain && artifact !== undefined
      ? { first: folderOf(first, artifact), second: folderOf(second, artifact) }
      : undefined;
  const storage = backupStorage(backup.storage);
  const { type } = storage;
  if (type === undefined) {
    const written = JSON.stringify(backup.storage["type"] ?? null);
    return invalid(`Neo4jBackup ${name} has storage of type ${written}; known are s3, gcs, azure and pvc`);
  }
  if (type === "pvc") {
    const base = storage.path ?? "";
    const claim = storage.pvc?.name;
    if (claim === undefined)
      return invalid(`Neo4jBackup ${name} names no claim: its storage has no pvc.name`);
    const candidates = onClaim(base, backup, run.path, artifact, chosen);
    return { kind: "found", source: { claim, ...common, ...candidates, ...whole(candidates) } };
  }
  const answer = cloudPlace(`Neo4jBackup ${name}: storage`, type, storage);
  if (!answer.ok) return invalid(answer.message);
  const { access, root } = answer.place;
  const candidates = inStore(root, storage.path ?? defaultStorePath, backup, run.path, artifact, chosen);
  return {
    kind: "found",
    source: { cloud: access, ...common, ...candidates, reference: "", ...whole(candidates) },
  };
}

/** Where a user names the artifact of a Neo4jBackup. */
const chosenBy = ({ spec: { source } }: RestoreRequest): string =>
  source.type === "pitr" ? "spec.source.pitr.baseBackup.backupPath" : "spec.source.backupPath";

type Candidates = Pick<SourceLocation, "first" | "second" | "reference">;
type Paths = Pick<SourceLocation, "first" | "second">;

const folderOf = (path: string, artifact: string): string =>
  path.slice(0, path.length - artifact.length).replace(/\/$/, "");

function onClaim(
  base: string,
  backup: BackupView,
  path: string | undefined,
  artifact: string | undefined,
  chosen: string | undefined,
): Candidates {
  if (chosen !== undefined) {
    const [first = "", second = first] = candidatePaths(base, chosen);
    return { first, second, reference: "" };
  }
  if (artifact !== undefined || path !== undefined) {
    const inside = [(path ?? backup.name).replace(/^\/backup(\/|$)/, ""), artifact ?? ""];
    return { first: joinPath(...inside), second: joinPath(base, ...inside), reference: "" };
  }
  // The older form names neither file nor folder: the Job looks into all folders of the backup's runs.
  const first = joinPath(base);
  return { first, second: first, reference: backup.name };
}

/** Where a backup without a path puts its artifacts in a store. */
const defaultStorePath = "backups";

/** The newer form has a folder per backup below its path; the older one puts all artifacts into that path. */
function inStore(
  root: string,
  base: string,
  backup: BackupView,
  path: string | undefined,
  artifact: string | undefined,
  chosen: string | undefined,
): Paths {
  if (chosen !== undefined) return cloudCandidates(root, base, chosen);
  if (artifact === undefined && path === undefined) {
    const folder = cloudUri(root, base);
    return { first: folder, second: folder };
  }
  // The history may name the folder as a URI, from the bucket's root or below the path.
  const folder = path ?? backup.name;
  if (isCloudUri(folder)) {
    const first = [folder.replace(/\/+$/, ""), artifact].filter((part) => part !== undefined).join("/");
    return { first, second: first };
  }
  const inside = [folder, artifact ?? ""];
  return { first: cloudUri(root, base, ...inside), second: cloudUri(root, ...inside) };
}
