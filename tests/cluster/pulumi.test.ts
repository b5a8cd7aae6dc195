/** The main road from end to end: the real Pulumi engine, the package as built, a real cluster. */
import { expectNothingRemains, expectServing } from "./expectations.js";
import { jobsOf, restoreJob, stopsOf, untilJobRuns } from "./look.js";
import { PulumiProject } from "./pulumi-project.js";
import { kubeconfig, Stage, type Wish } from "./stage.js";

jest.setTimeout(240_000);

let stage: Stage;
const projects: PulumiProject[] = [];
beforeAll(async () => {
  stage = await Stage.open();
}, 300_000);
afterEach(() => stage.behave());
afterAll(async () => {
  projects.forEach((project) => project.remove());
  await stage.close();
});

/** A database that lost its way since its backup, and a program that restores it. */
async function declared(name: string): Promise<[PulumiProject, Wish]> {
  await stage.database(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
  const wish: Wish = { name, force: true, connection: { kubeconfig } };
  return [await program(wish), wish];
}

/** A program with a state of its own: as where the state of the first was lost. */
async function program(wish: Wish): Promise<PulumiProject> {
  const project = await PulumiProject.open();
  projects.push(project);
  project.declare(wish.name, stage.document(wish));
  return project;
}

/** An engine that dies while the restore's Job works. */
async function killedMidway(project: PulumiProject, name: string): Promise<void> {
  const { process, ended } = project.start("up", "--yes", "--skip-preview");
  await untilJobRuns(stage, name);
  process.kill("SIGKILL");
  await ended;
  await project.unlock();
}

test("up restores once, the outputs tell how it went, and nothing but a trigger restores again, no lost state either", async () => {
  const [project, wish] = await declared("orders");
  const first = await project.up();
  expect(first).toMatchObject({ code: 0 });
  await expectServing(stage, wish.name, ["monday"]);
  await expectNothingRemains(stage, wish.name);
  const journal = await stage.engine.status({ name: wish.name, namespace: stage.namespace });
  expect(project.restored()).toMatchObject({
    id: `${stage.namespace}/${wish.name}`,
    outputs: { status: journal?.status, runId: journal?.runId },
  });
  expect(journal?.status.phase).toBe("Completed");

  await stage.mark(wish.name, "since");
  expect((await project.up()).output).toMatch(/2 unchanged/);
  const job = (await restoreJob(stage, wish.name)).metadata?.uid;
  const lost = await program(wish);
  expect((await lost.up()).code).toBe(0);
  expect((await restoreJob(stage, wish.name)).metadata?.uid).toBe(job);
  expect(lost.restored()?.outputs).toMatchObject({ status: journal?.status, runId: journal?.runId });
  await expectServing(stage, wish.name, ["monday", "since"]);

  expect((await project.destroy()).code).toBe(0);
  expect(await jobsOf(stage, wish.name)).toEqual([]);
  const again = await project.up();
  expect(again.code).toBe(0);
  expect(await jobsOf(stage, wish.name)).toEqual([]);
  await expectServing(stage, wish.name, ["monday", "since"]);
  expect(project.restored()?.outputs?.status?.conditions).toContainEqual(
    expect.objectContaining({ type: "Ready", status: "True", reason: "AlreadyRestored" }),
  );

  project.declare(wish.name, stage.document({ ...wish, trigger: "again" }));
  expect((await project.up()).code).toBe(0);
  await expectServing(stage, wish.name, ["monday"]);
});

test("an up that was killed goes on with the next: one Job, one interruption", async () => {
  const [project, { name }] = await declared("killed");
  await stage.fault("restore-seconds", "8");
  await killedMidway(project, name);
  const job = (await restoreJob(stage, name)).metadata?.uid;
  const next = await project.up();
  expect(next).toMatchObject({ code: 0 });
  expect((await restoreJob(stage, name)).metadata?.uid).toBe(job);
  expect(await stopsOf(stage, name)).toBe(1);
  await expectServing(stage, name, ["monday"]);
  await expectNothingRemains(stage, name);
  expect(project.restored()?.outputs?.status?.phase).toBe("Completed");
});

test("destroyed while a restore is under way: the old data serves on", async () => {
  const [project, wish] = await declared("destroyed");
  const { name } = wish;
  expect((await project.up()).code).toBe(0);
  await stage.mark(name, "since");
  await stage.fault("restore-seconds", "20");
  project.declare(name, stage.document({ ...wish, trigger: "again" }));
  await killedMidway(project, name);
  const destroyed = await project.destroy();
  expect(destroyed).toMatchObject({ code: 0 });
  await expectServing(stage, name, ["monday", "since"]);
  await expectNothingRemains(stage, name);
  expect(await jobsOf(stage, name)).toEqual([]);
});
