/**
 * The operator is killed in each step of a restore, is replaced by another version in the middle of one, and loses
 * its API server: each restore is ended by whoever comes next, and all of it happened once.
 */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as k8s from "@kubernetes/client-node";
import { journalName } from "../../provider/plan/names.js";
import type { Neo4jRestoreSpec } from "../../provider/spec/types.js";
import { debianReference, installRestoreKind, openApiServer, type ApiServer } from "../../tools/lab/index.js";
import { expectNothingRemains, expectServing } from "./expectations.js";
import { stopsOf, untilJobRuns } from "./look.js";
import { abandon, create, OperatorProcess, read, until, untilPhase } from "./operator-stage.js";
import { kubeconfig, Stage } from "./stage.js";

jest.setTimeout(400_000);

type Options = NonNullable<Neo4jRestoreSpec["options"]>;

const database = "orders";
let stage: Stage;
let server: ApiServer | undefined;
const operators: OperatorProcess[] = [];
const folders: string[] = [];
/** Whether an operator that ends is started again, as a Deployment does. */
let deployed = false;

beforeAll(async () => {
  stage = await Stage.open();
  await installRestoreKind(stage.cluster);
  await stage.database(database, "monday");
  await stage.backup(database, database);
}, 300_000);
afterEach(() => stage.behave());
afterAll(async () => {
  deployed = false;
  await Promise.all(operators.map((operator) => operator.stop()));
  await server?.remove();
  for (const folder of folders) await rm(folder, { recursive: true });
  await abandon(stage);
  await stage.close();
});

function start(kubeconfigFile = kubeconfig, folder?: string): OperatorProcess {
  const operator = OperatorProcess.start(stage.namespace, kubeconfigFile, folder);
  operators.push(operator);
  return operator;
}

/** All restores are of one database and one backup: what makes them different is their trigger. */
async function begin(
  name: string,
  wish: { readonly options?: Options; readonly stopCluster?: boolean } = {},
) {
  await stage.mark(database, "tuesday");
  const stopped = await stopsOf(stage, database);
  const options: Options = { keepPrevious: "0s", ...wish.options };
  const source = { type: "backup", backupRef: database } as const;
  await create(stage, { name, databaseName: database, source, force: true, trigger: name, ...wish, options });
  return stopped;
}

/** Another one leads and drives at once. By themselves these Leases run out after 15 s, which other stories tell. */
async function leasesRunOut(restore: string): Promise<void> {
  const leases = stage.cluster.config.makeApiClient(k8s.CoordinationV1Api);
  for (const holder of [restore, "operator.leader"]) {
    const lease = { name: journalName(holder), namespace: stage.namespace };
    await leases.deleteNamespacedLease(lease).catch((error: unknown) => {
      if (!(error instanceof k8s.ApiException) || error.code !== 404) throw error;
    });
  }
}

/** How many Jobs of this name ever had a pod: also those that are gone. */
async function jobsMade(name: string): Promise<number> {
  const { items } = await stage.cluster.core.listNamespacedEvent({
    namespace: stage.namespace,
    fieldSelector: `involvedObject.kind=Job,involvedObject.name=${name},reason=SuccessfulCreate`,
  });
  return items.reduce((sum, { count }) => sum + (count ?? 1), 0);
}

async function expectOnce(name: string, stopped: number): Promise<void> {
  const { status } = await read(stage, name);
  expect(status).toMatchObject({ phase: "Completed", backupInfo: { originalDatabase: database } });
  expect(status?.steps?.map(({ attempt }) => attempt)).not.toContain(2);
  expect(await jobsMade(`${name}-restore`)).toBe(1);
  expect(await stopsOf(stage, database)).toBe(stopped + 1);
  await expectServing(stage, database, ["monday"]);
  await expectNothingRemains(stage, name);
}

describe("killed in", () => {
  const hook = {
    job: { template: { container: { image: debianReference, command: ["sleep", "2"] } } },
  };
  let leader: OperatorProcess;
  let standby: OperatorProcess;
  beforeAll(async () => {
    leader = start();
    await leader.says("leads");
    standby = start();
  });
  afterAll(() => Promise.all([leader.stop(), standby.stop()]));

  /** In each of them, or in the next one where a step was over before the process was; nobody after the end of all. */
  async function killedInEach(name: string, steps: readonly string[]): Promise<void> {
    const ended = untilPhase(stage, name, "Completed", 300_000).then(() => true);
    for (const index of steps.keys()) {
      await standby.says("waiting to lead");
      const there = leader.enters(name, ...steps.slice(index)).then(() => false);
      if (await Promise.race([there, ended])) return;
      await leader.kill();
      await leasesRunOut(name);
      leader = standby;
      standby = start();
    }
    await ended;
  }

  // No two neighbours, so that each kill has its own step to hit.
  test.each([
    ["every other step", "odd", ["Resolve", "Preflight", "TakeOffline", "BringUp", "Open"]],
    ["those between", "even", ["Lock", "Restore", "Swap", "Prove", "Release"]],
  ])("%s of an online restore", async (_, name, steps) => {
    const stopped = await begin(name);
    await killedInEach(name, steps);
    await expectOnce(name, stopped);
  });

  test("the hooks: their Jobs are joined, not repeated", async () => {
    const name = "in-hooks";
    const stopped = await begin(name, { options: { preRestore: hook, postRestore: hook } });
    await killedInEach(name, ["PreHooks", "PostHooks"]);
    await expectOnce(name, stopped);
    expect(await jobsMade(`${name}-pre-restore-hook`)).toBe(1);
    expect(await jobsMade(`${name}-post-restore-hook`)).toBe(1);
  });

  test("each step of an offline restore, one after the other", async () => {
    const name = "in-offline";
    await begin(name, { stopCluster: true });
    await killedInEach(name, ["Rehearse", "TakeOffline", "Restore", "ScaleUp", "BringUp"]);
    expect(await jobsMade(`${name}-rehearsal`)).toBe(1);
    expect(await jobsMade(`${name}-restore`)).toBe(1);
    await expectServing(stage, database, ["monday"]);
    await expectNothingRemains(stage, name);
  });
});

test("upgraded in the middle: the old version leaves, the new one goes on with its run", async () => {
  const name = "upgraded";
  const old = start();
  await old.says("leads");
  await stage.fault("restore-seconds", "4");
  const stopped = await begin(name);
  await untilJobRuns(stage, name);
  const upgraded = start(kubeconfig, await anotherVersion());
  await upgraded.says("waiting to lead");
  expect(await old.stop()).toBe(0);
  await upgraded.enters(name, "Open");
  await untilPhase(stage, name, "Completed");
  expect(await upgraded.stop()).toBe(0);
  await expectOnce(name, stopped);
});

/** The same program elsewhere and under another number, as the next image has it. */
async function anotherVersion(): Promise<string> {
  const root = path.join(__dirname, "..", "..");
  const folder = await mkdtemp(path.join(tmpdir(), "neo4j-restore-next-"));
  folders.push(folder);
  await cp(path.join(root, "provider"), path.join(folder, "provider"), { recursive: true });
  await symlink(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  const manifest = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as object;
  await writeFile(path.join(folder, "package.json"), JSON.stringify({ ...manifest, version: "99.0.0" }));
  return folder;
}

test("its API server is killed while the database is out of service, and comes back: all goes on", async () => {
  const name = "outage";
  server = await openApiServer(() => undefined);
  const { kubeconfig: ofServer } = server;
  // One that lost the lead meanwhile leaves, and wants to be started anew.
  deployed = true;
  const kept = keep(ofServer);
  const operator = operators.at(-1);
  await operator?.says("leads");
  await stage.fault(`stop-delay.${database}`, "3");
  const stopped = await begin(name);
  await until(stage, name, "stopping", ({ status }) => status?.progress?.step === "TakeOffline");
  await server.kill();
  await server.start();
  await untilPhase(stage, name, "Completed");
  await expectOnce(name, stopped);
  const lost = operators
    .flatMap(({ lines }) => lines)
    .filter(({ message }) => message.startsWith("a watch was lost"));
  expect(lost).not.toEqual([]);
  deployed = false;
  await operators.at(-1)?.stop();
  await kept;
});

async function keep(kubeconfigFile: string): Promise<void> {
  while (deployed) await start(kubeconfigFile).ended();
}
