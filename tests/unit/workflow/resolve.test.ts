/** What Resolve waits for and what it refuses, in its exact words: target, backup, claims, Secrets, identity, tools image. */
import {
  absent,
  admin,
  aws,
  azure,
  claim,
  encrypted,
  moveOf,
  nightly,
  pitr,
  pod,
  s3,
  secret,
  seenTarget,
  set,
  tools,
  withoutSet,
  type Asked,
} from "./resolve-bench.js";

const minute = 60_000;
const build =
  "build image/tools of this product's repository (docker build -t REGISTRY/neo4j-restore-tools image/tools), push it and name it there";

test("goes on where all is there, and says what it has found", () => {
  expect(moveOf({})).toEqual({
    kind: "next",
    message: "Neo4jEnterpriseStandalone graph; backup on claim vault",
  });
  expect(moveOf({ source: s3() })).toEqual({
    kind: "next",
    message: "Neo4jEnterpriseStandalone graph; backup at s3://b",
  });
});

test.each<readonly [title: string, asked: Asked, reason: string, message: string]>([
  [
    "no target",
    { seen: { target: { found: "none" } } },
    "TargetNotFound",
    "no Neo4jEnterpriseCluster or Neo4jEnterpriseStandalone graph in namespace shop",
  ],
  [
    "a target without StatefulSet",
    { seen: { target: { found: "one", target: withoutSet() } } },
    "TargetNotReady",
    "Neo4jEnterpriseStandalone graph in namespace shop has no StatefulSet yet",
  ],
  [
    "a roll-out",
    { seen: seenTarget({ statefulSet: { ...set, rolling: true } }) },
    "TargetNotReady",
    "StatefulSet graph is being rolled out",
  ],
  [
    "no pod that runs",
    { seen: seenTarget({ pods: [{ ...pod, running: false }] }) },
    "TargetNotReady",
    "no pod of StatefulSet graph runs; start it, or set spec.stopCluster: true to restore offline",
  ],
  [
    "a target without a data claim",
    { seen: seenTarget({ dataClaims: [claim("neo4j-data-graph-0", false)] }) },
    "ClaimNotFound",
    "Neo4jEnterpriseStandalone graph in namespace shop has no data claim yet",
  ],
  ["no backup", { seen: { backup: "absent" } }, "BackupNotReady", "Neo4jBackup nightly does not exist yet"],
  [
    "a backup that runs for the first time",
    { seen: { backup: { ...nightly, phase: "Running", runs: [] } } },
    "BackupNotReady",
    "Neo4jBackup nightly has no successful run yet (phase Running)",
  ],
  [
    "a backup that says nothing yet",
    { seen: { backup: { ...nightly, runs: [] } } },
    "BackupNotReady",
    "Neo4jBackup nightly has no successful run yet (phase unknown)",
  ],
  [
    "a backup that has failed, with its error",
    { seen: { backup: { ...nightly, phase: "Failed", runs: [{ succeeded: false, error: "disk full" }] } } },
    "BackupNotReady",
    "Neo4jBackup nightly has no successful run yet (phase Failed: disk full)",
  ],
  [
    "the base backup of pitr",
    { source: pitr({}), seen: { backup: "absent" } },
    "BackupNotReady",
    "Neo4jBackup nightly does not exist yet",
  ],
  [
    "no claim with the backups",
    { seen: { claims: [claim("vault", false)] } },
    "ClaimNotFound",
    "claim vault in namespace shop (the backup's) does not exist",
  ],
  [
    "no admin Secret",
    { seen: { secrets: [absent("admin")] } },
    "SecretNotFound",
    "Secret admin in namespace shop does not exist",
  ],
  [
    "an admin Secret without a password",
    { seen: { secrets: [secret("admin", "username", "token")] } },
    "SecretNotFound",
    "Secret admin needs the keys username and password, or NEO4J_AUTH; it has username, token",
  ],
  [
    "keys of connection.credentialsSecret",
    {
      connection: { credentialsSecret: { name: "restorer", usernameKey: "user", passwordKey: "word" } },
      seen: { secrets: [secret("restorer")] },
    },
    "SecretNotFound",
    "Secret restorer needs the keys user and word, or NEO4J_AUTH; it has none",
  ],
  [
    "the authority of a server with TLS",
    {
      seen: {
        ...seenTarget({ tls: { caSecret: "graph-tls", names: ["graph"] } }),
        secrets: [admin, secret("graph-tls", "tls.crt", "tls.key")],
      },
    },
    "SecretNotFound",
    "Secret graph-tls needs the key ca.crt, the authority that issued Neo4j's certificate; it has tls.crt, tls.key. Where the issuer leaves it out, name a Secret with it in spec.tls.trustedCASecret of the target",
  ],
  [
    "no Secret of the store",
    { source: s3(aws), seen: { secrets: [admin, absent("aws")] } },
    "SecretNotFound",
    "Secret aws in namespace shop does not exist",
  ],
  [
    "a key of the store's Secret",
    { source: s3(aws), seen: { secrets: [admin, secret("aws", "AWS_REGION")] } },
    "SecretNotFound",
    "Secret aws needs the keys AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY; it has AWS_REGION",
  ],
  [
    "the account in an Azure Secret",
    {
      source: azure({ credentialsSecretRef: "az" }, "container"),
      seen: {
        secrets: [admin, secret("az", "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_SECRET")],
      },
    },
    "SecretNotFound",
    "Secret az needs the key AZURE_STORAGE_ACCOUNT, or storage.bucket the form account/container; it has AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_TENANT_ID",
  ],
  [
    "the key of the logs' store",
    {
      source: pitr({
        logStorage: { type: "gcs", bucket: "logs", cloud: { credentialsSecretRef: "google" } },
      }),
      connection: tools,
      seen: { secrets: [admin, secret("google")] },
    },
    "SecretNotFound",
    "Secret google needs the key GOOGLE_APPLICATION_CREDENTIALS_JSON; it has no key",
  ],
  [
    "no Secret to decrypt with",
    { source: encrypted, connection: tools, seen: { secrets: [admin, absent("vault-key")] } },
    "SecretNotFound",
    "Secret vault-key in namespace shop does not exist",
  ],
  [
    "the key to decrypt with",
    { source: encrypted, connection: tools, seen: { secrets: [admin, secret("vault-key", "passphrase")] } },
    "SecretNotFound",
    "Secret vault-key needs the key key (spec.source.pitr.encryption.keySecretKey); it has passphrase",
  ],
  [
    "no ServiceAccount of that name",
    { source: s3({ identity: { serviceAccount: "reader" } }), seen: { serviceAccount: "absent" } },
    "ServiceAccountNotFound",
    "ServiceAccount reader in namespace shop does not exist",
  ],
])("waits for: %s", (_title, asked, reason, message) => {
  expect(moveOf(asked)).toEqual({
    ...{ kind: "wait", reason, message, pollMs: expect.any(Number) as number },
    limitMs: 10 * minute,
  });
  const patient = { ...asked, spec: { options: { waitFor: "1h" } } };
  expect(moveOf(patient)).toMatchObject({ kind: "wait", limitMs: 60 * minute });
});

test.each<readonly [title: string, asked: Asked, reason: string, message: string]>([
  [
    "a cluster and a standalone of one name",
    { seen: { target: { found: "both" } } },
    "AmbiguousTarget",
    "spec.clusterRef: both a Neo4jEnterpriseCluster and a Neo4jEnterpriseStandalone graph in namespace shop exist: rename one of them",
  ],
  [
    "no definitions",
    { seen: { target: { found: "noDefinitions" } } },
    "DefinitionsMissing",
    "this Kubernetes has neither Neo4jEnterpriseCluster nor Neo4jEnterpriseStandalone: is it the right context?",
  ],
  [
    "a target that goes",
    { seen: seenTarget({ terminating: true }) },
    "TargetTerminating",
    "Neo4jEnterpriseStandalone graph in namespace shop is being deleted: restore into another target",
  ],
  [
    "a backup in a storage that nobody knows",
    { seen: { backup: { ...nightly, storage: { type: "tape" } } } },
    "InvalidSpec",
    'Neo4jBackup nightly has storage of type "tape"; known are s3, gcs, azure and pvc',
  ],
  [
    "a base that no history names and that has to be staged",
    {
      source: encrypted,
      connection: tools,
      seen: {
        backup: {
          ...nightly,
          runs: [{ succeeded: true, startedAt: "2026-03-01T10:00:00Z", completedAt: "2026-03-01T10:05:00Z" }],
        },
      },
    },
    "InvalidSpec",
    "the newest run of the Neo4jBackup names no file, and what is staged has to be known before: name the full backup in spec.source.pitr.baseBackup.backupPath",
  ],
  [
    "pitr that has to be staged, without the tools image",
    { source: encrypted },
    "InvalidSpec",
    `connection.toolsImage is missing (for an operator that can't tell its own image: its flag --tools-image): pitr with logStorage, compression or encryption is staged by that image, and none is published; ${build}`,
  ],
  [
    "an Azure account key without the tools image",
    {
      source: azure({ credentialsSecretRef: "az" }),
      seen: { secrets: [admin, secret("az", "AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_KEY")] },
    },
    "InvalidSpec",
    `connection.toolsImage is missing (for an operator that can't tell its own image: its flag --tools-image): Secret az holds an Azure account key (AZURE_STORAGE_KEY), which neo4j-admin does not take; ${build}, or use a Secret with AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET`,
  ],
])("refused: %s", (_title, asked, reason, message) => {
  expect(moveOf(asked)).toEqual({ kind: "fail", fault: { kind: "terminal", reason, message } });
});

test.each<readonly [title: string, asked: Asked]>([
  [
    "a target without a running pod, with stopCluster",
    { spec: { stopCluster: true }, seen: seenTarget({ pods: [] }) },
  ],
  ["an admin Secret with NEO4J_AUTH alone", { seen: { secrets: [secret("admin", "NEO4J_AUTH")] } }],
  ["a ServiceAccount that is made", { source: s3({ identity: {} }), seen: { serviceAccount: "absent" } }],
  [
    "a Secret without a login beside an identity",
    {
      source: s3({ ...aws, identity: { serviceAccount: "reader" } }),
      seen: { secrets: [admin, secret("aws", "AWS_REGION")] },
    },
  ],
  [
    "an Azure account key with the tools image",
    {
      source: azure({ credentialsSecretRef: "az" }),
      connection: tools,
      seen: { secrets: [admin, secret("az", "AZURE_STORAGE_KEY")] },
    },
  ],
])("neither waited for nor refused: %s", (_title, asked) => {
  expect(moveOf(asked).kind).toBe("next");
});
