/**
 * Staging: a base backup and what follows it brought together into one folder, unpacked and decrypted, by a
 * container of the restore's own pod that runs before neo4j-admin, in the tools image. Pure. The key is mounted
 * as a file into that container alone; plain copies lie where the temporary files lie, never on the node's disk.
 */
import { defaults } from "../spec/defaults.js";
import type { RestoreRequest } from "../spec/request.js";
import type { PITRConfig } from "../spec/types.js";
import { stagingName } from "./names.js";
import type { JsonObject } from "./observation.js";
import { stagingScript } from "./staging-script.js";

/** Where the differential backups lie. */
export interface Staging {
  readonly logsClaim: string;
  /** Folders on that claim; equal where there is only one reading. */
  readonly logsFirst: string;
  readonly logsSecond: string;
}

export const stagingPaths = { logs: "/neo4j-restore-logs", key: "/neo4j-restore-key" } as const;

/** Artifacts lie apart, or have to be unwrapped; else neo4j-admin reads them where they are. */
export function needsStaging({ logStorage, compression, encryption }: PITRConfig): boolean {
  const unpacks = compression !== undefined && compression.enabled !== false;
  return logStorage !== undefined || unpacks || encryption?.enabled === true;
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
  readonly logsClaim: string;
  readonly key: { readonly secret: string; readonly key: string } | undefined;
}

export interface StagingPlaces {
  /** The folder that everything is brought to. */
  readonly folder: string;
  /** Candidates for the base, as absolute paths in the container. */
  readonly first: string;
  readonly second: string;
  readonly reference: string;
  readonly artifactDatabase: string;
  /** UTC, as `--restore-until` takes it; empty where there is none. */
  readonly until: string;
  readonly work: string;
}

export function stagingJob(request: RestoreRequest, staging: Staging, at: StagingPlaces): StagingJob {
  const { pitr } = request.spec.source;
  const key = stagingKey(request);
  const logs = (path: string): string => [stagingPaths.logs, path].filter(Boolean).join("/");
  const compression = pitr?.compression?.enabled === false ? "off" : (pitr?.compression?.algorithm ?? "any");
  const cipher = key ? (pitr?.encryption?.algorithm ?? defaults.encryptionAlgorithm) : "";
  return {
    image: request.connection?.toolsImage ?? defaults.toolsImage,
    logsClaim: staging.logsClaim,
    key,
    argv: [
      ...["/bin/sh", "-c", stagingScript, stagingName],
      ...[at.folder, at.first, at.second, logs(staging.logsFirst), logs(staging.logsSecond)],
      ...[at.reference, at.artifactDatabase, at.until.replace(" ", "T").replaceAll(":", "-")],
      ...[compression, cipher, pitr?.validateLogIntegrity === false ? "no" : "yes"],
      ...[`${stagingPaths.key}/key`, key ? `key ${key.key} of Secret ${key.secret}` : ""],
      ...[at.work, "/dev/termination-log"],
    ],
  };
}

/** What the pod has for it beside the restore's own volumes: the second claim, and the key. */
export function stagingVolumes({ logsClaim, key }: StagingJob): readonly {
  readonly volume: JsonObject;
  readonly mount: JsonObject;
}[] {
  const name = "restore-logs";
  const logs = {
    volume: { name, persistentVolumeClaim: { claimName: logsClaim, readOnly: true } },
    mount: { name, mountPath: stagingPaths.logs, readOnly: true },
  };
  if (!key) return [logs];
  const items = [{ key: key.key, path: "key" }];
  return [
    logs,
    {
      volume: { name: "restore-key", secret: { secretName: key.secret, items, defaultMode: 0o440 } },
      mount: { name: "restore-key", mountPath: stagingPaths.key, readOnly: true },
    },
  ];
}
