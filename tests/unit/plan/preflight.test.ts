/** What is refused before anything is touched, in its exact words: each check of preflight, and all of them together. */
import type { ClaimView } from "../../../provider/plan/observation.js";
import { claimRemark } from "../../../provider/plan/preflight-claims.js";
import { type Gathered, preflightInput } from "../../../provider/plan/preflight-input.js";
import type { RestoreSource } from "../../../provider/spec/types.js";
import {
  claim,
  gib,
  problems,
  request,
  row,
  server,
  shape,
  silent,
  target,
  volume,
  well,
} from "./preflight-bench.js";

test("nothing where all is well", () => {
  expect(problems({})).toEqual([]);
});

const account = { serviceAccount: "neo4j-restore-sa", make: true, annotations: { role: "reader" } };
const onlyOverwrite = "set spec.force: true or spec.options.replaceExisting: true to overwrite it";

/** A server that does not answer, of that image. */
const away = (image: string): Partial<Gathered> => ({
  request: request({ stopCluster: true }, { additionalArgs: ["--source-database=a"] }),
  server: silent("noPod", "no pod runs"),
  target: {
    ...target,
    statefulSet: {
      ...{ name: "graph", uid: "s", revision: "1", replicas: 0, readyReplicas: 0, rolling: false },
      shape: { ...shape, image },
    },
  },
});
const newerFlag = "--source-database=a is a flag of Neo4j 2025.02 and newer";

test.each<readonly [title: string, change: Partial<Gathered>, reason: string, message: string]>([
  [
    "missing permissions, all of them",
    {
      missingPermissions: [
        { verb: "create", resource: "jobs.batch", namespace: "shop" },
        { verb: "get", resource: "namespaces" },
      ],
    },
    "MissingPermissions",
    "this kubeconfig's user may not: create jobs.batch in shop; get namespaces: grant it, as the Role in docs/permissions.md does",
  ],
  [
    "a login that Neo4j refuses, with stopCluster too",
    { request: request({ stopCluster: true }), server: silent("authentication", "Unauthorized") },
    "AuthenticationFailed",
    "Neo4j refused the login (Unauthorized): correct the admin Secret, or name another with connection.credentialsSecret",
  ],
  [
    "a certificate that is not believed, with stopCluster too",
    { request: request({ stopCluster: true }), server: silent("certificate", "expired: renew it") },
    "CertificateRefused",
    "expired: renew it",
  ],
  [
    "a server that does not answer",
    { server: silent("unreachable", "connection refused") },
    "ServerUnreachable",
    "Bolt does not answer (connection refused): look at the pod's log, or set spec.stopCluster: true to restore offline",
  ],
  ...["4.4.30", "5.25.1", "6.0"].map(
    (version) =>
      [
        `Neo4j ${version}`,
        { server: server([row()], version) },
        "UnsupportedVersion",
        `the server is Neo4j ${version}; supported are 5.26 and 2025.01 and newer: upgrade it, or restore into a newer instance`,
      ] as const,
  ),
  [
    "a name that only newer servers take",
    { request: request({ databaseName: "5gcore" }), server: server([]), volumes: {} },
    "InvalidSpec",
    "spec.databaseName: 5gcore begins with a digit, which Neo4j 2025.01 and newer take and this server, 5.26.0, does not: choose a name that begins with a letter",
  ],
  [
    "a flag that only newer servers know",
    { request: request({}, { additionalArgs: ["--verbose", "--source-database=sales"] }) },
    "InvalidSpec",
    "spec.options.additionalArgs[1]: --source-database=sales is a flag of Neo4j 2025.02 and newer, and the server is 5.26.0: remove it, and name the artifact itself in the source",
  ],
  ...(
    [
      ["neo4j:5.26.0-enterprise", "the server is 5.26.0, by its image's tag"],
      ["host:5000/neo4j:2025.01@sha256:0", "the server is 2025.01, by its image's tag"],
      ["neo4j:5-enterprise", "which version this server has cannot be told while Bolt does not answer"],
      ["ours:1.2", "which version this server has cannot be told while Bolt does not answer"],
    ] as const
  ).map(
    ([image, why]) =>
      [
        `the same where Neo4j does not answer: ${image}`,
        away(image),
        "InvalidSpec",
        `spec.options.additionalArgs[0]: ${newerFlag}, and ${why}: remove it, and name the artifact itself in the source`,
      ] as const,
  ),
  [
    "no flag beside a login that is refused",
    { ...away("neo4j:5.26.0"), server: silent("authentication", "Unauthorized") },
    "AuthenticationFailed",
    "Neo4j refused the login (Unauthorized): correct the admin Secret, or name another with connection.credentialsSecret",
  ],
  [
    "an alias",
    { request: request({ databaseName: "sales" }), server: server([]), volumes: {} },
    "DatabaseNotRestorable",
    "spec.databaseName: sales is an alias: name the database it stands for",
  ],
  ...["composite", "system", "sharded property"].map(
    (type) =>
      [
        `a ${type} database`,
        { server: server([row({ type })]) },
        "DatabaseNotRestorable",
        `spec.databaseName: orders is a ${type} database; only standard ones can be restored: name one`,
      ] as const,
  ),
  [
    "an existing database without consent, with what would be lost",
    { request: request({ force: false }, { replaceExisting: false }) },
    "DatabaseExists",
    `database orders exists (last transaction 90412, created 2025-06-01T08:00:00Z) and would be replaced: ${onlyOverwrite}`,
  ],
  [
    "leftover files without consent",
    { request: request({ force: false }), server: server([]) },
    "DatabaseExists",
    `store files of a former database orders lie on the volume: ${onlyOverwrite}`,
  ],
  [
    "a database of which nothing can be told, without consent",
    { request: request({ force: false, stopCluster: true }), server: silent("noPod", "no pod runs") },
    "DatabaseExists",
    `whether database orders exists cannot be told while Bolt does not answer: ${onlyOverwrite}`,
  ],
  ...(["designatedSeeder", "recreate"] as const).map(
    (strategy) =>
      [
        `strategy ${strategy} for one server`,
        { request: request({}, { strategy }) },
        "StrategyNotPossible",
        `spec.options.strategy ${strategy} is for a cluster of several servers; this target has one: write auto, swap or inPlace`,
      ] as const,
  ),
  [
    "a data claim for one pod alone",
    {
      target: { ...target, dataClaims: [claim("neo4j-data-graph-0", { accessModes: ["ReadWriteOncePod"] })] },
    },
    "ClaimNotShareable",
    "claim neo4j-data-graph-0 is ReadWriteOncePod, so no Job can use it beside the server: set spec.stopCluster: true",
  ],
  [
    "backups attached to another node",
    {
      backupClaims: [
        claim("logs", { users: [{ pod: "same", node: "node-1" }] }),
        claim("backups", { users: [{ pod: "pending" }, { pod: "reader", node: "node-2" }] }),
      ],
    },
    "ClaimPinnedElsewhere",
    "claim backups (ReadWriteOnce) is in use by pod reader on node node-2; the restore must run on node node-1: stop that pod, or copy the backup to a claim that several nodes can mount",
  ],
  [
    "a ServiceAccount with other annotations",
    { identity: account, serviceAccount: { name: "neo4j-restore-sa", annotations: { role: "writer" } } },
    "ServiceAccountDiffers",
    "ServiceAccount neo4j-restore-sa exists with other annotations: role is writer, asked for is reader: correct one of the two, or name another account in identity.serviceAccount",
  ],
  [
    "a ServiceAccount without the annotation",
    { identity: account, serviceAccount: { name: "neo4j-restore-sa", annotations: {} } },
    "ServiceAccountDiffers",
    "ServiceAccount neo4j-restore-sa exists with other annotations: role is not set, asked for is reader: correct one of the two, or name another account in identity.serviceAccount",
  ],
  [
    "an almost full volume",
    { volumes: { "graph-0": { ...volume, freeBytes: 9 * gib } } },
    "NotEnoughSpace",
    "only 9Gi of 100Gi are free on the data volume; a tenth must stay free during a restore: enlarge the volume, or set spec.options.strategy: inPlace, which removes the old store first and keeps no way back",
  ],
])("refused: %s", (_title, change, reason, message) => {
  expect(problems(change)).toEqual([[reason, message]]);
});

test.each<readonly [title: string, change: Partial<Gathered>]>([
  ["force alone", { request: request({ force: true }, { replaceExisting: false }) }],
  ["replaceExisting alone", { request: request({ force: false }, { replaceExisting: true }) }],
  [
    "no consent where nothing is there",
    { request: request({ force: false }), server: server([]), volumes: {} },
  ],
  [
    "an almost full volume with inPlace",
    {
      request: request({}, { strategy: "inPlace" }),
      volumes: { "graph-0": { ...volume, freeBytes: gib, storeBytes: 60 * gib } },
    },
  ],
  ["Neo4j 2025.01.0", { server: server([row()], "2025.01.0") }],
  ["Neo4j 5.27.0", { server: server([row()], "5.27.0") }],
  [
    "a leading digit on a newer server",
    { request: request({ databaseName: "5gcore" }), server: server([], "2025.01.0"), volumes: {} },
  ],
  [
    "--source-database on a newer server",
    {
      request: request({}, { additionalArgs: ["--source-database=a"] }),
      server: server([row()], "2025.02.0"),
    },
  ],
  ["--source-database where the tag of the image tells a newer one", away("neo4j:2025.02.0-enterprise")],
  [
    "a silent server with stopCluster",
    { request: request({ stopCluster: true }), server: silent("noPod", "") },
  ],
  [
    "a claim for one pod with stopCluster",
    {
      request: request({ stopCluster: true }),
      target: { ...target, dataClaims: [claim("neo4j-data-graph-0", { accessModes: ["ReadWriteOncePod"] })] },
    },
  ],
  [
    "backups that several nodes can mount",
    {
      backupClaims: [
        claim("b", { accessModes: ["ReadOnlyMany", "ReadWriteOnce"], users: [{ pod: "x", node: "node-2" }] }),
      ],
    },
  ],
  [
    "annotations that are there with more",
    {
      identity: account,
      serviceAccount: { name: "neo4j-restore-sa", annotations: { role: "reader", a: "b" } },
    },
  ],
  ["a ServiceAccount that is not there yet", { identity: account, serviceAccount: "absent" }],
  ["exactly a tenth free", { volumes: { "graph-0": { ...volume, freeBytes: 10 * gib } } }],
])("no problem: %s", (_title, change) => {
  expect(problems(change)).toEqual([]);
});

test("all problems are told at once", () => {
  const found = problems({
    missingPermissions: [{ verb: "create", resource: "jobs.batch" }],
    request: request({ force: false }, { strategy: "recreate", additionalArgs: ["--source-database=a"] }),
    volumes: { "graph-0": { ...volume, freeBytes: 1 } },
  });
  expect(found.map(([reason]) => reason)).toEqual([
    ...["MissingPermissions", "InvalidSpec", "DatabaseExists", "StrategyNotPossible", "NotEnoughSpace"],
  ]);
});

describe("what was written about a claim is compared with it", () => {
  const pvc = { name: "backups", size: "10Gi", storageClassName: "fast" };
  const there = claim("backups", { capacityBytes: 20 * gib, storageClassName: "slow" });
  const remark = (of: RestoreSource, backupClaims: readonly ClaimView[]): string | undefined =>
    claimRemark(preflightInput({ ...well, request: request({ source: of }), backupClaims }));
  const storage = { type: "pvc" as const, pvc };
  const base = { type: "storage" as const, storage };

  test.each<readonly [string, RestoreSource]>([
    ["source.storage", { type: "storage", storage }],
    ["pitr.baseBackup", { type: "pitr", pitr: { baseBackup: base } }],
    [
      "pitr.logStorage",
      { type: "pitr", pitr: { baseBackup: { type: "backup", backupRef: "a" }, logStorage: storage } },
    ],
  ])("of %s", (_title, of) => {
    expect(remark(of, [claim("other"), there])).toBe(
      "claim backups is read as it is: its size is 20Gi, not 10Gi, its class is slow, not fast",
    );
  });

  test("nothing where it fits, or is not known", () => {
    const fits = claim("backups", { capacityBytes: 10 * gib, storageClassName: "fast" });
    expect(remark({ type: "storage", storage }, [fits])).toBeUndefined();
    expect(remark({ type: "storage", storage }, [])).toBeUndefined();
    const unset = { type: "pvc" as const, pvc: { name: "backups", storageClassName: "fast" } };
    expect(remark({ type: "storage", storage: unset }, [claim("backups")])).toBe(
      "claim backups is read as it is: its class is unset, not fast",
    );
  });
});
