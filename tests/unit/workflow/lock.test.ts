/** What the lock tells before it is taken, in its exact words: a restore that was done, one that came after, a busy target. */
import type { LedgerEntry, Observation } from "../../../provider/plan/observation.js";
import type { RestoreRequest } from "../../../provider/spec/request.js";
import { beginRun, type Facts, type RunState } from "../../../provider/workflow/state.js";
import type { Move } from "../../../provider/workflow/step.js";
import { lock } from "../../../provider/workflow/steps/lock.js";

const request: RestoreRequest = {
  ...{ name: "monday", labels: {}, annotations: {} },
  spec: {
    ...{ clusterRef: "graph", databaseName: "orders" },
    source: { type: "backup", backupRef: "nightly" },
  },
};
const begun = beginRun({
  ...{ runId: "run0000001", name: "monday", namespace: "shop", identity: "same", attempt: 1, generation: 1 },
  ...{ now: 0, superseded: [], remnants: [], carried: undefined },
});
const target: Observation["target"] = {
  found: "one",
  target: {
    ...{ kind: "Neo4jEnterpriseStandalone", name: "graph", namespace: "shop", uid: "u", terminating: false },
    ...{ servers: 1, adminSecret: "admin", pods: [], dataClaims: [] },
  },
};
const latest: LedgerEntry = {
  ...{ database: "orders", runId: "run0000002", restore: "tuesday", identity: "other" },
  ...{ completedAt: "2026-03-03T08:00:00Z", uids: [] },
};
const decide = (state: Partial<RunState>, seen: Observation, facts: Facts = {}): Move =>
  lock.decide({ state: { ...begun, ...state, facts }, request, seen: { target, ...seen }, now: 0 });

test("the same restore is not done twice", () => {
  expect(decide({}, { ledger: { ...latest, identity: "same" } })).toEqual({
    kind: "end",
    outcome: {
      phase: "Completed",
      reason: "AlreadyRestored",
      message:
        "database orders was restored from this source before (by restore tuesday at 2026-03-03T08:00:00Z); change trigger to restore again",
    },
  });
});

test.each<readonly [title: string, state: Partial<RunState>, message: string]>([
  [
    "going on with a restore",
    { resumeAt: "PostHooks" },
    "restore tuesday of 2026-03-03T08:00:00Z came after this one; change trigger to restore over it",
  ],
  ["undo", { flow: "undo" }, "restore tuesday of 2026-03-03T08:00:00Z came after this one: undo that one"],
])("another restore that came after refuses: %s", (_title, state, message) => {
  expect(decide(state, { ledger: latest }, { latestBefore: "run0000001" })).toEqual({
    kind: "fail",
    fault: { kind: "terminal", reason: "DatabaseChangedSinceConsent", message },
  });
});

test("a holder that still owes is named with what ends that", () => {
  const value = "sunday.run0000009";
  const held: Observation = {
    target: { ...target, target: { ...target.target, hold: value } },
    ledger: "absent",
    holder: { value, restore: "sunday", stale: false, owes: true },
  };
  expect(decide({}, held)).toMatchObject({
    ...{ kind: "wait", reason: "TargetBusy" },
    message:
      "restore sunday holds graph, because it has not given back what it took: neo4j-restore resume sunday --namespace shop, or at last neo4j-restore release sunday --namespace shop --force",
  });
});

test("discard of a target that is gone has nothing left to hold", () => {
  const previous = { runId: "run0000001", path: "/data/.neo4j-restore/run0000001/previous" };
  expect(decide({ flow: "discard" }, { target: { found: "none" } }, { previous })).toEqual({
    kind: "end",
    facts: { previous: { ...previous, discarded: true } },
    outcome: {
      ...{ phase: "Completed", reason: "Restored" },
      message:
        "target graph is gone, and the previous store with its claim; a claim that was kept still has it",
    },
  });
});
