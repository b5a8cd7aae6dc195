/**
 * Strategy inPlace: the old data is gone from the moment the Job overwrites it, and not a moment before. What ends
 * earlier gives the old data back; what ends later is taken up again, with its whole time once more.
 */
import { completed, failedWith, newDataServes, nothingLeftOver, Verdict } from "./expectations.js";
import { drive, driveOn, requestOf, running, withEveryDeath } from "./story.js";
import { createWorld } from "./world/scene.js";

jest.setTimeout(300_000);

describe.each([false, true])("in place, stopCluster %s", (stopCluster) => {
  const tell = async (crashAfter?: number): Promise<{ readonly effects: readonly string[] }> => {
    const world = await createWorld();
    world.guardian.mayLose = () => world.ledger.count("JOB restore") > 0;
    world.jobBehaviour = { restore: { failAt: { stage: "restore", code: 1, line: "it broke" } } };
    const work = running(requestOf({ stopCluster, options: { strategy: "inPlace" } }));
    const first = await drive(world, work, { crashAfter });
    const failed = first.report ?? (await driveOn(world, work));
    const verdict = new Verdict(world, failed);
    failedWith(verdict, failed, "JobFailed");
    verdict
      .same("replicas", world.target().replicas, 1)
      .same("the hold", world.target().hold, undefined)
      .done();
    world.jobBehaviour = {};
    const { report } = await drive(world, work);
    const whole = new Verdict(world, report);
    completed(whole, report).atMost("STOP orders", 1);
    newDataServes(whole, world);
    nothingLeftOver(whole, world);
    whole.done();
    return { effects: first.driver.effects };
  };

  it.each([
    ["does not start", { blocker: "exceeded quota: team-a" }],
    ["takes longer than it may", { restoreMs: 10 * 3_600_000 }],
  ])("a Job that %s is stopped before the target is given free", async (_what, behaviour) => {
    const world = await createWorld();
    world.guardian.mayLose = () => world.ledger.count("JOB restore") > 0;
    world.jobBehaviour = { restore: behaviour };
    const { report } = await drive(
      world,
      running(requestOf({ stopCluster, timeout: "1h", options: { strategy: "inPlace" } })),
    );
    new Verdict(world, report)
      .same("the phase", report?.status.phase, "Failed")
      .same("unfinished Jobs", world.jobs.unfinished(), [])
      .same("replicas", world.target().replicas, 1)
      .same("protected claims", world.claims.anyProtected(), false)
      .done();
  });

  it("a Job that fails is made again by the next run", async () => {
    await tell();
  });

  it("a Job that is made again days later has its whole time", async () => {
    const world = await createWorld();
    world.guardian.mayLose = () => world.ledger.count("JOB restore") > 0;
    world.jobBehaviour = { restore: { failAt: { stage: "restore", code: 1, line: "it broke" } } };
    const work = running(requestOf({ stopCluster, timeout: "1h", options: { strategy: "inPlace" } }));
    await drive(world, work);
    await world.clock.pass(30 * 3_600_000);
    world.jobBehaviour = { restore: { restoreMs: 50 * 60_000 } };
    const { report } = await drive(world, work);
    const verdict = new Verdict(world, report);
    completed(verdict, report);
    newDataServes(verdict, world);
    nothingLeftOver(verdict, world);
    verdict.done();
  });

  it("also when the process dies after any effect", async () => {
    await withEveryDeath(tell);
  });
});
