/**
 * Staging: a base backup and what follows it brought together into one folder, unpacked and decrypted, by a
 * container of the restore's own pod that runs before neo4j-admin, in the tools image. Pure. The key is mounted
 * as a file into that container alone; plain copies lie where the temporary files lie, never on the node's disk.
 */
import { defaults } from "../spec/defaults.js";
import type { RestoreRequest } from "../spec/request.js";
import type { PITRConfig } from "../spec/types.js";
import type { CloudAccess, JobIdentity } from "./cloud.js";
import { stagingName } from "./names.js";
import type { JsonObject } from "./observation.js";
import {
  remoteEnv,
  remoteKeyVolume,
  stagingSettings,
  type Mounted,
  type RemotePlace,
} from "./rclone-environment.js";
import { stagingScript } from "./staging-script.js";

/** On a claim, or in a store: exactly one of the two is there. */
export interface StagedPlace {
  readonly claim?: string;
  readonly cloud?: CloudAccess;
  /** Candidates: relative to the claim's root, or URIs; equal where there is only one reading. */
  readonly first: string;
  readonly second: string;
}

export interface Staging {
  /** Where the differential backups lie; absent: the base alone is brought. */
  readonly logs?: StagedPlace;
}

export const stagingPaths = { logs: "/neo4j-restore-logs", key: "/neo4j-restore-key" } as const;

/** Artifacts lie apart, or have to be unwrapped; else neo4j-admin reads them where they are. */
export function needsStaging({ logStorage, compression, encryption }: PITRConfig): boolean {
  const unpacks = compression !== undefined && compression.enabled !== false;
  return logStorage !== undefined || unpacks || encryption?.enabled === true;
}

/** What lies in the folder of the base. */
export function besideBase(base: StagedPlace): Staging {
  const folder = (path: string): string =>
    /\.backup[^/]*$/.test(path) ? path.slice(0, Math.max(0, path.lastIndexOf("/"))) : path;
  return { logs: { ...placeOf(base), first: folder(base.first), second: folder(base.second) } };
}

export function placeOf({ claim, cloud, first, second }: StagedPlace): StagedPlace {
  return { ...(claim === undefined ? {} : { claim }), ...(cloud ? { cloud } : {}), first, second };
}

/**
 * An Azure account's key is nothing that neo4j-admin takes: its artifacts are always staged. Of a folder without
 * a point in time that is the newest one; it must be a full backup, because only neo4j-admin can tell which
 * others a differential one needs.
 */
export function keyStaging(base: StagedPlace, { spec: { source } }: RestoreRequest): Staging {
  return source.type === "pitr" || source.pointInTime !== undefined ? besideBase(base) : {};
}

/** Ends a refusal where the chain may be whole in the store, but was not brought along as a whole. */
export const keyHint =
  "; with an Azure account key only a base and what follows it are fetched: name the full backup, with source.type pitr and pitr.baseBackup.backupPath, or use an application's secret";

/** What the pod runs as, for whichever of the places asks for one. */
export function jobIdentity(
  source: { readonly cloud?: CloudAccess; readonly staging?: Staging } | undefined,
): JobIdentity | undefined {
  return source?.cloud?.identity ?? source?.staging?.logs?.cloud?.identity;
}

/** Every store that the Job reads. */
export function storesOf(
  source: { readonly cloud?: CloudAccess; readonly staging?: Staging } | undefined,
): readonly CloudAccess[] {
  return [source?.cloud, source?.staging?.logs?.cloud].filter((cloud) => cloud !== undefined);
}

/** Every claim that the Job reads backups from. */
export function claimsOf(
  source: { readonly claim?: string; readonly staging?: Staging } | undefined,
): readonly string[] {
  const claims = [source?.claim, source?.staging?.logs?.claim].filter((claim) => claim !== undefined);
  return [...new Set(claims)];
}

/** The Secret and key that decrypt; undefined where nothing is encrypted. */
export function stagingKey(
  request: RestoreRequest,
): { readonly secret: string; readonly key: string } | undefined {
  const encryption = request.spec.source.pitr?.encryption;
  if (encryption?.enabled !== true || encryption.keySecret === undefined) return undefined;
  return { secret: encryption.keySecret, key: encryption.keySecretKey ?? defaults.keySecretKey };
}

/** The native name of an artifact that may be wrapped, as the script gives it. */
export function plainName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.backup.*$/, ".backup");
}

export interface StagingJob {
  readonly image: string;
  readonly argv: readonly string[];
  readonly logsClaim: string | undefined;
  readonly remotes: readonly RemotePlace[];
  readonly key: { readonly secret: string; readonly key: string } | undefined;
}

export interface StagingPlaces {
  /** The folder that everything is brought to. */
  readonly folder: string;
  /** Candidates for the base, as absolute paths in the container or URIs. */
  readonly first: string;
  readonly second: string;
  readonly reference: string;
  readonly artifactDatabase: string;
  /** UTC, as `--restore-until` takes it; empty where there is none. */
  readonly until: string;
  readonly work: string;
}

export function stagingJob(
  request: RestoreRequest,
  source: { readonly cloud?: CloudAccess; readonly staging: Staging },
  at: StagingPlaces,
): StagingJob {
  const { pitr } = request.spec.source;
  const { logs } = source.staging;
  const key = stagingKey(request);
  const place = (path: string): string =>
    logs?.claim === undefined ? path : [stagingPaths.logs, path].filter(Boolean).join("/");
  const compression = pitr?.compression?.enabled === false ? "off" : (pitr?.compression?.algorithm ?? "any");
  const cipher = key ? (pitr?.encryption?.algorithm ?? defaults.encryptionAlgorithm) : "";
  return {
    image: request.connection?.toolsImage ?? "",
    logsClaim: logs?.claim,
    remotes: [
      ...(source.cloud ? [{ remote: "base", uri: at.first, access: source.cloud } as const] : []),
      ...(logs?.cloud ? [{ remote: "logs", uri: logs.first, access: logs.cloud } as const] : []),
    ],
    key,
    argv: [
      ...["/bin/sh", "-c", stagingScript, stagingName],
      ...[at.folder, at.first, at.second],
      ...(logs ? [place(logs.first), place(logs.second)] : ["", ""]),
      ...[at.reference, at.artifactDatabase, at.until.replace(" ", "T").replaceAll(":", "-")],
      ...[compression, cipher, pitr?.validateLogIntegrity === false ? "no" : "yes"],
      ...[`${stagingPaths.key}/key`, key ? `key ${key.key} of Secret ${key.secret}` : ""],
      ...[at.work, "/dev/termination-log"],
    ],
  };
}

/** What the container has of variables: how to reach stores, where there are any. */
export function stagingEnv({ remotes }: StagingJob, server: readonly JsonObject[]): readonly JsonObject[] {
  if (remotes.length === 0) return [];
  return [...stagingSettings(server), ...remotes.flatMap((place) => remoteEnv(place, server))];
}

/** What the pod has for it beside the restore's own volumes: the second claim, and keys. */
export function stagingVolumes({ logsClaim, key, remotes }: StagingJob): readonly Mounted[] {
  const claim =
    logsClaim === undefined ? [] : [mounted("restore-logs", stagingPaths.logs, claimed(logsClaim))];
  const secret = key ? [mounted("restore-key", stagingPaths.key, keyFile(key))] : [];
  return [...claim, ...secret, ...remotes.flatMap(remoteKeyVolume)];
}

const claimed = (claimName: string): JsonObject => ({
  persistentVolumeClaim: { claimName, readOnly: true },
});

const keyFile = (key: { readonly secret: string; readonly key: string }): JsonObject => ({
  secret: { secretName: key.secret, items: [{ key: key.key, path: "key" }], defaultMode: 0o440 },
});

function mounted(name: string, mountPath: string, volume: JsonObject): Mounted {
  return { volume: { name, ...volume }, mount: { name, mountPath, readOnly: true } };
}
