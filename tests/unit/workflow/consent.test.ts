/** Whether a database is still the one that was agreed to be overwritten, by what SHOW DATABASES tells of it. */
import type { DatabaseRow } from "../../../provider/plan/observation.js";
import type { RestoreRequest } from "../../../provider/spec/request.js";
import {
  beginRun,
  type ConsentFacts,
  type Facts,
  type RunState,
  type TargetFacts,
} from "../../../provider/workflow/state.js";
import type { Context, Move } from "../../../provider/workflow/step.js";
import { changedSinceConsent } from "../../../provider/workflow/steps/consent.js";
import { drop } from "../../../provider/workflow/steps/drop.js";

const created = "2025-06-01T08:00:00Z";
const later = "2026-01-01T00:00:00Z";
const agreed: ConsentFacts = { databaseId: "1", creationTime: created };

const request: RestoreRequest = {
  ...{ name: "r", labels: {}, annotations: {} },
  spec: {
    ...{ clusterRef: "graph", databaseName: "orders" },
    source: { type: "storage", storage: { type: "pvc", pvc: { name: "backups" } } },
  },
};
const fresh: RunState = beginRun({
  ...{ runId: "run0000001", name: "r", namespace: "shop", identity: "i", attempt: 1, generation: 1, now: 0 },
  ...{ remnants: [], carried: undefined },
});
const row = (more: Partial<DatabaseRow>): DatabaseRow => ({
  ...{ name: "orders", type: "standard", access: "read-write", writer: false, requestedStatus: "offline" },
  ...{ currentStatus: "offline", statusMessage: "", isDefault: false, ...more },
});

test.each<readonly [title: string, consent: ConsentFacts, rows: readonly DatabaseRow[], changed: boolean]>([
  ["the same", agreed, [row({ databaseId: "1", creationTime: created })], false],
  ["stopped, so that it does not tell its id", agreed, [row({ creationTime: created })], false],
  ["dropped and created again, and stopped", agreed, [row({ creationTime: later })], true],
  ["recreated with another store", agreed, [row({ databaseId: "2", creationTime: created })], true],
  ["one that says nothing", agreed, [row({})], false],
  ["none at all", agreed, [], false],
  ["another database's row", agreed, [row({ name: "other", databaseId: "2", creationTime: later })], false],
  [
    "agreed to while it was stopped",
    { creationTime: created },
    [row({ databaseId: "2", creationTime: created })],
    false,
  ],
  [
    "a server that tells another id of its copy than the one that wrote at preflight",
    agreed,
    [
      row({ databaseId: "2", creationTime: created, writer: true }),
      row({ databaseId: "1", creationTime: created }),
    ],
    false,
  ],
])("%s", (_title, consent, databases, changed) => {
  expect(reasonOf(changedSinceConsent(context(consent, databases)))).toBe(
    changed ? "DatabaseChangedSinceConsent" : undefined,
  );
});

const target: TargetFacts = {
  ...{
    kind: "Neo4jEnterpriseCluster",
    servers: 3,
    statefulSet: "graph-server",
    statefulSetUid: "u",
    uids: [],
  },
  ...{
    pod: "graph-server-0",
    container: "neo4j",
    dataClaim: "data-graph-server-0",
    adminSecret: "graph-admin",
  },
};
const there = { creationTime: created, address: "graph-0:7687" };
test.each<readonly [title: string, row: Partial<DatabaseRow>, reason: string | undefined]>([
  ["another one since it was stopped", { creationTime: later }, "DatabaseChangedSinceConsent"],
  ["one that somebody started again", { ...there, requestedStatus: "online" }, "SwapFailed"],
  ["the one that was agreed to", there, undefined],
])("right before the DROP: %s", (_title, more, reason) => {
  const facts = { consent: agreed, existed: true, target };
  expect(reasonOf(drop.decide(context(agreed, [row(more)], facts)))).toBe(reason);
});

function context(consent: ConsentFacts, databases: readonly DatabaseRow[], facts: Facts = {}): Context {
  const server = {
    reachable: true,
    version: "5.26.0",
    edition: "enterprise",
    servers: [],
    aliases: [],
  } as const;
  return {
    ...{ request, now: 0, state: { ...fresh, facts: { ...facts, consent } } },
    seen: { server: { ...server, databases } },
  };
}

const reasonOf = (move: Move | undefined): string | undefined =>
  move?.kind === "fail" ? move.fault.reason : undefined;
