/** The status from the state: each condition, figure and field, measured or absent; a measured nothing is shown as such. */
import type { JobView } from "../../../provider/plan/observation.js";
import type { Form } from "../../../provider/spec/definition.js";
import { status as definition } from "../../../provider/spec/schema-status.js";
import type { Neo4jRestoreStatus } from "../../../provider/spec/types.js";
import { beginRun, type Facts, type RunState } from "../../../provider/workflow/state.js";
import { statusOf } from "../../../provider/workflow/status.js";
import { inspectedOf, restoredOf } from "../../../provider/workflow/steps/job-report.js";

const start = Date.parse("2026-03-01T10:00:00Z");
const now = start + 250_000;
const begun = beginRun({
  ...{ runId: "run0000001", name: "r", namespace: "n", identity: "i", attempt: 1, generation: 7, now: start },
  ...{ remnants: [], carried: undefined },
});
const running: RunState = { ...begun, lockedAt: start, step: "Restore", deadline: start + 3_600_000 };
const restored: NonNullable<Facts["restored"]> = {
  ...{ artifact: "/backup/orders-2026-02-28T02-00-00.backup", artifactBytes: 800 * 1024 ** 2 },
  ...{ artifactTime: "2026-02-28T02:00:00Z", originalDatabase: "orders", storeBytes: 1.5 * 1024 ** 3 },
  ...{ files: 42, seconds: 12, lastCommittedTxn: 5, checked: false, swapped: false, metadataScript: false },
};
const source = { claim: "b", first: "", second: "", reference: "", artifactDatabase: "orders" };
const target: NonNullable<Facts["target"]> = {
  ...{
    kind: "Neo4jEnterpriseCluster",
    servers: 3,
    statefulSet: "s",
    statefulSetUid: "u",
    uids: [],
    pod: "s-0",
  },
  ...{ container: "neo4j", dataClaim: "d", adminSecret: "a" },
};
const previous = { runId: "run0000001", path: "/data/.neo4j-restore/run0000001/previous" };
const end = (phase: "Completed" | "Failed" | "Pending", more: Partial<RunState> = {}): RunState => ({
  ...running,
  ...{ standing: "ended", endedAt: now, outcome: { phase, reason: "Restored", message: "it serves" } },
  ...more,
});
const withFacts = (facts: Facts, state: RunState = running): RunState => ({ ...state, facts });

const condition = (state: RunState, type: string): string => {
  const found = statusOf(state, now).conditions?.find((one) => one.type === type);
  return found
    ? `${found.status} ${found.reason}${found.message === "" ? "" : `: ${found.message}`}`
    : "absent";
};

const undoFault = { kind: "terminal", reason: "UndoFailed", message: "no store" } as const;
const waiting = { reason: "TargetNotFound", message: "no solo", since: start } as const;
const failed = (more: Partial<RunState> = {}): RunState =>
  end("Failed", { outcome: { phase: "Failed", reason: "JobFailed", message: "it broke" }, ...more });
const gaveUp = end("Pending", {
  outcome: { phase: "Pending", reason: "WaitedTooLong", message: "no solo for 10m" },
});
const withEvidence: NonNullable<RunState["fault"]> = {
  kind: "terminal",
  reason: "JobFailed",
  message: "it broke",
  evidence: { text: "No space left", lastLines: [1, 2, 3, 4, 5, 6].map((n) => `line ${n}`) },
};
const inconsistent = { kind: "terminal", reason: "BackupInconsistent", message: "3 errors" } as const;

test.each<readonly [type: string, state: RunState, shown: string]>([
  ["Ready", running, "False InProgress"],
  ["Ready", { ...begun, waiting }, "False TargetNotFound: no solo"],
  ["Ready", end("Completed"), "True Restored: it serves"],
  ["Ready", failed(), "False JobFailed: it broke"],
  ["Ready", gaveUp, "False WaitedTooLong: no solo for 10m"],
  ["Reconciling", running, "True InProgress"],
  ["Reconciling", end("Completed"), "False Restored"],
  ["Reconciling", failed(), "False JobFailed"],
  ["Stalled", running, "False InProgress"],
  ["Stalled", end("Completed"), "False InProgress"],
  ["Stalled", failed(), "True JobFailed: it broke"],
  [
    "Stalled",
    failed({ fault: withEvidence }),
    "True JobFailed: it broke\nin its own words: No space left\nline 2\nline 3\nline 4\nline 5\nline 6",
  ],
  ["JobCreated", running, "Unknown NotStarted"],
  ["JobCreated", failed(), "False NotStarted"],
  ["JobCreated", withFacts({ jobCreated: true }), "True Created"],
  ["JobCreated", withFacts({ restored }), "True Created"],
  ["ClusterStopped", running, "False NotRequested"],
  ["ClusterStopped", withFacts({ scaledDown: true }), "True ScaledDown"],
  ["ClusterStopped", withFacts({ scaledDown: false }), "False ScaledBack"],
  ["BackupVerified", running, "Unknown NotRequested"],
  ["BackupVerified", withFacts({ verifies: true }), "Unknown NotStarted"],
  ["BackupVerified", withFacts({ restored }), "Unknown NotRequested"],
  [
    "BackupVerified",
    withFacts({ verifies: true, restored: { ...restored, checked: true } }),
    "True Verified",
  ],
  ["BackupVerified", failed({ fault: inconsistent }), "False BackupInconsistent: 3 errors"],
  ["Degraded", running, "absent"],
  ["Degraded", withFacts({ missing: [] }), "False AllServe"],
  ["Degraded", withFacts({ missing: ["s-2"] }), "True MembersMissing: not yet serving: s-2"],
  ["Undone", running, "absent"],
  ["Undone", withFacts({ undone: true }, end("Completed")), "True Undone: the previous store was put back"],
  ["Undone", end("Completed", { flow: "reinstate", fault: undoFault }), "False UndoFailed: no store"],
  ["Undone", { ...running, flow: "reinstate", fault: undoFault }, "absent"],
  ["Undone", end("Completed", { flow: "discard", fault: undoFault }), "absent"],
  ["Stalled", end("Failed", { flow: "reinstate" }), "True Restored: it serves"],
])("condition %s of %#", (type, state, shown) => {
  expect(condition(state, type)).toBe(shown);
});

test("a condition keeps the instant at which it took its value, and says of which generation it speaks", () => {
  const before = statusOf(running, start);
  const later = statusOf(withFacts({ jobCreated: true }), now, before);
  const of = (type: string) => later.conditions?.find((one) => one.type === type);
  expect(of("Ready")).toMatchObject({
    lastTransitionTime: "2026-03-01T10:00:00.000Z",
    observedGeneration: 7,
  });
  expect(of("JobCreated")?.lastTransitionTime).toBe("2026-03-01T10:04:10.000Z");
});

test.each<readonly [phase: string, state: RunState]>([
  ["Pending", begun],
  ["Running", running],
  ["Completed", end("Completed")],
  ["Failed", failed()],
  ["Pending", gaveUp],
  ["Completed", { ...running, flow: "undo" }],
  ["Completed", { ...running, flow: "reinstate" }],
  ["Failed", end("Failed", { flow: "reinstate" })],
  ["Completed", { ...running, flow: "discard" }],
])("phase %s of %#", (phase, state) => {
  expect(statusOf(state, now).phase).toBe(phase);
});

test("it ends also when it failed, and not while it may go on", () => {
  expect(statusOf(failed(), now).completionTime).toBe("2026-03-01T10:04:10.000Z");
  expect(statusOf(gaveUp, now)).not.toHaveProperty("completionTime");
  expect(statusOf(running, now)).not.toHaveProperty("completionTime");
});

const whole = withFacts(
  {
    ...{ restored, target, strategy: "designatedSeeder", source: { ...source, neo4jVersion: "5.26.0" } },
    previous: { ...previous, bytes: 1.2 * 1024 ** 3, keptUntil: start + 86_400_000 },
  },
  end("Completed", { offlineAt: start, onlineAt: start + 1200, errorCount: 2 }),
);

test("figures and what is beyond them", () => {
  const shown = statusOf(whole, now);
  expect(shown).toMatchObject({
    stats: {
      ...{ duration: "4m10s", dataSize: "1.5Gi", throughput: "128Mi/s", fileCount: 42, errorCount: 2 },
      interruption: "1.2s",
    },
    backupInfo: {
      ...{ backupPath: restored.artifact, backupCreatedAt: "2026-02-28T02:00:00Z", backupSize: "800Mi" },
      ...{ originalDatabase: "orders", neo4jVersion: "5.26.0" },
    },
    ...{ runId: "run0000001", strategy: "designatedSeeder", deadline: "2026-03-01T11:00:00.000Z" },
    ...{ observedGeneration: 7, startTime: "2026-03-01T10:00:00.000Z", message: "it serves" },
    target: { kind: "Neo4jEnterpriseCluster", servers: 3 },
    previous: { path: previous.path, size: "1.2Gi", keptUntil: "2026-03-02T10:00:00.000Z" },
  });
});

test("what was not measured is absent, what was measured as nothing is shown", () => {
  const { artifact, lastCommittedTxn, checked, swapped, metadataScript } = restored;
  const bare = { artifact, lastCommittedTxn, checked, swapped, metadataScript };
  expect(statusOf(begun, now)).not.toHaveProperty("stats");
  expect(statusOf(begun, now)).not.toHaveProperty("backupInfo");
  expect(statusOf(withFacts({ restored: bare }), now)).not.toHaveProperty("stats");
  expect(statusOf(withFacts({ restored: bare }), now).backupInfo).toEqual({ backupPath: artifact });
  const nothing = { ...bare, storeBytes: 0, files: 0, seconds: 0, artifactBytes: 0 };
  const zero = statusOf(withFacts({ restored: nothing, previous: { ...previous, bytes: 0 } }, failed()), now);
  expect(zero.stats).toMatchObject({ dataSize: "0", throughput: "0/s", fileCount: 0, errorCount: 0 });
  expect(zero.backupInfo?.backupSize).toBe("0");
  expect(zero.previous?.size).toBe("0");
});

test("a database that was offline before was not interrupted; a store that was discarded is not kept", () => {
  const returnState: NonNullable<Facts["returnState"]> = {
    ...{ runId: "r", replicas: 1, database: "orders", existed: true, access: "read-write" },
    requestedStatus: "offline",
  };
  const facts = { ...whole.facts, returnState, previous: { ...previous, discarded: true } };
  const shown = statusOf({ ...whole, facts }, now);
  expect(shown.stats).not.toHaveProperty("interruption");
  expect(shown).not.toHaveProperty("previous");
});

test("an interruption that still lasts grows", () => {
  expect(statusOf({ ...running, offlineAt: now - 3000 }, now).stats?.interruption).toBe("3s");
});

describe("what the Job leaves", () => {
  const table = (file: string, time: string): string =>
    `| FILE | DATABASE | DATABASE ID | TIME (UTC) | FULL |~| file:///backup/${file} | sales | 7d | ${time} | true |~`;
  const job = (file: string, inspect: string): JobView => ({
    ...{ name: "j", uid: "u", terminating: false, over: true, succeeded: true, started: true },
    lastLines: [],
    terminationMessage: `artifact=/backup/${file}\ninfo={"lastCommittedTransaction":5,"storeFormat":"block"}\ninspect=${inspect}\nend=yes`,
  });

  test.each([
    ["latest.backup", table("latest.backup", "2026-02-28T02:00:07"), "2026-02-28T02:00:07Z"],
    ["orders-2026-02-28T02-00-00.backup", "", "2026-02-28T02:00:00Z"],
    ["latest.backup", "", undefined],
  ])("%s: when it was taken, by inspect's own column first (%#)", (file, inspect, time) => {
    const left = restoredOf(job(file, inspect));
    expect("facts" in left ? left.facts.artifactTime : left.fault).toBe(time);
    const rehearsed = statusOf(withFacts({ ...inspectedOf(job(file, inspect)) }), now).backupInfo;
    expect(rehearsed?.backupCreatedAt).toBe(inspect === "" ? undefined : time);
    expect(rehearsed?.originalDatabase).toBe(inspect === "" ? undefined : "sales");
  });
});

/** Paths of a form, list items without their number. */
function pathsOf(form: Form, at: string): readonly string[] {
  if (form.kind === "list") return pathsOf(form.item, at);
  if (form.kind !== "object") return [at];
  return Object.entries(form.fields).flatMap(([key, field]) => pathsOf(field.form, `${at}.${key}`));
}

function written(value: unknown, at: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => written(item, at));
  if (typeof value !== "object" || value === null) return [at];
  return Object.entries(value).flatMap(([key, member]) => written(member, `${at}.${key}`));
}

test("every field of the status is written, and nothing but those", () => {
  const steps = [{ name: "Restore", startedAt: start, endedAt: now, attempt: 1, message: "x" }] as const;
  const all: readonly Neo4jRestoreStatus[] = [
    statusOf({ ...whole, steps }, now),
    statusOf({ ...running, waiting: { ...waiting, percent: 40 } }, now),
  ];
  const seen = new Set(all.flatMap((one) => written(one, "status")));
  expect([...seen].sort()).toEqual([...new Set(pathsOf(definition.form, "status"))].sort());
  for (const one of all) expect(definition.schema.safeParse(one).success).toBe(true);
});
