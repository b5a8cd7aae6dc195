/** What preflight is asked and sees in its tests: all is well on one server, but for what a test changes. */
import type { ClaimView, DatabaseRow, ServerView, TargetView } from "../../../provider/plan/observation.js";
import { preflight } from "../../../provider/plan/preflight.js";
import { type Gathered, preflightInput } from "../../../provider/plan/preflight-input.js";
import type { RestoreRequest } from "../../../provider/spec/request.js";
import type { Neo4jRestoreSpec, RestoreOptionsSpec, RestoreSource } from "../../../provider/spec/types.js";

export const claim = (name: string, more: Partial<ClaimView> = {}): ClaimView => ({
  ...{ name, exists: true, terminating: false, accessModes: ["ReadWriteOnce"], bound: true, users: [] },
  protected: false,
  ...more,
});
export const shape = {
  ...{ container: "neo4j", image: "neo4j:5", imagePullSecrets: [], env: [], tolerations: [] },
  mounts: [{ name: "data", mountPath: "/data" }],
  volumes: [{ name: "data", persistentVolumeClaim: { claimName: "neo4j-data-graph-0" } }],
};
const pod = {
  ...{ name: "graph-0", uid: "p", ready: true, terminating: false, running: true, node: "node-1", shape },
};
export const target: TargetView = {
  ...{ kind: "Neo4jEnterpriseStandalone", name: "graph", namespace: "shop", uid: "u", terminating: false },
  ...{ servers: 1, adminSecret: "admin", pods: [pod], dataClaims: [claim("neo4j-data-graph-0")] },
  statefulSet: {
    name: "graph",
    uid: "s",
    revision: "1",
    replicas: 1,
    readyReplicas: 1,
    rolling: false,
    shape,
  },
};
export const row = (more: Partial<DatabaseRow> = {}): DatabaseRow => ({
  ...{ name: "orders", type: "standard", access: "read-write", writer: true, requestedStatus: "online" },
  ...{ currentStatus: "online", statusMessage: "", isDefault: false },
  ...{ lastCommittedTxn: 90412, creationTime: "2025-06-01T08:00:00Z" },
  ...more,
});
export const server = (databases: readonly DatabaseRow[], version = "5.26.0"): ServerView => ({
  ...{ reachable: true, version, edition: "enterprise", databases, servers: [], aliases: ["sales"] },
});
export const silent = (reason: "noPod" | "unreachable" | "authentication" | "certificate", message: string) =>
  ({ reachable: false, reason, message }) as const;
export const gib = 1024 ** 3;
export const volume = {
  ...{ totalBytes: 100 * gib, freeBytes: 60 * gib, hasStore: true, storeBytes: gib },
  directories: {},
};

const source: RestoreSource = {
  type: "storage",
  storage: { type: "pvc", pvc: { name: "backups" } },
};
export const request = (
  spec: Partial<Neo4jRestoreSpec> = {},
  options?: RestoreOptionsSpec,
): RestoreRequest => ({
  ...{ name: "r", labels: {}, annotations: {} },
  spec: {
    ...{ clusterRef: "graph", databaseName: "orders", source, force: true },
    ...spec,
    ...(options ? { options } : {}),
  },
});

/** All is well: an existing database, consent, room, one server. */
export const well: Gathered = {
  ...{ request: request(), target, server: server([row()]), volumes: { "graph-0": volume } },
  ...{ backupClaims: [claim("backups")], identity: undefined, serviceAccount: undefined },
  missingPermissions: [],
};
export const problems = (change: Partial<Gathered>): readonly (readonly [string, string])[] =>
  preflight(preflightInput({ ...well, ...change })).map(({ reason, message }) => [reason, message]);
