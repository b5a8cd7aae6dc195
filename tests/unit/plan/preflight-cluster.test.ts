/** What is refused of a cluster of several servers, and of its strategy and layout, before anything is touched: exact words. */
import type { ClaimView, DatabaseRow, ServerView, TargetView } from "../../../provider/plan/observation.js";
import { preflight } from "../../../provider/plan/preflight.js";
import { type Gathered, preflightInput } from "../../../provider/plan/preflight-input.js";
import type { SourceLocation } from "../../../provider/plan/source.js";
import type { RestoreRequest } from "../../../provider/spec/request.js";
import type { Neo4jRestoreSpec, RestoreOptionsSpec } from "../../../provider/spec/types.js";

const names = ["graph-server-0", "graph-server-1", "graph-server-2"] as const;
const claim = (pod: string): ClaimView => ({
  ...{ name: `data-${pod}`, exists: true, terminating: false, accessModes: ["ReadWriteOnce"], bound: true },
  ...{ users: [], protected: false },
});
const shapeOf = (pod: string) => ({
  ...{ container: "neo4j", image: "neo4j:5", imagePullSecrets: [], env: [], tolerations: [] },
  mounts: [{ name: "data", mountPath: "/data" }],
  volumes: [{ name: "data", persistentVolumeClaim: { claimName: `data-${pod}` } }],
});
const podOf = (name: string) => ({
  ...{ name, uid: name, ready: true, terminating: false, running: true, shape: shapeOf(name) },
});
const target: TargetView = {
  ...{ kind: "Neo4jEnterpriseCluster", name: "graph", namespace: "shop", uid: "u", terminating: false },
  ...{ servers: 3, adminSecret: "admin", pods: names.map(podOf), dataClaims: names.map(claim) },
  statefulSet: {
    ...{ name: "graph-server", uid: "s", revision: "1", replicas: 3, readyReplicas: 3, rolling: false },
    shape: shapeOf("graph-server-0"),
  },
};
const row: DatabaseRow = {
  ...{ name: "orders", type: "standard", access: "read-write", writer: true, requestedStatus: "online" },
  ...{ currentStatus: "online", statusMessage: "", isDefault: false, address: `${names[0]}.graph:7687` },
};
const server = (databases: readonly DatabaseRow[], version = "5.26.0"): ServerView => ({
  ...{ reachable: true, version, edition: "enterprise", databases, aliases: [] },
  servers: names.map((name) => ({
    ...{ serverId: `id-${name}`, address: `${name}.graph:7687`, state: "Enabled", health: "Available" },
    ...{ mode: "NONE", allowed: [], denied: [] },
  })),
});
const silent: ServerView = { reachable: false, reason: "noPod", message: "no pod runs" };
const volume = { totalBytes: 100, freeBytes: 60, hasStore: true, storeBytes: 1, directories: {} };
const empty = { ...volume, hasStore: false };

const request = (options?: RestoreOptionsSpec, spec: Partial<Neo4jRestoreSpec> = {}): RestoreRequest => ({
  ...{ name: "r", labels: {}, annotations: {} },
  spec: {
    ...{ clusterRef: "graph", databaseName: "orders", force: true },
    source: { type: "storage", storage: { type: "pvc", pvc: { name: "backups" } } },
    ...(options ? { options } : {}),
    ...spec,
  },
});

const seed: SourceLocation = {
  cloud: { type: "s3", asServers: true },
  ...{ first: "s3://b/a.backup", second: "s3://b/a.backup", reference: "", artifactDatabase: "orders" },
};
const well: Gathered = {
  ...{ request: request(), target, server: server([row]), volumes: { [names[0]]: volume } },
  ...{ backupClaims: [], identity: undefined, serviceAccount: undefined, missingPermissions: [] },
  attachments: { options: {}, aliases: [], privileges: [] },
  source: seed,
};
const problems = (change: Partial<Gathered>): readonly (readonly [string, string])[] =>
  preflight(preflightInput({ ...well, ...change })).map(({ reason, message }) => [reason, message]);

const seedURI = (spec: Partial<Neo4jRestoreSpec> = {}): RestoreRequest =>
  request({ strategy: "seedURI" }, spec);
const seeder = "write options.strategy: designatedSeeder";
const pointed = seedURI({ source: { type: "s3", pointInTime: "2026-03-01T10:00:00Z" } });
const { cloud: _, ...elsewhere } = seed;

test.each<readonly [title: string, change: Partial<Gathered>, reason: string, message: string]>([
  [
    "several servers with a copy, none of which answers",
    {
      request: request(undefined, { stopCluster: true }),
      ...{ server: silent, volumes: { [names[0]]: volume, [names[1]]: volume, [names[2]]: empty } },
    },
    "CannotStopDatabase",
    [
      "no server of graph answers Bolt (no pod runs), so database orders cannot be stopped: after an offline restore the other servers' old copies of it would start first and could win",
      "Bring a majority of the servers back (kubectl -n shop logs graph-server-0; then SHOW SERVERS on system) and run again; it is enough that STOP DATABASE orders can be carried out.",
      "Where that cannot be: restore into a new cluster, or into a Neo4jEnterpriseStandalone.",
    ].join("\n"),
  ],
  [
    "no server that may seed",
    { server: { ...server([row]), servers: [] } as ServerView },
    "StrategyNotPossible",
    "no server can seed database orders: graph-server-0 is not in SHOW SERVERS by its address; graph-server-1 does not host orders; graph-server-2 does not host orders",
  ],
  [
    "a new database where no server runs",
    {
      ...{ server: server([]), volumes: {} },
      target: { ...target, pods: names.map((name) => ({ ...podOf(name), running: false })) },
    },
    "StrategyNotPossible",
    "no server can seed database orders: graph-server-0 does not run; graph-server-1 does not run; graph-server-2 does not run",
  ],
  [
    "what DROP DATABASE takes and cannot be given back",
    {
      attachments: {
        options: {},
        aliases: [
          { name: "plain", plain: true },
          { name: "remote", plain: false },
        ],
        privileges: [
          "GRANT ACCESS ON DATABASE `orders` TO `reader`",
          "GRANT IMMUTABLE ACCESS ON DATABASE `orders` TO `root`",
        ],
      },
    },
    "StrategyNotPossible",
    "designatedSeeder drops the database and could not give back: alias remote (it has properties); privilege GRANT IMMUTABLE ACCESS ON DATABASE `orders` TO `root`: remove it and add it again after the restore, or write options.strategy: recreate",
  ],
  [
    "store files of a database that does not exist, on another server",
    { server: server([]), volumes: { [names[0]]: empty, [names[1]]: volume, [names[2]]: volume } },
    "DatabaseExists",
    "database orders does not exist, but store files of that name lie on graph-server-1, graph-server-2: remove databases/orders and transactions/orders below /data there",
  ],
  ...(["swap", "inPlace"] as const).map(
    (strategy) =>
      [
        `strategy ${strategy}`,
        { request: request({ strategy }) },
        "StrategyNotPossible",
        `spec.options.strategy ${strategy} is for a target of one server; on a cluster of several, another server's old copy could win: write auto, designatedSeeder or recreate`,
      ] as const,
  ),
  [
    "seedURI of a Neo4jBackup on a claim",
    { request: seedURI(), source: { ...elsewhere, claim: "vault" } },
    "StrategyNotPossible",
    `spec.options.strategy seedURI: the backup lies on claim vault, which the servers do not mount: copy it to a bucket that all of them can read, or ${seeder}`,
  ],
  [
    "seedURI of what has to be staged",
    { request: seedURI(), source: { ...seed, staging: {} } },
    "StrategyNotPossible",
    `spec.options.strategy seedURI: the backups are brought together by a Job (source.pitr with logStorage, compression or encryption), which no server reads: ${seeder}`,
  ],
  [
    "seedURI of an existing database to a point in time",
    { request: pointed },
    "StrategyNotPossible",
    `spec.options.strategy seedURI: Neo4j recreates a database from a whole artifact only, not up to source.pointInTime: ${seeder}`,
  ],
  [
    "seedURI to a point in time by an older Neo4j",
    { request: pointed, server: server([]), volumes: {} },
    "StrategyNotPossible",
    `spec.options.strategy seedURI: Neo4j 5.26.0 seeds from a whole artifact only; up to source.pointInTime it does from 2025.01 on: ${seeder}`,
  ],
  [
    "seedURI where the servers' provider wants keys in the command",
    { request: seedURI(), seedProviders: "S3SeedProvider" },
    "StrategyNotPossible",
    "spec.options.strategy seedURI: the servers' dbms.databases.seed_from_uri_providers is S3SeedProvider, with which s3 is not read with the servers' own credentials: set it to CloudSeedProvider in the target's spec.config",
  ],
  [
    "directories that do not lie together",
    { volumes: { [names[0]]: { ...volume, directories: { "transaction.logs.root": "/logs/tx" } } } },
    "UnsupportedLayout",
    "server.directories.transaction.logs.root=/logs/tx (on no volume): stores are swapped by renaming, so data, transaction logs and scripts must lie below /data on one volume",
  ],
  [
    "what Kubernetes would not take",
    { refusals: { "Job r-restore": "exceeded quota: team", "claim r-temp": "no such class" } },
    "NotAdmitted",
    "Job r-restore would be refused: exceeded quota: team\nclaim r-temp would be refused: no such class",
  ],
])("refused: %s", (_title, change, reason, message) => {
  expect(problems(change)).toEqual([[reason, message]]);
});

test("seedURI is for several servers", () => {
  const alone: TargetView = {
    ...{ ...target, kind: "Neo4jEnterpriseStandalone", servers: 1 },
    ...{ pods: target.pods.slice(0, 1), dataClaims: target.dataClaims.slice(0, 1) },
  };
  expect(problems({ target: alone, request: seedURI() })).toEqual([
    [
      "StrategyNotPossible",
      "spec.options.strategy seedURI is for a cluster of several servers; this target has one: write auto, swap or inPlace",
    ],
  ]);
});

test.each<readonly [title: string, change: Partial<Gathered>]>([
  ["all is well", {}],
  ["seedURI from a bucket", { request: seedURI(), seedProviders: "CloudSeedProvider" }],
  [
    "recreate keeps what a drop would take",
    {
      request: request({ strategy: "recreate" }),
      attachments: { options: {}, aliases: [{ name: "remote", plain: false }], privileges: [] },
    },
  ],
  [
    "a silent cluster of which one server alone has a copy",
    {
      request: request(undefined, { stopCluster: true }),
      ...{ server: silent, volumes: { [names[0]]: empty, [names[1]]: volume, [names[2]]: empty } },
    },
  ],
])("no problem: %s", (_title, change) => {
  expect(problems(change)).toEqual([]);
});
