/** `mode: "operator"` from end to end: the real Pulumi engine, the package as built, the operator as a process. */
import { installRestoreKind } from "../../tools/lab/index.js";
import { expectServing } from "./expectations.js";
import { shippedIdentity, type Identity } from "./identity.js";
import { nothingRemains, remains, restoreJob, stopsOf, untilJobRuns } from "./look.js";
import { abandon, OperatorProcess, read, until } from "./operator-stage.js";
import { PulumiProject } from "./pulumi-project.js";
import { kubeconfig, Stage, type Wish } from "./stage.js";

jest.setTimeout(300_000);

let stage: Stage;
let operator: OperatorProcess;
let identity: Identity;
const projects: PulumiProject[] = [];
beforeAll(async () => {
  stage = await Stage.open();
  await installRestoreKind(stage.cluster);
  identity = await shippedIdentity(stage);
  operator = OperatorProcess.start(stage.namespace, identity.kubeconfig);
  await operator.says("leads");
}, 300_000);
afterEach(() => stage.behave());
afterAll(async () => {
  await operator.stop();
  identity.forget();
  projects.forEach((project) => project.remove());
  await abandon(stage);
  await stage.close();
});

const document = (wish: Wish, mode: "direct" | "operator" = "operator"): ReturnType<Stage["document"]> => ({
  ...stage.document(wish),
  mode,
});

/** A database that lost its way since its backup, and a program that has the operator restore it. */
async function declared(name: string, more: Partial<Wish> = {}): Promise<[PulumiProject, Wish]> {
  await stage.database(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
  const project = await PulumiProject.open();
  projects.push(project);
  const wish: Wish = { name, force: true, connection: { kubeconfig }, ...more };
  project.declare(name, document(wish));
  return [project, wish];
}

test("up applies the resource and waits for its end; another mode restores nothing; destroy removes it", async () => {
  const [project, wish] = await declared("orders");
  const { name } = wish;
  const first = await project.up();
  expect(first).toMatchObject({ code: 0 });
  await expectServing(stage, name, ["monday"]);
  const { status, metadata } = await read(stage, name);
  expect(project.restored()).toMatchObject({
    id: `${stage.namespace}/${name}`,
    outputs: { status, runId: status?.runId },
  });
  expect(status?.phase).toBe("Completed");
  expect(metadata.finalizers).toEqual(["neo4j.com/restore-operator"]);

  await stage.mark(name, "since");
  expect((await project.up()).output).toMatch(/2 unchanged/);
  project.declare(name, document(wish, "direct"));
  expect(await project.up()).toMatchObject({ code: 0 });
  await expect(read(stage, name)).rejects.toMatchObject({ code: 404 });
  project.declare(name, document(wish));
  expect(await project.up()).toMatchObject({ code: 0 });
  expect((await read(stage, name)).status).toMatchObject({ phase: "Completed", runId: status?.runId });
  await expectServing(stage, name, ["monday", "since"]);

  project.declare(name, document({ ...wish, trigger: "again" }));
  expect(await project.up()).toMatchObject({ code: 0 });
  await expectServing(stage, name, ["monday"]);
  expect(project.restored()?.outputs?.runId).not.toBe(status?.runId);

  expect(await project.destroy()).toMatchObject({ code: 0 });
  await expect(read(stage, name)).rejects.toMatchObject({ code: 404 });
  expect(await remains(stage, name)).toEqual({ ...nothingRemains, jobs: [] });
  await expectServing(stage, name, ["monday"]);
});

test("a restore that fails fails the up, with its reason; the next up goes on once the cause is gone", async () => {
  const [project, { name }] = await declared("failing");
  await stage.fault("restore-fail-midway.once", "1 The artifact broke off.");
  const failed = await project.up();
  expect(failed.code).not.toBe(0);
  expect(failed.output).toContain("JobFailed");
  expect(project.restored()?.outputs?.status?.phase).toBe("Failed");
  await expectServing(stage, name, ["monday", "tuesday"]);
  expect(await project.up()).toMatchObject({ code: 0 });
  await expectServing(stage, name, ["monday"]);
  expect(project.restored()?.outputs?.status?.phase).toBe("Completed");
});

test("an up that was killed leaves the operator at work, and the next one joins it: one Job, one interruption", async () => {
  const [project, { name }] = await declared("killed");
  await stage.fault("restore-seconds", "12");
  const { process, ended } = project.start("up", "--yes", "--skip-preview");
  await untilJobRuns(stage, name);
  process.kill("SIGKILL");
  await ended;
  await project.unlock();
  const job = (await restoreJob(stage, name)).metadata?.uid;
  const next = await project.up();
  expect(next).toMatchObject({ code: 0 });
  expect((await restoreJob(stage, name)).metadata?.uid).toBe(job);
  expect(await stopsOf(stage, name)).toBe(1);
  await expectServing(stage, name, ["monday"]);
});

test("what is missing is waited for until waitFor; destroyed then, nothing of it stays", async () => {
  const source = { type: "backup", backupRef: "never-there" } as const;
  const [project, { name }] = await declared("waiting", { source, options: { waitFor: "3s" } });
  const waited = await project.up();
  expect(waited.code).not.toBe(0);
  expect(waited.output).toContain("WaitedTooLong");
  expect(waited.output).toContain("never-there");
  expect(project.restored()?.outputs?.status?.phase).toBe("Pending");
  await until(stage, name, "waiting on", ({ status }) => status?.phase === "Pending");
  expect(await project.destroy()).toMatchObject({ code: 0 });
  await expect(read(stage, name)).rejects.toMatchObject({ code: 404 });
  await expectServing(stage, name, ["monday", "tuesday"]);
});
