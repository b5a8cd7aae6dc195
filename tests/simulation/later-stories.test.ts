/**
 * What comes after: undo and discard, the same request again, another trigger, a lost
 * journal, two restores on one target. The new data and its writes stay whatever fails then.
 */
import {
  completed,
  conditionOf,
  exceptJobsLeftByForce,
  newDataServes,
  nothingLeftOver,
  oldDataServes,
  Verdict,
} from "./expectations.js";
import { drive, driveOn, launch, requestOf, running, type Work, withEveryDeath, ref } from "./story.js";
import { createWorld } from "./world/scene.js";

jest.setTimeout(300_000);

const undoing: Work = (engine, options) => engine.undo(ref, options);
const discarding: Work = (engine, options) => engine.discard(ref, options);

describe("undo", () => {
  const tell = async (
    stopCluster: boolean,
    crashAfter?: number,
  ): Promise<{ readonly effects: readonly string[] }> => {
    const world = await createWorld();
    await drive(world, running(requestOf({ stopCluster })));
    const first = await drive(world, undoing, { crashAfter });
    const report = first.report ?? (await driveOn(world, (engine, options) => engine.resume(ref, options)));
    const verdict = new Verdict(world, report);
    verdict
      .same("the failure", report.failure, undefined)
      .same("the phase", report.status.phase, "Completed")
      .same("Undone", conditionOf(report, "Undone"), "True Undone")
      .same("the hold", world.target().hold, undefined)
      .same("leases", world.journals.leases.size, 0);
    oldDataServes(verdict, world);
    verdict.count("STOP orders", 2).count("START orders", 2);
    const again = await drive(world, running(requestOf({ stopCluster })));
    verdict.same("asked again", again.report?.status.phase, "Completed").count("JOB restore", 1);
    oldDataServes(verdict, world).done();
    return { effects: first.driver.effects };
  };

  it.each([false, true])("puts the old data back (stopCluster %s)", async (stopCluster) => {
    await tell(stopCluster);
  });

  it("does so when the process dies after any effect", async () => {
    await withEveryDeath((crashAfter) => tell(false, crashAfter));
  });

  it("is refused when the previous store was discarded", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf({ options: { keepPrevious: "0" } })));
    await expect(drive(world, undoing)).rejects.toThrow(/no previous store/);
    const verdict = new Verdict(world, undefined);
    newDataServes(verdict, world);
    nothingLeftOver(verdict, world, { previous: false });
    verdict.done();
  });
});

describe("discard", () => {
  it("removes the previous store and nothing else", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf()));
    const { report } = await drive(world, discarding);
    const verdict = new Verdict(world, report);
    verdict
      .same("the failure", report?.failure, undefined)
      .same("previous", report?.status.previous, undefined);
    newDataServes(verdict, world);
    nothingLeftOver(verdict, world, { previous: false });
    verdict.done();
  });
});

describe("discard of a target that", () => {
  it("is gone ends for good: the store counts as removed", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf()));
    world.targets.delete("solo");
    const { report } = await drive(world, discarding);
    new Verdict(world, report)
      .same("the failure", report?.failure, undefined)
      .same("the phase", report?.status.phase, "Completed")
      .same("previous", report?.status.previous, undefined)
      .same("Ready", conditionOf(report, "Ready"), "True Restored")
      .done();
    await expect(drive(world, discarding)).rejects.toThrow(/no previous store/);
  });

  it("has no pod leaves the restore as it was, however often it is tried", async () => {
    const world = await createWorld({ target: { owner: "none" } });
    const first = await drive(world, running(requestOf()));
    world.target().scale(0);
    await world.clock.pass(60_000);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { report } = await drive(world, discarding);
      const verdict = new Verdict(world, report)
        .same("the failure", report?.failure?.reason, "TargetNotReady")
        .same("Ready", conditionOf(report, "Ready"), conditionOf(first.report, "Ready"));
      for (const part of ["phase", "steps", "message", "previous", "stats", "completionTime"] as const)
        verdict.same(part, report?.status[part], first.report?.status[part]);
      verdict.done();
    }
  });
});

describe("asked for again", () => {
  it("does nothing for the same request", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf()));
    const effects = world.ledger.lines.length;
    const { report } = await drive(world, running(requestOf({ options: { keepPrevious: "48h" } })));
    completed(new Verdict(world, report), report).same("effects", world.ledger.lines.length, effects).done();
  });

  it("restores again for another trigger, and the older previous store stays for its own time", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf()));
    const { report } = await drive(world, running(requestOf({ trigger: "tuesday" })));
    const verdict = new Verdict(world, report);
    completed(verdict, report).count("JOB restore", 2);
    newDataServes(verdict, world);
    nothingLeftOver(verdict, world, { previous: 2 });
    verdict.done();
  });

  it("has the Job of the run before removed while the database still serves", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf({ stopCluster: true })));
    const before = world.ledger.lines.length;
    const { report } = await drive(world, running(requestOf({ stopCluster: true, trigger: "tuesday" })));
    const lines = world.ledger.lines.slice(before);
    const [removed, stopped] = ["DELETE JOB", "STOP"].map((what) =>
      lines.findIndex((one) => one.what.includes(what)),
    );
    const verdict = new Verdict(world, report);
    completed(verdict, report)
      .that(removed !== undefined && removed >= 0, "the Job of the run before is still there")
      .that((removed ?? 0) < (stopped ?? -1), "the Job was removed while nothing served");
    verdict.done();
  });

  it("is already restored when the journal is lost", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf()));
    const writes = world.serving()?.writes ?? 0;
    world.journals.records.clear();
    const { report } = await drive(world, running(requestOf({ name: "under-another-name" })));
    const verdict = new Verdict(world, report);
    verdict
      .same("the phase", report?.status.phase, "Completed")
      .same("Ready", conditionOf(report, "Ready"), "True AlreadyRestored")
      .that((world.serving()?.writes ?? 0) >= writes, "writes are gone")
      .count("JOB restore", 1)
      .same("the hold", world.target().hold, undefined)
      .done();
  });
});

describe("two restores on one target", () => {
  it("one waits for the other, and both are done", async () => {
    const world = await createWorld();
    const one = launch(world, running(requestOf({ name: "one" })));
    const other = launch(world, running(requestOf({ name: "other", source: "folder" })));
    const reports = await world.clock.settle(Promise.all([one, other]));
    const verdict = new Verdict(world, reports[1].report);
    for (const { report } of reports) completed(verdict, report);
    newDataServes(verdict, world);
    verdict.count("JOB restore", 2).count("HOLD", 2).same("the hold", world.target().hold, undefined).done();
  });

  it("the one that waits too long gives up and touches nothing", async () => {
    const world = await createWorld();
    world.jobBehaviour = { restore: { restoreMs: 3_600_000 } };
    const one = launch(world, running(requestOf({ name: "one" })));
    await world.clock.pass(10_000);
    const { report } = await drive(world, running(requestOf({ name: "other", source: "folder" })));
    const verdict = new Verdict(world, report)
      .same("the phase", report?.status.phase, "Pending")
      .same("the reason", report?.failure?.reason, "WaitedTooLong")
      .that(report?.failure?.message.includes("one") === true, "the holder is not named")
      .count("HOLD", 1);
    verdict.done();
    completed(new Verdict(world, undefined), (await world.clock.settle(one)).report).done();
  });

  it("the hold of a run whose process died is not taken while its journal lives", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf({ name: "one" })), { crashAfter: 8 });
    const { report } = await drive(world, running(requestOf({ name: "other", source: "folder" })));
    new Verdict(world, report).same("the reason", report?.failure?.reason, "WaitedTooLong").done();
  });

  it("the same restore driven twice at once is done once", async () => {
    const world = await createWorld();
    const one = launch(world, running(requestOf()));
    const other = launch(world, running(requestOf()));
    const reports = await world.clock.settle(Promise.all([one, other]));
    const verdict = new Verdict(world, reports[1].report);
    for (const { report } of reports) completed(verdict, report);
    newDataServes(verdict, world);
    nothingLeftOver(verdict, world, { previous: true });
    verdict.count("JOB restore", 1).count("STOP orders", 1).done();
  });
});

it("what a run that was released by force left behind goes with the next one", async () => {
  const world = await createWorld();
  const work = launch(world, running(requestOf()));
  await world.clock.pass(30_000);
  work.driver.kill();
  await drive(world, (engine, options) => engine.release(ref, { ...options, force: true }));
  const data = world.claims.volume(world.target().claimName(0));
  const scratch = [...(data?.leaves ?? [])].filter(([path]) => path.includes("restoring-"));
  await world.clock.pass(120_000);
  const { report } = await drive(world, running(requestOf()));
  world.violations.splice(0, Infinity, ...exceptJobsLeftByForce(world.violations));
  const verdict = new Verdict(world, report).that(scratch.length > 0, "it left nothing behind");
  completed(verdict, report);
  newDataServes(verdict, world);
  nothingLeftOver(verdict, world, { previous: true }).done();
});
