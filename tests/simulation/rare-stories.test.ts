/**
 * The seldom ends: giving back that cannot be finished, the last resort, another restore's wish in the middle of
 * a run, claims for temporary files, whose run may be removed.
 */
import {
  completed,
  failedWith,
  newDataServes,
  nothingLeftOver,
  oldDataServes,
  Verdict,
} from "./expectations.js";
import { drive, driveOn, launch, requestOf, restoreName, running, withEveryDeath, ref } from "./story.js";
import { createWorld } from "./world/scene.js";
import { verbOf } from "./world/script.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

describe.each([false, true])("a rollback that cannot be finished, stopCluster %s", (stopCluster) => {
  const stuck = async (): Promise<World> => {
    const world = await createWorld();
    world.misbehaviour = (_name, store) => (store?.origin === "backup" ? { refusesStart: "broken" } : {});
    world.faults.add({
      call: (call) => call.name === "kubernetes.exec" && verbOf(call.args[3] as readonly string[]) === "back",
      when: "before",
      kind: "terminal",
      reason: "SwapFailed",
      times: Infinity,
    });
    const { report } = await drive(world, running(requestOf({ stopCluster })));
    const verdict = new Verdict(world, report);
    failedWith(verdict, report, "RollbackIncomplete")
      .that(/neo4j-restore resume/.test(report?.failure?.message ?? ""), "resume is not named")
      .that(
        /\.neo4j-restore\/run\d+\/previous/.test(report?.failure?.message ?? ""),
        "the old store's place is not named",
      )
      .that(world.target().hold !== undefined, "the target was given free")
      .done();
    return world;
  };

  it.each(["resume", "run"] as const)("is finished by %s", async (how) => {
    const world = await stuck();
    world.faults.clear();
    world.misbehaviour = () => ({});
    const { report } = await drive(
      world,
      how === "run" ? running(requestOf({ stopCluster })) : (engine, options) => engine.resume(ref, options),
    );
    const verdict = new Verdict(world, report);
    if (how === "run") {
      completed(verdict, report);
      newDataServes(verdict, world);
      nothingLeftOver(verdict, world, { previous: true });
    } else {
      failedWith(verdict, report, "BringUpFailed");
      oldDataServes(verdict, world);
      nothingLeftOver(verdict, world);
    }
    verdict.done();
  });

  it("can be released by force, and another restore can then have the target", async () => {
    const world = await stuck();
    const { report } = await drive(world, (engine, options) =>
      engine.release(ref, { ...options, force: true }),
    );
    new Verdict(world, report)
      .same("the hold", world.target().hold, undefined)
      .that(/previous/.test(report?.status.message ?? ""), "the old store's place is not named")
      .done();
  });
});

describe("patience", () => {
  it.each(["kubernetes.exec", "neo4j.stop", "kubernetes.create", "neo4j.start", "kubernetes.hold"])(
    "with %s that fails for ever has an end, and asks less and less often",
    async (call) => {
      const world = await createWorld();
      let calls = 0;
      const swap = (argv: unknown): boolean => verbOf(argv as readonly string[]) === "swap";
      world.faults.add({
        call: ({ name, args }) =>
          name === call &&
          (call !== "kubernetes.exec" || swap(args[3])) &&
          ++calls > 0 &&
          world.clock.now() < until,
        when: "before",
        times: Infinity,
      });
      const until = world.clock.now() + 8 * 60_000;
      const { report } = await drive(world, running(requestOf()));
      const verdict = new Verdict(world, report)
        .same("the phase", report?.status.phase, "Failed")
        .that(calls < 40, `it was asked ${calls} times`);
      oldDataServes(verdict, world);
      nothingLeftOver(verdict, world).done();
    },
  );

  it.each(["neo4j.stop", "neo4j.setAccess", "neo4j.start", "kubernetes.hold", "kubernetes.saveReturnState"])(
    "is not wasted on %s that is refused",
    async (call) => {
      const world = await createWorld();
      let calls = 0;
      world.faults.add({
        call: ({ name }) => name === call && ++calls === 1,
        when: "before",
        kind: "terminal",
        reason: call.startsWith("neo4j") ? "Neo4jRefused" : "KubernetesRefused",
      });
      const { report } = await drive(world, running(requestOf()));
      const verdict = new Verdict(world, report);
      failedWith(verdict, report, call.startsWith("neo4j") ? "Neo4jRefused" : "KubernetesRefused");
      oldDataServes(verdict, world);
      nothingLeftOver(verdict, world).done();
    },
  );

  it("is not used up by troubles that lie far apart", async () => {
    const world = await createWorld();
    world.jobBehaviour = { restore: { restoreMs: 6 * 3_600_000 } };
    for (const minutes of [2, 9, 30, 60, 61, 120, 300]) {
      world.clock.after(minutes * 60_000, () =>
        world.faults.add({ call: "kubernetes.job", when: "before", times: 2 }),
      );
    }
    const { report } = await drive(world, running(requestOf()));
    const verdict = new Verdict(world, report);
    completed(verdict, report);
    newDataServes(verdict, world).done();
  });
});

describe("another wish in the middle of a run", () => {
  it("another trigger gives back what runs and restores then", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf()), { crashAfter: 16 });
    const { report } = await drive(world, running(requestOf({ trigger: "tuesday" })));
    const verdict = new Verdict(world, report);
    completed(verdict, report);
    newDataServes(verdict, world);
    nothingLeftOver(verdict, world, { previous: true });
    verdict.count("HOLD", 2).done();
  });

  it("changed hooks are taken up by the run", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf()), { crashAfter: 8 });
    const options = { postRestore: { cypherStatements: ["RETURN 7"] } };
    const { report } = await drive(world, (engine, how) => engine.record(requestOf({ options }), how));
    const verdict = new Verdict(world, report);
    completed(verdict, report).count("HOOK orders: RETURN 7", 1).count("JOB restore", 1);
    newDataServes(verdict, world);
    verdict.done();
  });

  it("changed hooks of a completed run are only noted", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf()));
    const effects = world.ledger.lines.length;
    const options = { postRestore: { cypherStatements: ["RETURN 7"] } };
    const { report } = await drive(world, (engine, how) => engine.record(requestOf({ options }), how));
    completed(new Verdict(world, report), report).same("effects", world.ledger.lines.length, effects).done();
  });

  it("release gives back a run in the middle", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf()), { crashAfter: 16 });
    const { report } = await drive(world, (engine, options) =>
      engine.release(ref, { ...options, force: false }),
    );
    const verdict = new Verdict(world, report);
    failedWith(verdict, report, "Cancelled");
    oldDataServes(verdict, world);
    nothingLeftOver(verdict, world);
    verdict.done();
  });
});

describe.each([false, true])("a claim for temporary files, stopCluster %s", (stopCluster) => {
  it.each(["well", "badly"])("is gone when the restore ended %s", async (end) => {
    await withEveryDeath(async (crashAfter) => {
      const world = await createWorld();
      if (end === "badly") {
        world.jobBehaviour = { restore: { failAt: { stage: "restore", code: 1, line: "it broke" } } };
      }
      const work = running(requestOf({ stopCluster, options: { tempStorage: { size: "50Gi" } } }));
      const first = await drive(world, work, { crashAfter });
      const report = first.report ?? (await driveOn(world, work));
      const verdict = new Verdict(world, report);
      nothingLeftOver(verdict, world, { previous: end === "well" });
      verdict.done();
      return { effects: first.driver.effects };
    });
  });
});

describe("removal", () => {
  const remove = (world: World, owner: string, runId: string): Promise<unknown> =>
    drive(
      world,
      async (engine, options) => {
        await engine.remove({ ...ref, runId }, options);
        return { ...ref, runId, status: { phase: "Completed" } };
      },
      { owner },
    );

  it("of another owner leaves the run alone", async () => {
    const world = await createWorld();
    const work = launch(world, running(requestOf()));
    await world.clock.pass(20_000);
    const text = world.journals.records.get(`neo4j/${restoreName}`)?.state ?? "{}";
    const state = JSON.parse(text) as { readonly runId?: string };
    await remove(world, "somebody else", state.runId ?? "");
    const { report } = await world.clock.settle(work);
    const verdict = new Verdict(world, report);
    completed(verdict, report);
    newDataServes(verdict, world);
    verdict.done();
  });

  it("of an earlier run leaves the later one alone", async () => {
    const world = await createWorld();
    const { report: earlier } = await drive(world, running(requestOf()));
    const { report } = await drive(world, running(requestOf({ trigger: "tuesday" })));
    await remove(world, "story", earlier?.runId ?? "");
    const verdict = new Verdict(world, report).same("journals", world.journals.records.size, 1);
    newDataServes(verdict, world);
    nothingLeftOver(verdict, world, { previous: 2 }).done();
  });

  it("of a completed restore leaves the data, and the next one is already restored", async () => {
    const world = await createWorld();
    const { report } = await drive(world, running(requestOf()));
    await remove(world, "story", report?.runId ?? "");
    await world.clock.pass(1_000);
    const verdict = new Verdict(world, report);
    newDataServes(verdict, world);
    nothingLeftOver(verdict, world, { previous: true }).same("Jobs", world.jobs.names(), []).done();
    const again = await drive(world, running(requestOf()));
    new Verdict(world, again.report)
      .same("the phase", again.report?.status.phase, "Completed")
      .count("JOB restore", 1)
      .done();
  });
});
