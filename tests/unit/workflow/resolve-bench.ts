/** What Resolve is asked and sees in its tests: all is well, but for what a test changes. */
import type {
  BackupView,
  ClaimView,
  Observation,
  SecretView,
  TargetView,
} from "../../../provider/plan/observation.js";
import type { RestoreRequest } from "../../../provider/spec/request.js";
import type {
  CloudBlock,
  ConnectionArgs,
  Neo4jRestoreSpec,
  PITRConfig,
  RestoreSource,
} from "../../../provider/spec/types.js";
import { beginRun, type RunState } from "../../../provider/workflow/state.js";
import type { Move } from "../../../provider/workflow/step.js";
import { resolve } from "../../../provider/workflow/steps/resolve.js";

export const claim = (name: string, exists = true): ClaimView => ({
  ...{ name, exists, terminating: false, accessModes: ["ReadWriteOnce"], bound: true, users: [] },
  protected: false,
});
export const secret = (name: string, ...keys: readonly string[]): SecretView => ({
  name,
  exists: true,
  keys,
});
export const absent = (name: string): SecretView => ({ name, exists: false, keys: [] });

const shape = {
  ...{ container: "neo4j", image: "neo4j:5", imagePullSecrets: [], env: [], tolerations: [] },
  ...{ mounts: [], volumes: [] },
};
export const pod = { name: "graph-0", uid: "p", ready: true, terminating: false, running: true, shape };
export const set = {
  name: "graph",
  uid: "s",
  revision: "1",
  replicas: 1,
  readyReplicas: 1,
  rolling: false,
  shape,
};
const target: TargetView = {
  ...{ kind: "Neo4jEnterpriseStandalone", name: "graph", namespace: "shop", uid: "u", terminating: false },
  ...{ servers: 1, adminSecret: "admin", pods: [pod], dataClaims: [claim("neo4j-data-graph-0")] },
  statefulSet: set,
};
export const withoutSet = (): TargetView => {
  const { statefulSet: _, ...rest } = target;
  return rest;
};

export const admin = secret("admin", "username", "password");
export const nightly: BackupView = {
  ...{ name: "nightly", storage: { type: "pvc", pvc: { name: "vault" } }, database: "orders" },
  runs: [{ succeeded: true, path: "nightly", artifact: "orders-2026-03-01T10-00-00.backup" }],
};
const well: Observation = {
  target: { found: "one", target },
  backup: nightly,
  claims: [claim("vault")],
  secrets: [admin],
};
export const seenTarget = (more: Partial<TargetView>): Observation => ({
  target: { found: "one", target: { ...target, ...more } },
});

export interface Asked {
  readonly source?: RestoreSource;
  readonly spec?: Partial<Neo4jRestoreSpec>;
  readonly connection?: ConnectionArgs;
  readonly seen?: Observation;
}

/** The move that Resolve ends in, what it learns on the way noted as the journal would. */
export function moveOf({
  source = { type: "backup", backupRef: "nightly" },
  spec,
  connection,
  seen,
}: Asked): Move {
  const request: RestoreRequest = {
    ...{ name: "r", labels: {}, annotations: {} },
    spec: { clusterRef: "graph", databaseName: "orders", source, ...spec },
    ...(connection ? { connection } : {}),
  };
  let state: RunState = beginRun({
    ...{ runId: "run0000001", name: "r", namespace: "shop", identity: "i", attempt: 1, generation: 1 },
    ...{ now: 0, remnants: [], carried: undefined },
  });
  for (;;) {
    const move = resolve.decide({ state, request, seen: { ...well, ...seen }, now: 0 });
    if (move.kind !== "learn") return move;
    state = { ...state, facts: { ...state.facts, ...move.facts } };
  }
}

export const s3 = (cloud?: CloudBlock): RestoreSource => ({
  ...{ type: "s3", storage: { type: "s3", bucket: "b", ...(cloud ? { cloud } : {}) } },
});
export const azure = (cloud: CloudBlock, bucket = "account/container"): RestoreSource => ({
  ...{ type: "azure", storage: { type: "azure", bucket, cloud } },
});
export const pitr = (more: Partial<PITRConfig>): RestoreSource => ({
  type: "pitr",
  pitr: { baseBackup: { type: "backup", backupRef: "nightly" }, ...more },
});
export const encrypted = pitr({ encryption: { enabled: true, keySecret: "vault-key" } });
export const tools = { toolsImage: "tools:1" };
export const aws = { credentialsSecretRef: "aws" };
