/**
 * For each field of the API two documents that differ in it alone: what a run does must differ as well (`runs`), or the
 * second is refused or warned of at that field. What a simulated world does not have is shown by the named test.
 */
import type { World } from "./world/world.js";
import { sources } from "./story.js";

type Patch = Readonly<Record<string, unknown>>;

export type Shown =
  | {
      readonly how: "runs";
      readonly documents: readonly [unknown, unknown];
      readonly prepare?: (world: World) => void;
    }
  | { readonly how: "refuses" | "warns"; readonly documents: readonly [unknown, unknown] }
  | { readonly how: "elsewhere"; readonly test: string; readonly mentions: string };

interface Pieces {
  readonly spec?: Patch;
  readonly options?: Patch;
  readonly metadata?: Patch;
  readonly beside?: Patch;
}

export function documentOf({ spec, options, metadata, beside }: Pieces): unknown {
  const all = { waitFor: "1s", ...options };
  return {
    metadata: { name: "back-to-monday", namespace: "neo4j", ...metadata },
    spec: {
      ...{ clusterRef: "solo", databaseName: "orders", source: sources.exact, force: true, options: all },
      ...spec,
    },
    ...beside,
  };
}

const pair = (one: Pieces, other: Pieces): readonly [unknown, unknown] => [
  documentOf(one),
  documentOf(other),
];
const runs = (one: Pieces, other: Pieces, prepare?: (world: World) => void): Shown => ({
  ...{ how: "runs", documents: pair(one, other) },
  ...(prepare ? { prepare } : {}),
});
const refuses = (one: Pieces, other: Pieces): Shown => ({ how: "refuses", documents: pair(one, other) });
const warns = (one: Pieces, other: Pieces): Shown => ({ how: "warns", documents: pair(one, other) });
const elsewhere = (test: string, mentions: string): Shown => ({ how: "elsewhere", test, mentions });

const spec = (patch: Patch): Pieces => ({ spec: patch });
const options = (patch: Patch): Pieces => ({ options: patch });
const source = (patch: Patch): Pieces => ({ spec: { source: patch } });
const onClaim = { type: "pvc", pvc: { name: "backups" } };
const stored = (patch: Patch): Pieces =>
  source({ type: "storage", storage: { ...onClaim, ...patch }, backupPath: "daily" });
const s3 = (patch: Patch): Pieces =>
  source({ type: "s3", storage: { bucket: "vault", path: "production", ...patch }, backupPath: "daily" });
const cloud = (patch: Patch): Pieces => s3({ cloud: patch });
const identity = (patch: Patch): Pieces => cloud({ identity: patch });
const base = { type: "storage", storage: onClaim, backupPath: "daily" };
const pitr = (patch: Patch, beside: Patch = {}): Pieces => ({
  ...source({ type: "pitr", ...beside, pitr: { baseBackup: base, ...patch } }),
  beside: { connection: { toolsImage: "tools:1" } },
});
const point = { pointInTime: "2026-02-28T02:00:00Z" };
const baseBackup = (patch: Patch): Pieces => pitr({ baseBackup: { ...base, ...patch } });
const secret = { enabled: true, keySecret: "backup-key" };
const hook = (job: Patch): Pieces =>
  options({ postRestore: { job: { template: { container: { image: "a" } }, ...job } } });
const container = (patch: Patch): Pieces => hook({ template: { container: { image: "a", ...patch } } });
const env = (patch: Patch): Pieces => container({ env: [{ name: "A", ...patch }] });
const keyRef = (patch: Patch): Pieces =>
  env({ valueFrom: { secretKeyRef: { name: "s", key: "k", ...patch } } });
const login = (patch: Patch): Pieces => ({ beside: { connection: { credentialsSecret: patch } } });

const withTwoLogins = (world: World): void => {
  const { password } = world;
  world.secrets.set("other", { username: "neo4j", password, user: "neo4j", secret: password });
};
const withoutBackups = (world: World): void => {
  world.claims.remove("backups");
};

export const everyField: Readonly<Record<string, Shown>> = {
  "RestoreDocument.apiVersion": refuses({}, { beside: { apiVersion: "neo4j.com/v1" } }),
  "RestoreDocument.kind": refuses({}, { beside: { kind: "Neo4jBackup" } }),
  "RestoreDocument.metadata": runs({}, { metadata: { name: "other" } }),
  "RestoreDocument.spec": refuses({}, { beside: { spec: {} } }),
  "RestoreDocument.connection": runs({}, login({ name: "other" }), withTwoLogins),
  "RestoreDocument.mode": elsewhere("tests/cluster/pulumi-operator.test.ts", "another mode restores nothing"),
  "RestoreDocument.trigger": elsewhere("tests/simulation/later-stories.test.ts", "trigger"),

  "RestoreMetadata.name": runs({}, { metadata: { name: "other" } }),
  "RestoreMetadata.namespace": runs({}, { metadata: { namespace: "default" } }),
  "RestoreMetadata.labels": runs({}, { metadata: { labels: { team: "shop" } } }),
  "RestoreMetadata.annotations": elsewhere("tests/unit/spec/request.test.ts", "neo4j.com/restore-trigger"),

  "ConnectionArgs.kubeconfig": elsewhere("tests/unit/adapters/kubernetes/connection.test.ts", "kubeconfig"),
  "ConnectionArgs.context": elsewhere("tests/unit/adapters/kubernetes/connection.test.ts", "context"),
  "ConnectionArgs.credentialsSecret": runs({}, login({ name: "other" }), withTwoLogins),
  "ConnectionArgs.toolsImage": runs(pitr({ encryption: secret }), {
    ...pitr({ encryption: secret }),
    beside: { connection: { toolsImage: "mine" } },
  }),
  "CredentialsSecret.name": runs({}, login({ name: "other" }), withTwoLogins),
  "CredentialsSecret.usernameKey": runs(
    login({ name: "other" }),
    login({ name: "other", usernameKey: "user" }),
    withTwoLogins,
  ),
  "CredentialsSecret.passwordKey": runs(
    login({ name: "other" }),
    login({ name: "other", passwordKey: "secret" }),
    withTwoLogins,
  ),

  "Neo4jRestoreSpec.clusterRef": runs({}, spec({ clusterRef: "absent" })),
  "Neo4jRestoreSpec.source": runs({}, spec({ source: sources.folder })),
  "Neo4jRestoreSpec.databaseName": runs({}, spec({ databaseName: "sales" })),
  "Neo4jRestoreSpec.options": runs({}, options({ verifyBackup: true })),
  "Neo4jRestoreSpec.force": runs({}, spec({ force: false })),
  "Neo4jRestoreSpec.stopCluster": runs({}, spec({ stopCluster: true })),
  "Neo4jRestoreSpec.timeout": runs({}, spec({ timeout: "2h" })),

  "RestoreSource.type": runs({}, source({ type: "backup", backupRef: "nightly" })),
  "RestoreSource.backupRef": runs(
    source({ type: "backup", backupRef: "nightly" }),
    source({ type: "backup", backupRef: "absent" }),
  ),
  "RestoreSource.storage": runs({}, stored({})),
  "RestoreSource.backupPath": runs({}, stored({})),
  "RestoreSource.pointInTime": runs({}, spec({ source: { ...sources.exact, ...point } })),
  "RestoreSource.pitr": runs(
    pitr({}),
    pitr({ logStorage: { type: "pvc", pvc: { name: "logs" }, path: "diffs" } }),
  ),

  "StorageLocation.type": runs(s3({}), stored({})),
  "StorageLocation.bucket": runs(s3({}), s3({ bucket: "other" })),
  "StorageLocation.path": runs(stored({}), stored({ path: "elsewhere" })),
  "StorageLocation.cloud": runs(s3({}), cloud({ forcePathStyle: true })),
  "StorageLocation.pvc": runs(stored({}), stored({ pvc: { name: "logs" } })),
  "PVCSpec.name": runs(stored({}), stored({ pvc: { name: "absent" } })),
  "PVCSpec.size": runs(stored({}), stored({ pvc: { name: "backups", size: "7Gi" } })),
  "PVCSpec.storageClassName": runs(stored({}), stored({ pvc: { name: "backups", storageClassName: "x" } })),
  "CloudBlock.provider": refuses(cloud({ provider: "aws" }), cloud({ provider: "gcp" })),
  "CloudBlock.credentialsSecretRef": runs(cloud({}), cloud({ credentialsSecretRef: "absent" })),
  "CloudBlock.identity": runs(cloud({}), identity({})),
  "CloudBlock.endpointURL": runs(cloud({}), cloud({ endpointURL: "https://minio" })),
  "CloudBlock.forcePathStyle": runs(cloud({ forcePathStyle: false }), cloud({ forcePathStyle: true })),
  "CloudIdentity.provider": refuses(identity({ provider: "aws" }), identity({ provider: "azure" })),
  "CloudIdentity.serviceAccount": runs(identity({}), identity({ serviceAccount: "reader" })),
  "CloudIdentity.autoCreate": runs(identity({}), identity({ autoCreate: { enabled: false } })),
  "AutoCreateSpec.enabled": runs(
    identity({ autoCreate: { enabled: true } }),
    identity({ autoCreate: { enabled: false } }),
  ),
  "AutoCreateSpec.annotations": runs(
    identity({ autoCreate: {} }),
    identity({ autoCreate: { annotations: { role: "reader" } } }),
  ),

  "PITRConfig.baseBackup": runs(pitr({}), baseBackup({ backupPath: "elsewhere" })),
  "PITRConfig.logStorage": runs(
    pitr({ encryption: secret }),
    pitr({ encryption: secret, logStorage: { type: "pvc", pvc: { name: "logs" }, path: "diffs" } }),
  ),
  "PITRConfig.logRetention": runs(
    pitr({}, { pointInTime: "2026-02-27T12:00:00Z" }),
    pitr({ logRetention: "1h" }, { pointInTime: "2026-02-27T12:00:00Z" }),
  ),
  "PITRConfig.recoveryPointObjective": runs(pitr({}, point), pitr({ recoveryPointObjective: "0" }, point)),
  "PITRConfig.validateLogIntegrity": runs(
    pitr({ validateLogIntegrity: true }),
    pitr({ validateLogIntegrity: false }),
  ),
  "PITRConfig.compression": runs(pitr({}), pitr({ compression: {} })),
  "PITRConfig.encryption": runs(pitr({}), pitr({ encryption: secret })),
  "BaseBackupSource.type": runs(pitr({}), pitr({ baseBackup: { type: "backup", backupRef: "nightly" } })),
  "BaseBackupSource.backupRef": runs(
    pitr({ baseBackup: { type: "backup", backupRef: "nightly" } }),
    pitr({ baseBackup: { type: "backup", backupRef: "absent" } }),
  ),
  "BaseBackupSource.storage": runs(pitr({}), baseBackup({ storage: { type: "pvc", pvc: { name: "logs" } } })),
  "BaseBackupSource.backupPath": runs(pitr({}), baseBackup({ backupPath: "elsewhere" })),
  "CompressionConfig.enabled": runs(
    pitr({ compression: { enabled: true } }),
    pitr({ compression: { enabled: false } }),
  ),
  "CompressionConfig.algorithm": runs(
    pitr({ compression: {} }),
    pitr({ compression: { algorithm: "gzip" } }),
  ),
  "CompressionConfig.level": warns(pitr({ compression: {} }), pitr({ compression: { level: 3 } })),
  "EncryptionConfig.enabled": runs(
    pitr({ encryption: secret }),
    pitr({ encryption: { ...secret, enabled: false } }),
  ),
  "EncryptionConfig.algorithm": runs(
    pitr({ encryption: secret }),
    pitr({ encryption: { ...secret, algorithm: "ChaCha20Poly1305" } }),
  ),
  "EncryptionConfig.keySecret": runs(
    pitr({ encryption: secret }),
    pitr({ encryption: { ...secret, keySecret: "absent" } }),
  ),
  "EncryptionConfig.keySecretKey": runs(
    pitr({ encryption: secret }),
    pitr({ encryption: { ...secret, keySecretKey: "absent" } }),
  ),

  "RestoreOptionsSpec.replaceExisting": runs(spec({ force: false }), {
    ...spec({ force: false, options: { replaceExisting: true } }),
  }),
  "RestoreOptionsSpec.verifyBackup": runs(options({ verifyBackup: false }), options({ verifyBackup: true })),
  "RestoreOptionsSpec.additionalArgs": runs({}, options({ additionalArgs: ["--verbose"] })),
  "RestoreOptionsSpec.preRestore": runs({}, options({ preRestore: { cypherStatements: ["RETURN 1"] } })),
  "RestoreOptionsSpec.postRestore": runs({}, options({ postRestore: { cypherStatements: ["RETURN 1"] } })),
  "RestoreOptionsSpec.strategy": runs(spec({ stopCluster: true }), {
    spec: { stopCluster: true },
    options: { strategy: "recreate" },
  }),
  "RestoreOptionsSpec.keepPrevious": runs({}, options({ keepPrevious: "1h" })),
  "RestoreOptionsSpec.waitFor": runs({}, options({ waitFor: "5m" }), withoutBackups),
  "RestoreOptionsSpec.tempPath": runs({}, options({ tempPath: "/data/.neo4j-restore/mine" })),
  "RestoreOptionsSpec.tempStorage": runs({}, options({ tempStorage: { size: "9Gi" } })),
  "TempStorage.size": runs(
    options({ tempStorage: { size: "9Gi" } }),
    options({ tempStorage: { size: "8Gi" } }),
  ),
  "TempStorage.storageClassName": runs(
    options({ tempStorage: { size: "9Gi" } }),
    options({ tempStorage: { size: "9Gi", storageClassName: "fast" } }),
  ),

  "RestoreHooks.job": runs({}, hook({})),
  "RestoreHooks.cypherStatements": runs({}, options({ preRestore: { cypherStatements: ["RETURN 1"] } })),
  "RestoreHookJob.template": runs(hook({}), container({ image: "b" })),
  "RestoreHookJob.timeout": runs(hook({}), hook({ timeout: "90s" })),
  "JobTemplateSpec.container": runs(hook({}), container({ image: "b" })),
  "JobTemplateSpec.backoffLimit": runs(
    hook({}),
    hook({ template: { container: { image: "a" }, backoffLimit: 2 } }),
  ),
  "ContainerSpec.image": runs(hook({}), container({ image: "b" })),
  "ContainerSpec.command": runs(hook({}), container({ command: ["run"] })),
  "ContainerSpec.args": runs(hook({}), container({ args: ["$(A)"] })),
  "ContainerSpec.env": runs(hook({}), env({ value: "" })),
  "EnvVar.name": runs(env({ value: "" }), container({ env: [{ name: "B", value: "" }] })),
  "EnvVar.value": runs(env({ value: "" }), env({ value: "x" })),
  "EnvVar.valueFrom": runs(env({ value: "" }), keyRef({})),
  "EnvVarSource.secretKeyRef": runs(keyRef({}), keyRef({ name: "t" })),
  "EnvVarSource.configMapKeyRef": runs(
    keyRef({}),
    env({ valueFrom: { configMapKeyRef: { name: "s", key: "k" } } }),
  ),
  "EnvKeySelector.name": runs(keyRef({}), keyRef({ name: "t" })),
  "EnvKeySelector.key": runs(keyRef({}), keyRef({ key: "l" })),
  "EnvKeySelector.optional": runs(keyRef({}), keyRef({ optional: false })),
};
