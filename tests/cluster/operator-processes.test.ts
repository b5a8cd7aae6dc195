/** Operators that die, follow each other and take over what others left: one restore, and the service given back. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { installRestoreKind } from "../../tools/lab/index.js";
import { expectNothingRemains, expectServing } from "./expectations.js";
import { restoreJob, stopsOf, untilJobRuns, untilStatus } from "./look.js";
import { shippedIdentity, type Identity } from "./identity.js";
import { abandon, create, OperatorProcess, until, untilPhase } from "./operator-stage.js";
import { programs } from "./programs.js";
import { kubeconfig, Stage } from "./stage.js";

jest.setTimeout(180_000);

let stage: Stage;
let identity: Identity;
const operators: OperatorProcess[] = [];
beforeAll(async () => {
  stage = await Stage.open();
  await installRestoreKind(stage.cluster);
  identity = await shippedIdentity(stage);
}, 300_000);
afterEach(async () => {
  await Promise.all(operators.splice(0).map((operator) => operator.stop()));
  await stage.behave();
});
afterAll(async () => {
  identity.forget();
  await abandon(stage);
  await stage.close();
});

function start(): OperatorProcess {
  const operator = OperatorProcess.start(stage.namespace, identity.kubeconfig);
  operators.push(operator);
  return operator;
}

async function broken(name: string): Promise<void> {
  await stage.database(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
}

test("killed while the Job works: the next one joins it", async () => {
  const name = "killed";
  await broken(name);
  await stage.fault("restore-seconds", "6");
  const first = start();
  await create(stage, { name, force: true });
  await untilJobRuns(stage, name);
  await first.kill();
  const job = (await restoreJob(stage, name)).metadata?.uid;
  start();
  await untilPhase(stage, name, "Completed");
  expect((await restoreJob(stage, name)).metadata?.uid).toBe(job);
  expect(await stopsOf(stage, name)).toBe(1);
  await expectServing(stage, name, ["monday"]);
});

test("told to stop while the database is out of service: it finishes first, and the status says so", async () => {
  const name = "polite";
  await broken(name);
  await stage.fault(`stop-delay.${name}`, "3");
  const operator = start();
  await create(stage, { name, force: true });
  await until(stage, name, "stopping", ({ status }) => status?.stats?.interruption !== undefined);
  expect(await operator.stop()).toBe(0);
  await expectServing(stage, name, ["monday"]);
  start();
  await untilPhase(stage, name, "Completed");
  expect(await stopsOf(stage, name)).toBe(1);
});

test("two replicas, the leader killed while the database is out of service: the other brings it back", async () => {
  const name = "replicas";
  await broken(name);
  await stage.fault(`stop-delay.${name}`, "3");
  const leader = start();
  await leader.says("leads");
  const second = start();
  await second.says("waiting to lead");
  await create(stage, { name, force: true });
  await until(stage, name, "stopping", ({ status }) => status?.progress?.step === "TakeOffline");
  expect(second.lines.some(({ message }) => message === "leads")).toBe(false);
  await leader.kill();
  await second.says("leads");
  await untilPhase(stage, name, "Completed");
  expect(await stopsOf(stage, name)).toBe(1);
  await expectServing(stage, name, ["monday"]);
});

test("a direct run whose driver is gone is brought to its end", async () => {
  const name = "orphan";
  await broken(name);
  await stage.fault(`stop-delay.${name}`, "3");
  const folder = mkdtempSync(path.join(tmpdir(), "neo4j-restore-story-"));
  const file = path.join(folder, "restore.yaml");
  writeFileSync(file, stringify(stage.document({ name, force: true })));
  const root = path.join(__dirname, "..", "..");
  const args = [programs.cli, "run", "-f", file, "--kubeconfig", kubeconfig];
  const direct = spawn(process.execPath, args, { cwd: root, stdio: "ignore" });
  await untilStatus(stage, name, ({ progress }) => progress?.step === "TakeOffline");
  const exit = once(direct, "exit");
  direct.kill("SIGKILL");
  await exit;
  rmSync(folder, { recursive: true });
  start();
  await untilStatus(stage, name, ({ phase }) => phase === "Completed");
  await expectServing(stage, name, ["monday"]);
  await operators[0]?.stop();
  await expectNothingRemains(stage, name);
});
