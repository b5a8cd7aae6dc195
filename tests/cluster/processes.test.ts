/** Several processes and processes that die: one restore, one interruption, and nothing left behind. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { eventually } from "../contract/kubernetes/lab.js";
import { expectGivenBack, expectRestored } from "./expectations.js";
import {
  conditionOf,
  held,
  jobsOf,
  nothingRemains,
  previousStores,
  remains,
  restoreJob,
  serving,
  stopsOf,
  untilIntent,
  untilJobRuns,
  untilStatus,
} from "./look.js";
import { programs } from "./programs.js";
import { kubeconfig, Stage, type Wish } from "./stage.js";

jest.setTimeout(180_000);

const root = path.join(__dirname, "..", "..");
const folder = mkdtempSync(path.join(tmpdir(), "neo4j-restore-story-"));
let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
}, 300_000);
afterEach(() => stage.behave());
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await stage.close();
});

async function broken(name: string): Promise<void> {
  await stage.database(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
}

/** `neo4j-restore run` as a process of its own. */
function commandLine(wish: Wish): ChildProcess {
  const file = path.join(folder, `${wish.name}.yaml`);
  writeFileSync(file, stringify(stage.document(wish)));
  const args = [programs.cli, "run", "-f", file, "--kubeconfig", kubeconfig];
  return spawn(process.execPath, args, { cwd: root, stdio: "ignore" });
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

test("a driver killed while the Job works: the next run joins it, and all happens once", async () => {
  const wish = { name: "killed", force: true };
  await broken(wish.name);
  await stage.fault("restore-seconds", "4");
  const process = commandLine(wish);
  await untilJobRuns(stage, wish.name);
  await kill(process);
  const job = (await restoreJob(stage, wish.name)).metadata?.uid;
  const report = await stage.restore(wish);
  await expectRestored(stage, report, ["monday"]);
  expect((await restoreJob(stage, wish.name)).metadata?.uid).toBe(job);
  expect(await stopsOf(stage, wish.name)).toBe(1);
});

test("a driver killed while the database is out of service: the next run brings it back", async () => {
  const wish = { name: "midway", force: true };
  await broken(wish.name);
  await stage.fault(`stop-delay.${wish.name}`, "2");
  const process = commandLine(wish);
  await untilStatus(stage, wish.name, ({ progress }) => progress?.step === "TakeOffline");
  await kill(process);
  const report = await stage.restore(wish);
  await expectRestored(stage, report, ["monday"]);
  expect(await stopsOf(stage, wish.name)).toBe(1);
});

test("a driver killed during a hook statement: it is not run again unless the user says so", async () => {
  const name = "hooked";
  await broken(name);
  const long = "UNWIND range(1, 20000000) AS n WITH n WHERE n < 0 CREATE (:Never)";
  const options = { preRestore: { cypherStatements: ["CREATE (:Mark {text: 'hook'})", long] } };
  const wish = { name, force: true, options };
  const process = commandLine(wish);
  await untilIntent(stage, name, "statement-2");
  await kill(process);
  const unknown = await stage.restore(wish);
  expect(unknown.failure?.reason).toBe("HookOutcomeUnknown");
  expect(await stage.marks(name)).toEqual(["hook", "monday", "tuesday"]);
  const ref = { name, namespace: stage.namespace };
  const resumed = await stage.engine.resume(ref, { ...stage.options, hook: "skip" });
  await expectRestored(stage, resumed, ["monday"]);
});

test("released by force, the target is free although the run never ended", async () => {
  const name = "abandoned";
  await broken(name);
  await stage.fault("restore-seconds.once", "3");
  const process = commandLine({ name, force: true });
  await untilJobRuns(stage, name);
  await kill(process);
  expect(await held(stage)).toMatch(/^abandoned\./);
  const ref = { name, namespace: stage.namespace };
  const released = await stage.engine.release(ref, { ...stage.options, force: true });
  expect(released.status.phase).toBe("Failed");
  expect(released.status.message).toContain("released by force");
  expect(await held(stage)).toBeUndefined();
  expect(await stage.marks(name)).toEqual(["monday", "tuesday"]);
  await expectRestored(stage, await stage.restore({ name, force: true }), ["monday"]);
});

test("two restores on one target: the second names the holder, waits, and both are done", async () => {
  for (const name of ["first", "second"]) await broken(name);
  await stage.fault("restore-seconds.once", "4");
  const first = stage.restore({ name: "first", force: true });
  await untilJobRuns(stage, "first");
  const second = stage.begin((engine, options) =>
    engine.run(stage.request({ name: "second", force: true }), options),
  );
  await untilStatus(stage, "second", ({ message }) => message?.includes("restore first holds") === true);
  expect(await held(stage)).toMatch(/^first\./);
  expect(await jobsOf(stage, "second")).toEqual([]);
  await expectRestored(stage, await second.ended, ["monday"]);
  await expectRestored(stage, await first, ["monday"]);
  expect(second.told.map(({ message }) => message).join("\n")).toContain("restore first holds");
});

test("removed while it runs: the old data serves, and no trace is left", async () => {
  const name = "removed";
  await broken(name);
  const before = await serving(stage, name);
  await stage.fault("restore-seconds", "20");
  const running = stage.restore({ name, force: true });
  await untilJobRuns(stage, name);
  const { runId = "" } = (await stage.engine.status({ name, namespace: stage.namespace })) ?? {};
  await stage.engine.remove({ name, namespace: stage.namespace, runId }, stage.options);
  const report = await running;
  expect(report.failure?.reason).toBe("Cancelled");
  expect(conditionOf(report, "Ready")).toBe("False Cancelled");
  expect(await stage.marks(name)).toEqual(["monday", "tuesday"]);
  expect(await serving(stage, name)).toEqual(before);
  expect(await remains(stage, name)).toEqual({ ...nothingRemains, jobs: [] });
  expect(await previousStores(stage)).not.toContain(runId);
  expect(await stage.engine.status({ name, namespace: stage.namespace })).toBeUndefined();
});

test("cancelled while the database is out of service: the old data is back", async () => {
  const name = "cancelled";
  await broken(name);
  await stage.fault(`start-delay.${name}`, "3");
  const cancel = new AbortController();
  const { ended } = stage.begin((engine, options) =>
    engine.run(stage.request({ name, force: true }), { ...options, cancel: cancel.signal }),
  );
  await untilStatus(stage, name, ({ progress }) => progress?.step === "BringUp");
  cancel.abort();
  await expectGivenBack(stage, await ended, "Cancelled", ["monday", "tuesday"]);
});

test("a login that runs out while the database is out of service: with the next one the restore goes on", async () => {
  const name = "login";
  await broken(name);
  // The API server remembers for ten seconds what it has accepted.
  await stage.fault(`start-delay.${name}`, "20");
  const { ended, told } = stage.begin((engine, options) =>
    engine.run(stage.request({ name, force: true }), options),
  );
  await untilStatus(stage, name, ({ progress }) => progress?.step === "BringUp");
  await stage.identity.expire();
  await eventually(() =>
    Promise.resolve(told.some(({ message }) => /does not accept the credentials/.test(message))),
  );
  await stage.identity.renew();
  await expectRestored(stage, await ended, ["monday"]);
  expect(await stopsOf(stage, name)).toBe(1);
});
