/** The operator on a real cluster, asked as kubectl asks: restores, mistakes, edits and deletions. */
import { installRestoreKind } from "../../tools/lab/index.js";
import { expectRestored, expectServing } from "./expectations.js";
import { createUnchecked } from "./lax-kind.js";
import { nothingRemains, remains, restoreJob, untilJobRuns } from "./look.js";
import {
  abandon,
  create,
  edit,
  eventsOf,
  OperatorProcess,
  read,
  remove,
  until,
  untilGone,
  untilPhase,
} from "./operator-stage.js";
import { shippedIdentity, type Identity } from "./identity.js";
import { Stage } from "./stage.js";

jest.setTimeout(180_000);

let stage: Stage;
let operator: OperatorProcess;
let identity: Identity;
beforeAll(async () => {
  stage = await Stage.open();
  await installRestoreKind(stage.cluster);
  // With exactly the shipped permissions: a forbidden call would fail a story.
  identity = await shippedIdentity(stage);
  operator = OperatorProcess.start(stage.namespace, identity.kubeconfig);
  await operator.says("leads");
}, 300_000);
afterEach(() => stage.behave());
afterAll(async () => {
  await operator.stop();
  identity.forget();
  await abandon(stage);
  await stage.close();
});

async function broken(name: string): Promise<void> {
  await stage.database(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
}

test("a resource is carried out to Completed, and its status is the run's", async () => {
  const name = "applied";
  await broken(name);
  await create(stage, { name, force: true });
  const { status, metadata } = await untilPhase(stage, name, "Completed");
  const report = await stage.engine.status({ name, namespace: stage.namespace });
  if (!report || !status) throw new Error("no report or no status");
  await expectRestored(stage, report, ["monday"]);
  expect(status).toMatchObject({
    phase: "Completed",
    observedGeneration: 1,
    runId: report.runId,
    stats: report.status.stats,
    backupInfo: { originalDatabase: name },
  });
  expect(status.progress).toBeUndefined();
  const said = status.conditions?.map(({ type, status: is, reason }) => `${type} ${is} ${reason}`);
  expect(said).toEqual(expect.arrayContaining(["Ready True Restored", "Reconciling False Restored"]));
  expect(metadata.finalizers).toEqual(["neo4j.com/restore-operator"]);
  const events = await eventsOf(stage, name);
  expect(events).toEqual(
    expect.arrayContaining(["Resolve", "Restore", "TakeOffline", "Swap", "Open", "Restored"]),
  );
  expect(new Set(events).size).toBe(events.length);
});

test("what is not valid ends Failed with all that is wrong, once; corrected, it is carried out", async () => {
  const name = "mistaken";
  await broken(name);
  const options = { additionalArgs: ["--to-path-data=/tmp", "@file"] };
  await create(stage, { name, force: true, options });
  const failed = await untilPhase(stage, name, "Failed");
  expect(failed.status?.message).toContain("spec.options.additionalArgs[0]");
  expect(failed.status?.message).toContain("spec.options.additionalArgs[1]");
  const stalled = failed.status?.conditions?.find(({ type }) => type === "Stalled");
  expect(stalled).toMatchObject({ status: "True", reason: "InvalidSpec" });
  await edit(stage, name, "/metadata/labels", { looked: "at-again" });
  await operator.get("/healthz");
  await edit(stage, name, "/spec/options", undefined);
  await untilPhase(stage, name, "Completed");
  expect((await eventsOf(stage, name)).filter((reason) => reason === "InvalidSpec")).toHaveLength(1);
  await expectServing(stage, name, ["monday"]);
});

test("what an older kind let in ends Failed with all that is wrong, at once and for good", async () => {
  const name = "slipped";
  await createUnchecked(stage, name, {
    databaseName: "system",
    source: { type: "floppy" },
    timeout: "soon",
    options: { tempPath: "no/path" },
  });
  const failed = await untilPhase(stage, name, "Failed");
  for (const field of ["clusterRef", "databaseName", "source", "timeout", "options.tempPath"])
    expect(failed.status?.message).toContain(`spec.${field}`);
  expect(failed.status?.conditions?.find(({ type }) => type === "Stalled")).toMatchObject({
    status: "True",
    reason: "InvalidSpec",
  });
  await installRestoreKind(stage.cluster);
  // Looked at again, nothing is begun or written.
  const edited = await edit(stage, name, "/metadata/labels", { looked: "at-again" });
  await operator.looked(name, edited.metadata.resourceVersion);
  const { metadata } = await read(stage, name);
  expect(metadata.resourceVersion).toBe(edited.metadata.resourceVersion);
  expect(await eventsOf(stage, name)).toEqual(["InvalidSpec"]);
  expect(metadata.finalizers ?? []).toEqual([]);
});

test("a resource of another controller is left alone, its status too, and an event says so", async () => {
  const name = "foreign";
  await create(stage, { name, force: true }, { finalizers: ["neo4j.com/restore-finalizer"] });
  const { metadata: made } = await read(stage, name);
  await operator.looked(name, made.resourceVersion);
  const { status, metadata } = await read(stage, name);
  expect(status).toBeUndefined();
  expect(await eventsOf(stage, name)).toEqual(["ForeignController"]);
  expect(metadata.finalizers).toEqual(["neo4j.com/restore-finalizer"]);
  await edit(stage, name, "/metadata/finalizers", []);
  await edit(stage, name, "/spec/databaseName", "never-there");
  await remove(stage, name);
});

test("a late backup is waited for, however long waitFor is, and an edit takes effect at once", async () => {
  const name = "late";
  await stage.database(name, "monday");
  await create(stage, {
    name,
    force: true,
    source: { type: "backup", backupRef: "not-there" },
    options: { waitFor: "1s" },
  });
  const waits = await until(
    stage,
    name,
    "waiting",
    ({ status }) => status?.message?.includes("not-there") === true,
  );
  expect(waits.status?.phase).toBe("Pending");
  await stage.backup(name, name);
  await edit(stage, name, "/spec/source/backupRef", name);
  await untilPhase(stage, name, "Completed");
  await expectServing(stage, name, ["monday"]);
});

test("deleted while it runs: the old data serves, and no trace is left", async () => {
  const name = "deleted";
  await broken(name);
  await stage.fault("restore-seconds", "20");
  await create(stage, { name, force: true });
  await untilJobRuns(stage, name);
  const gone = untilGone(stage, name);
  await remove(stage, name);
  await gone;
  await expectServing(stage, name, ["monday", "tuesday"]);
  expect(await remains(stage, name)).toEqual({ ...nothingRemains, jobs: [] });
});

test("another source while a run holds the target: told, and restored after it", async () => {
  const name = "edited";
  await broken(name);
  await stage.backup(`${name}-2`, name);
  await stage.fault("restore-seconds.once", "8");
  await create(stage, { name, force: true });
  await untilJobRuns(stage, name);
  await edit(stage, name, "/spec/source/backupRef", `${name}-2`);
  const told = await until(
    stage,
    name,
    "told",
    ({ status }) => status?.message?.includes("once this run") === true,
  );
  expect(told.status?.observedGeneration).toBe(1);
  await untilPhase(stage, name, "Completed");
  await expectServing(stage, name, ["monday", "tuesday"]);
});

test("a hook that is changed while the Job works: the run goes on with it, in the same Job", async () => {
  const name = "rehooked";
  await broken(name);
  await stage.fault("restore-seconds.once", "6");
  const hook = (text: string) => ({ cypherStatements: [`CREATE (:Mark {text: '${text}'})`] });
  await create(stage, { name, force: true, options: { postRestore: hook("as written first") } });
  await untilJobRuns(stage, name);
  const job = (await restoreJob(stage, name)).metadata?.uid;
  await edit(stage, name, "/spec/options/postRestore", hook("as changed"));
  const { status } = await untilPhase(stage, name, "Completed");
  expect(status?.observedGeneration).toBe(2);
  expect((await restoreJob(stage, name)).metadata?.uid).toBe(job);
  await expectServing(stage, name, ["as changed", "monday"]);
});

test("a failed restore is not tried again by itself; a new trigger tries again", async () => {
  const name = "refused";
  await broken(name);
  await create(stage, { name });
  const failed = await untilPhase(stage, name, "Failed");
  expect(failed.status?.conditions?.find(({ type }) => type === "Ready")?.reason).toBe("DatabaseExists");
  await edit(stage, name, "/metadata/labels", { looked: "at-again" });
  await edit(stage, name, "/spec/force", true);
  await untilPhase(stage, name, "Completed");
  await stage.mark(name, "wednesday");
  const first = (await read(stage, name)).status?.runId;
  await edit(stage, name, "/metadata/annotations", { "neo4j.com/restore-trigger": "again" });
  await until(
    stage,
    name,
    "restored again",
    ({ status }) => status?.phase === "Completed" && status.runId !== first,
  );
  await expectServing(stage, name, ["monday"]);
});

test("health, readiness and metrics are served", async () => {
  expect(await operator.get("/healthz")).toEqual([200, "ok"]);
  expect(await operator.get("/readyz")).toEqual([200, "ok"]);
  const [status, text] = await operator.get("/metrics");
  expect(status).toBe(200);
  expect(text).toMatch(/neo4j_restore_runs_total\{phase="Completed",reason="Restored"\} [1-9]/);
  expect(text).toContain("neo4j_restore_operator_leader 1");
  expect(operator.lines.filter(({ level }) => level === "error" || level === "stderr")).toEqual([]);
});
