/** What ends a run after preflight, and what it still waits for, in the exact words: consent, hold, hooks, the Job. */
import type { DatabaseRow, JobView, Observation, TargetView } from "../../../provider/plan/observation.js";
import { scriptExit } from "../../../provider/plan/script-exit.js";
import type { RestoreRequest } from "../../../provider/spec/request.js";
import type { RestoreOptionsSpec } from "../../../provider/spec/types.js";
import { beginRun, type EffectResult, type Facts, type RunState } from "../../../provider/workflow/state.js";
import type { Move, Step } from "../../../provider/workflow/step.js";
import { postHooks, preHooks } from "../../../provider/workflow/steps/hooks.js";
import { lock } from "../../../provider/workflow/steps/lock.js";
import { rehearse, restore, restoreManifest } from "../../../provider/workflow/steps/restore.js";
import { takeOffline } from "../../../provider/workflow/steps/take-offline.js";
import { transition } from "../../../provider/workflow/transition.js";
import { set } from "./resolve-bench.js";

const target: TargetView = {
  ...{ kind: "Neo4jEnterpriseStandalone", name: "graph", namespace: "shop", uid: "u", terminating: false },
  ...{ servers: 1, adminSecret: "admin", pods: [], dataClaims: [] },
};
const row = (more: Partial<DatabaseRow> = {}): DatabaseRow => ({
  ...{ name: "orders", type: "standard", access: "read-write", writer: true, requestedStatus: "online" },
  ...{ currentStatus: "online", statusMessage: "", isDefault: false, databaseId: "1" },
  ...{ creationTime: "2025-06-01T08:00:00Z", ...more },
});
const seenWith = (databases: readonly DatabaseRow[], more: Partial<TargetView> = {}): Observation => ({
  target: { found: "one", target: { ...target, ...more } },
  server: {
    ...{ reachable: true, version: "5.26.0", edition: "enterprise", databases, servers: [], aliases: [] },
  },
});
const facts: Facts = {
  target: {
    ...{ kind: "Neo4jEnterpriseStandalone", servers: 1, statefulSet: "graph", statefulSetUid: "s", uids: [] },
    ...{ pod: "graph-0", container: "neo4j", dataClaim: "d", adminSecret: "admin" },
  },
  source: { claim: "backups", first: "a", second: "a", reference: "", artifactDatabase: "orders" },
  ...{ strategy: "swap", existed: true, jobCreated: true },
  consent: { databaseId: "1", creationTime: "2025-06-01T08:00:00Z" },
  returnState: {
    ...{ runId: "run0000001", replicas: 1, database: "orders", existed: true },
    ...{ access: "read-write", requestedStatus: "online" },
  },
};
const done: EffectResult = { ok: true, output: {} };
const stateOf = (results: RunState["results"] = {}): RunState => ({
  ...beginRun({
    ...{
      runId: "run0000001",
      name: "r",
      namespace: "shop",
      identity: "i",
      attempt: 1,
      generation: 1,
      now: 0,
    },
    ...{ remnants: [], carried: undefined },
  }),
  ...{ facts, results, lockedAt: 0 },
});
const requestOf = (options?: RestoreOptionsSpec): RestoreRequest => ({
  ...{ name: "r", labels: {}, annotations: {} },
  spec: {
    ...{ clusterRef: "graph", databaseName: "orders", force: true },
    source: { type: "storage", storage: { type: "pvc", pvc: { name: "backups" } } },
    ...(options ? { options } : {}),
  },
});
const decide = (
  step: Step,
  seen: Observation,
  options?: RestoreOptionsSpec,
  results?: RunState["results"],
): Move => step.decide({ state: stateOf(results), request: requestOf(options), seen, now: 0 });

const job = (more: Partial<JobView>): JobView => ({
  ...{ name: "r-restore", uid: "u", runId: "run0000001", terminating: false, over: true, succeeded: false },
  ...{ started: true, lastLines: [], ...more },
});
const ended = (exitCode: number, said: string): Partial<JobView> => ({
  ...{ exitCode, terminationMessage: `failed=${said}\n` },
});
const refusedAnswer = (kind: "terminal" | "outcomeUnknown"): EffectResult => ({
  ok: false,
  fault: {
    kind,
    reason: "Neo4jRefused",
    message: "Neo4j refused it (Neo.ClientError.Statement.SyntaxError)",
  },
});
const statements = { cypherStatements: ["RETURN 1", "RETURN 'hunter2'"] };
const hookJob = { job: { template: { container: { image: "debian" } } } };
const stopping = { "note-aside": done, "return-state": done };

test.each<readonly [title: string, move: Move, reason: string, message: string]>([
  [
    "another database of that name than the one that was agreed to be overwritten",
    decide(
      takeOffline,
      seenWith([row({ databaseId: "2", creationTime: "2026-01-01T00:00:00Z" })]),
      {},
      stopping,
    ),
    "DatabaseChangedSinceConsent",
    "database orders is another one now (created 2026-01-01T00:00:00Z) than when overwriting was agreed (created 2025-06-01T08:00:00Z)",
  ],
  [
    "a database that somebody has dropped",
    decide(takeOffline, seenWith([row({ name: "other" })]), {}, stopping),
    "DatabaseChangedSinceConsent",
    "database orders was dropped by someone else",
  ],
  [
    "a statement before the restore, by its number alone",
    decide(
      preHooks,
      seenWith([row()]),
      { preRestore: statements },
      {
        "statement-1": done,
        "statement-2": refusedAnswer("terminal"),
      },
    ),
    "PreHookFailed",
    "spec.options.preRestore.cypherStatements[1]: Neo4j refused it (Neo.ClientError.Statement.SyntaxError)",
  ],
  [
    "a statement after the restore",
    decide(
      postHooks,
      seenWith([row()]),
      { postRestore: statements },
      { "statement-1": refusedAnswer("terminal") },
    ),
    "PostHookFailed",
    "spec.options.postRestore.cypherStatements[0]: Neo4j refused it (Neo.ClientError.Statement.SyntaxError)",
  ],
  [
    "a statement whose answer was lost",
    decide(
      postHooks,
      seenWith([row()]),
      { postRestore: statements },
      {
        "statement-1": refusedAnswer("outcomeUnknown"),
      },
    ),
    "HookOutcomeUnknown",
    "spec.options.postRestore.cypherStatements[0]: the answer was lost, so it may have run or not; go on with neo4j-restore resume r --skip-hook or --repeat-hook",
  ],
  [
    "a hook's Job that fails",
    decide(
      preHooks,
      {
        ...seenWith([row()]),
        jobs: {
          "pre-restore-hook": job({ name: "r-pre-restore-hook", exitCode: 3, lastLines: ["no such host"] }),
        },
      },
      { preRestore: hookJob },
    ),
    "PreHookFailed",
    "spec.options.preRestore.job failed (exit code 3): no such host; see kubectl -n shop logs job/r-pre-restore-hook",
  ],
  [
    "a hook's Job at its timeout",
    decide(
      postHooks,
      {
        ...seenWith([row()]),
        jobs: { "post-restore-hook": job({ name: "r-post-restore-hook", endReason: "DeadlineExceeded" }) },
      },
      { postRestore: hookJob },
    ),
    "PostHookFailed",
    "spec.options.postRestore.job did not end within its timeout of 30m and is deleted; raise spec.options.postRestore.job.timeout where it needs longer",
  ],
  [
    "a store that is inconsistent, with the report's first lines",
    decide(restore, {
      ...seenWith([row()]),
      jobs: {
        restore: job({
          ...ended(
            scriptExit.inconsistent,
            "neo4j-admin database check found restoring-run0000001 inconsistent",
          ),
          lastLines: ["ERROR: node 7 is not in the label index"],
        }),
      },
    }),
    "BackupInconsistent",
    "the restore Job failed (exit code 44): neo4j-admin database check found restoring-run0000001 inconsistent; see kubectl -n shop logs job/r-restore",
  ],
  ...(
    [
      [scriptExit.artifactNotFound, "ArtifactNotFound", "no artifact of database orders at /backup/a"],
      [scriptExit.artifactAmbiguous, "ArtifactNotFound", "both /backup/a and /backup/p/a fit"],
      [scriptExit.pointUnreachable, "PointNotReachable", "the newest reachable point is 10:00"],
      [scriptExit.chainBroken, "ChainBroken", "the transactions 101 to 150 are missing"],
      [scriptExit.stagedFormat, "ArtifactInvalid", "a.backup is compressed with gzip"],
      [scriptExit.decryption, "DecryptionFailed", "a.backup could not be decrypted"],
      [scriptExit.diskHeadroom, "DiskHeadroom", "less than 9 kB were left on the volume"],
    ] as const
  ).map(
    ([exitCode, reason, said]) =>
      [
        `the script's exit code ${exitCode}, with what it says`,
        decide(rehearse, {
          ...seenWith([row()]),
          jobs: { rehearsal: job({ name: "r-rehearsal", ...ended(exitCode, said) }) },
        }),
        reason,
        `the rehearsal failed, nothing was touched (exit code ${exitCode}): ${said}; see neo4j-restore status r --namespace shop`,
      ] as const,
  ),
])("fails: %s", (_title, move, reason, message) => {
  expect(move).toMatchObject({ kind: "fail", fault: { kind: "terminal", reason, message } });
  expect(JSON.stringify(move)).not.toContain("hunter2");
});

test("an inconsistent store is evident by the report", () => {
  const lastLines = ["ERROR: node 7 is not in the label index"];
  const over = job({ ...ended(scriptExit.inconsistent, "inconsistent"), lastLines });
  expect(decide(restore, { ...seenWith([]), jobs: { restore: over } })).toMatchObject({
    fault: { evidence: { lastLines, exitCode: scriptExit.inconsistent } },
  });
});

test.each<readonly [title: string, seen: Observation, message: string]>([
  [
    "a hold of nobody that is known",
    seenWith([], { hold: "the-operator" }),
    "restore the-operator holds graph",
  ],
  [
    "another restore, by its name",
    {
      ...seenWith([], { hold: "monday.run0000009" }),
      holder: { value: "monday.run0000009", restore: "monday", stale: false },
    },
    "restore monday holds graph",
  ],
])("the lock waits for %s", (_title, seen, message) => {
  expect(decide(lock, seen, { waitFor: "1m" })).toMatchObject({
    ...{ kind: "wait", reason: "TargetBusy", message, limitMs: 60_000 },
  });
});

test("what an Azure account key fetched is judged as a chain, and a refusal says what else to name", () => {
  const cloud = { type: "azure", loginByKey: true } as const;
  const source = {
    cloud,
    staging: {},
    first: "azb://a/b",
    second: "azb://a/b",
    reference: "",
    artifactDatabase: "orders",
  };
  const state = { ...stateOf(), facts: { ...facts, source } };
  const seen = seenWith([], { statefulSet: set });
  expect(JSON.stringify(restoreManifest({ state, request: requestOf(), seen, now: 0 }, "restore"))).toContain(
    "; with an Azure account key only a base and what follows it are fetched: name the full backup, with source.type pitr and pitr.baseBackup.backupPath, or use an application's secret",
  );
});

describe("time", () => {
  const holding = seenWith([row()], { hold: "the-operator" });

  test("a wait that gives up says so", () => {
    const { lockedAt: _, ...before } = stateOf();
    const waiting = { reason: "TargetBusy", message: "restore the-operator holds graph", since: 0 } as const;
    const { state } = transition({ ...before, step: "Lock", waiting }, requestOf(), holding, 10 * 60_000);
    expect(state.fault).toMatchObject({
      ...{ reason: "WaitedTooLong", message: "waited too long: restore the-operator holds graph" },
    });
  });

  test("spec.timeout ends a run before the point of no return, and not after it", () => {
    const late = { ...stateOf(), step: "Restore", deadline: 1000 } as const;
    expect(transition(late, requestOf(), holding, 1001).state.fault).toEqual({
      ...{ kind: "terminal", reason: "TimedOut" },
      message: "the restore did not finish within its timeout (step Restore)",
    });
    const past = { ...late, step: "PostHooks", pointOfNoReturnAt: 900 } as const;
    expect(transition(past, requestOf(), holding, 1001).state.fault).toBeUndefined();
  });
});
