// What a user may say about a restore: the public types, self-contained (a user's compiler needs nothing else).
// Invariants: the zod definition (schema.ts) is the one source and a type-level test proves these equal to it;
// everything is readonly; durations, sizes and instants are the strings that Kubernetes and Neo4j use.

export type {
  Neo4jRestoreStatus,
  PreviousStore,
  RestoreBackupInfo,
  RestoreCondition,
  RestoreConditionType,
  RestorePhase,
  RestoreProgress,
  RestoreStats,
  RestoreStep,
  RestoreTarget,
} from "./status-types.js";

/** Where the backup comes from. `s3`, `gcs` and `azure` are `storage` with that backend. */
export type SourceType = "backup" | "storage" | "pitr" | "s3" | "gcs" | "azure";
export type StorageType = "s3" | "gcs" | "azure" | "pvc";
export type CloudProvider = "aws" | "gcp" | "azure";
/** How the database is brought back; see the guide on strategies. */
export type RestoreStrategy = "auto" | "swap" | "inPlace" | "designatedSeeder" | "seedURI" | "recreate";
export type CompressionAlgorithm = "gzip" | "lz4" | "zstd";
export type EncryptionAlgorithm = "AES256" | "ChaCha20Poly1305";

/** A claim that holds backups. */
export interface PVCSpec {
  /** Existing claim in the restore's namespace; mounted read-only. */
  readonly name: string;
  /** Informative: compared with the existing claim. */
  readonly storageClassName?: string;
  /** Informative: compared with the existing claim (`100Gi`). */
  readonly size?: string;
}

/** A ServiceAccount that is made for the restore Job. */
export interface AutoCreateSpec {
  /** Make the ServiceAccount `neo4j-restore-sa`. Default true. */
  readonly enabled?: boolean;
  /** Annotations of that ServiceAccount, such as the role it may assume. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Workload identity of the restore Job. */
export interface CloudIdentity {
  /** Must agree with the cloud's provider. */
  readonly provider?: CloudProvider;
  /** Existing ServiceAccount that the Job runs as. */
  readonly serviceAccount?: string;
  readonly autoCreate?: AutoCreateSpec;
}

/** How object storage is reached. */
export interface CloudBlock {
  /** aws for s3, gcp for gcs, azure for azure. Default: what the storage type says. */
  readonly provider?: CloudProvider;
  /** Secret whose keys become the Job's environment. Absent: ambient workload identity. */
  readonly credentialsSecretRef?: string;
  readonly identity?: CloudIdentity;
  /** Address of an S3-compatible store (`https://minio.example:9000`). */
  readonly endpointURL?: string;
  /** Address buckets by path rather than by host name (S3-compatible stores). Default false. */
  readonly forcePathStyle?: boolean;
}

/** A place that holds backups. */
export interface StorageLocation {
  /** Backend. May be left out where the source's type says it (`s3`, `gcs`, `azure`). */
  readonly type?: StorageType;
  /** Bucket or container; for Azure also `account/container`. */
  readonly bucket?: string;
  /** Folder within the bucket or claim. */
  readonly path?: string;
  readonly cloud?: CloudBlock;
  readonly pvc?: PVCSpec;
}

/** The backup on which the transaction logs are applied. */
export interface BaseBackupSource {
  readonly type: "backup" | "storage";
  /** Name of a Neo4jBackup (type `backup`). */
  readonly backupRef?: string;
  /** Storage location (type `storage`). */
  readonly storage?: StorageLocation;
  /** Artifact or folder within the storage. */
  readonly backupPath?: string;
}

/** Compression of the artifacts in the log storage. */
export interface CompressionConfig {
  /** Unpack compressed artifacts. Default true. */
  readonly enabled?: boolean;
  /** Must match the files where it is written. Default: told from the files. */
  readonly algorithm?: CompressionAlgorithm;
  /** Informative: belongs to writing. */
  readonly level?: number;
}

/** Encryption of the artifacts in the log storage. */
export interface EncryptionConfig {
  /** Decrypt the artifacts. Default false. */
  readonly enabled?: boolean;
  /** AES256 = OpenPGP with a passphrase, ChaCha20Poly1305 = age. Default AES256. */
  readonly algorithm?: EncryptionAlgorithm;
  /** Secret that holds the key. */
  readonly keySecret?: string;
  /** Key within that Secret. Default `key`. */
  readonly keySecretKey?: string;
}

/** Recovery to a point in time from a base backup and what followed it. */
export interface PITRConfig {
  readonly baseBackup: BaseBackupSource;
  /** Where the differential artifacts lie, when not beside the base. */
  readonly logStorage?: StorageLocation;
  /** How long logs are kept; explains a missing artifact. Go duration, default `168h`. */
  readonly logRetention?: string;
  /** Largest accepted gap between the point and the reachable history. Go duration, default `1m`. */
  readonly recoveryPointObjective?: string;
  /** Check that the chain has no gap before restoring. Default true. */
  readonly validateLogIntegrity?: boolean;
  readonly compression?: CompressionConfig;
  readonly encryption?: EncryptionConfig;
}

/** The backup to restore. */
export interface RestoreSource {
  readonly type: SourceType;
  /** Name of a Neo4jBackup (type `backup`). */
  readonly backupRef?: string;
  /** Storage location (types `storage`, `s3`, `gcs`, `azure`). */
  readonly storage?: StorageLocation;
  /** Exact artifact (`….backup`) or a folder, of which the newest artifact of the database is taken. */
  readonly backupPath?: string;
  /** Restore up to this instant (RFC 3339, any offset; whole seconds). */
  readonly pointInTime?: string;
  /** Type `pitr`. */
  readonly pitr?: PITRConfig;
}

/** A key of a Secret or ConfigMap. */
export interface EnvKeySelector {
  readonly name: string;
  readonly key: string;
  /** Start without the variable when the key is missing. Default false. */
  readonly optional?: boolean;
}

/** Where a variable's value comes from: exactly one of the two. */
export interface EnvVarSource {
  readonly secretKeyRef?: EnvKeySelector;
  readonly configMapKeyRef?: EnvKeySelector;
}

/** An environment variable: either `value` or `valueFrom`. */
export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: EnvVarSource;
}

export interface ContainerSpec {
  readonly image: string;
  /** Entry point; absent: the image's. */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
}

export interface JobTemplateSpec {
  readonly container: ContainerSpec;
  /** How often Kubernetes may retry the pod. Default 3. */
  readonly backoffLimit?: number;
}

/** A Kubernetes Job that runs as a hook. */
export interface RestoreHookJob {
  readonly template: JobTemplateSpec;
  /** Go duration, default `30m`; at the end of it the hook has failed. */
  readonly timeout?: string;
}

/** What runs before or after the restore: first the statements, then the Job. */
export interface RestoreHooks {
  readonly job?: RestoreHookJob;
  /** Cypher statements, one auto-commit transaction each. */
  readonly cypherStatements?: readonly string[];
}

/** A claim that is created for the run's temporary files. */
export interface TempStorage {
  /** Size of the claim (`50Gi`). */
  readonly size: string;
  /** Default: the cluster's default class. */
  readonly storageClassName?: string;
}

export interface RestoreOptionsSpec {
  /** Consent to replace an existing database (same as `force`). Default false. */
  readonly replaceExisting?: boolean;
  /** Check the restored store's consistency before anything stops. Default false. */
  readonly verifyBackup?: boolean;
  /** Further arguments of `neo4j-admin database restore`, from a short list. */
  readonly additionalArgs?: readonly string[];
  /** Runs before anything stops. */
  readonly preRestore?: RestoreHooks;
  /** Runs once the restored database serves. */
  readonly postRestore?: RestoreHooks;
  /** How the database is brought back. Default `auto`. */
  readonly strategy?: RestoreStrategy;
  /** How long the replaced store is kept for `undo`. Go duration, `0` = not at all; default `24h` where space allows. */
  readonly keepPrevious?: string;
  /** How long a run waits for an absent target, backup, Secret or a busy lock. Go duration, default `10m`. */
  readonly waitFor?: string;
  /** Folder for temporary files, below `/temp` or `/data/.neo4j-restore`. Default: chosen by the run. */
  readonly tempPath?: string;
  readonly tempStorage?: TempStorage;
}

/** A restore, as the custom resource has it. */
export interface Neo4jRestoreSpec {
  /** Neo4jEnterpriseCluster or Neo4jEnterpriseStandalone in the restore's namespace. */
  readonly clusterRef: string;
  readonly source: RestoreSource;
  /** Database to restore; lower-cased. */
  readonly databaseName: string;
  readonly options?: RestoreOptionsSpec;
  /** Consent to replace an existing database. Default false. */
  readonly force?: boolean;
  /** Restore offline, with the whole instance scaled to 0. Default false. */
  readonly stopCluster?: boolean;
  /** Go duration from the lock to the point of no return. Default `24h`. */
  readonly timeout?: string;
}

export interface RestoreMetadata {
  /** Name of the restore and of its objects. In Pulumi the default is the resource's name. */
  readonly name?: string;
  /** Default: the namespace of the Kubernetes context, else `default`. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A Secret with the Neo4j user to work as. */
export interface CredentialsSecret {
  readonly name: string;
  /** Default `username`. */
  readonly usernameKey?: string;
  /** Default `password`. */
  readonly passwordKey?: string;
}

/** How Kubernetes and Neo4j are reached. Absent: as kubectl does it, and with the target's admin Secret. */
export interface ConnectionArgs {
  /** Content or path of a kubeconfig. */
  readonly kubeconfig?: string;
  /** Context within the kubeconfig. Default: its current one. */
  readonly context?: string;
  readonly credentialsSecret?: CredentialsSecret;
  /** Image with the tools that fetch, unpack and decrypt artifacts where Neo4j can't. */
  readonly toolsImage?: string;
}

/** The whole document: the custom resource, and beside it what only a direct run needs. */
export interface RestoreDocument {
  readonly apiVersion?: "neo4j.neo4j.com/v1beta1";
  readonly kind?: "Neo4jRestore";
  readonly metadata?: RestoreMetadata;
  readonly spec: Neo4jRestoreSpec;
  readonly connection?: ConnectionArgs;
  /** Any text; a new value runs the restore again. */
  readonly trigger?: string;
}
