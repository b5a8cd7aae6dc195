/** What the lock tells before it is taken, in its exact words: a restore that was done, one that came after, a busy target. */
import type { Ledger, LedgerEntry } from "../../../provider/plan/ledger.js";
import type { Observation } from "../../../provider/plan/observation.js";
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
  ...{ now: 0, remnants: [], carried: undefined },
});
const target: Observation["target"] = {
  found: "one",
  target: {
    ...{ kind: "Neo4jEnterpriseStandalone", name: "graph", namespace: "shop", uid: "u", terminating: false },
    ...{ servers: 1, adminSecret: "admin", pods: [], dataClaims: [] },
  },
};
const latest: LedgerEntry = {
  ...{ runId: "run0000002", restore: "tuesday", identity: "other" },
  ...{ completedAt: "2026-03-03T08:00:00Z", uids: [] },
};
const known: LedgerEntry = { ...latest, runId: "run0000000", restore: "sunday", identity: "same" };
const undone: LedgerEntry = { ...latest, undoneAt: "2026-03-03T09:00:00Z" };
const ledger = (...restores: readonly LedgerEntry[]): Ledger => ({ restores, aside: [] });
const decide = (state: Partial<RunState>, seen: Observation, facts: Facts = {}): Move =>
  lock.decide({ state: { ...begun, ...state, facts }, request, seen: { target, ...seen }, now: 0 });

const bySunday = "by restore sunday at 2026-03-03T08:00:00Z (run run0000000";
test.each<readonly [title: string, restores: readonly LedgerEntry[], reason: string, told: string]>([
  ["the latest", [latest, known], "AlreadyRestored", `${bySunday})`],
  [
    "not the latest",
    [known, latest],
    "AlreadyRestored",
    `${bySunday}); after it came restore tuesday at 2026-03-03T08:00:00Z (run run0000002)`,
  ],
  [
    "undone, and nothing after it",
    [{ ...known, undoneAt: "2026-03-03T09:00:00Z" }],
    "Undone",
    `${bySunday}, undone at 2026-03-03T09:00:00Z): the data from before it serve`,
  ],
  [
    "undone, and another after it",
    [{ ...known, undoneAt: "2026-03-03T07:00:00Z" }, latest],
    "AlreadyRestored",
    `${bySunday}, undone at 2026-03-03T07:00:00Z); after it came restore tuesday at 2026-03-03T08:00:00Z (run run0000002)`,
  ],
  [
    "before one that was undone",
    [known, undone],
    "AlreadyRestored",
    `${bySunday}); after it came restore tuesday at 2026-03-03T08:00:00Z (run run0000002, undone at 2026-03-03T09:00:00Z)`,
  ],
])("a restore that is known is not done twice: %s", (_title, restores, reason, told) => {
  const message = `database orders was restored from this source before, ${told}; nothing was touched; change trigger to restore again`;
  expect(decide({}, { ledger: ledger(...restores) })).toEqual({
    ...{ kind: "end", outcome: { phase: "Completed", reason, message } },
  });
});

test("of many that came after, the latest three are named", () => {
  const after = ["a", "b", "c", "d", "e"].map((restore) => ({ ...latest, restore, runId: `run-${restore}` }));
  expect(decide({}, { ledger: ledger(known, ...after) })).toMatchObject({
    outcome: {
      message: expect.stringMatching(
        /after it came restore c at \S+ \(run run-c\), restore d .*, restore e \S+ \S+ \(run run-e\) and 2 before that; nothing/,
      ) as string,
    },
  });
});

test("an undo is not in the way of an earlier one's", () => {
  const own = { ...known, runId: "run0000001" };
  expect(decide({ flow: "undo" }, { ledger: ledger(own, undone) })).toMatchObject({
    effect: { kind: "hold" },
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
  expect(decide(state, { ledger: ledger(latest) }, { latestBefore: "run0000001" })).toEqual({
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
