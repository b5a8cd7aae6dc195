/**
 * What comes after: failures past the point of no return, hooks, undo and discard, another trigger, a lost
 * journal, two restores on one target. The new data and its writes stay whatever fails then.
 */
import type { RunReport } from "../../provider/runtime/engine.js";
import {
  completed,
  conditionOf,
  failedWith,
  newDataServes,
  nothingLeftOver,
  oldDataServes,
  Verdict,
} from "./expectations.js";
import {
  drive,
  driveOn,
  launch,
  requestOf,
  restoreName,
  running,
  type Wish,
  type Work,
  withEveryDeath,
} from "./story.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const ref = { name: restoreName, namespace: "neo4j" };
const undoing: Work = (engine, options) => engine.undo(ref, options);
const discarding: Work = (engine, options) => engine.discard(ref, options);

const postHook = { postRestore: { cypherStatements: ["CREATE (:Checked)", "boom 'hunter2'"] } };
const failingStatement = (world: World): void => {
  world.statementFailure = (text) => (text.includes("boom") ? "Invalid input 'boom'" : undefined);
};

describe.each([false, true])("a hook after the restore, stopCluster %s", (stopCluster) => {
  const tell = async (crashAfter?: number): Promise<{ readonly effects: readonly string[] }> => {
    const world = await createWorld();
    failingStatement(world);
    const wish: Wish = { stopCluster, options: postHook };
    const first = await drive(world, running(requestOf(wish)), { crashAfter });
    const failed = first.report ?? (await driveOn(world, running(requestOf(wish))));
    const verdict = new Verdict(world, failed);
    const unknown = crashAfter !== undefined && failed.failure?.reason === "HookOutcomeUnknown";
    failedWith(verdict, failed, unknown ? "HookOutcomeUnknown" : "PostHookFailed");
    newDataServes(verdict, world);
    const attempts = world.ledger.count("HOLD");
    verdict.count("JOB restore", 1).atMost("HOOK orders: CREATE (:Checked)", attempts);
    const writes = world.serving()?.writes ?? 0;
    world.statementFailure = () => undefined;
    const again: Work = unknown
      ? (engine, options) => engine.resume(ref, { ...options, hook: "skip" })
      : running(requestOf({ ...wish, options: postHook }));
    const { report } = await drive(world, again);
    completed(verdict, report).that(
      (world.serving()?.writes ?? 0) > writes,
      "the writes since then are gone",
    );
    newDataServes(verdict, world);
    nothingLeftOver(verdict, world, { previous: true });
    verdict
      .count("JOB restore", 1)
      .count("STOP orders", 1)
      .atMost("HOOK orders: CREATE (:Checked)", attempts + (unknown ? 0 : 1))
      .atMost(/^HOOK orders: boom/, 1)
      .done();
    return { effects: first.driver.effects };
  };

  it("fails, and the next run goes on there", async () => {
    await tell();
  });

  it("does so when the process dies after any effect", async () => {
    await withEveryDeath(tell);
  });
});

it("a hook Job after the restore that failed is run again, and only that", async () => {
  const world = await createWorld();
  const job = { template: { container: { image: "debian" } } };
  world.jobBehaviour = { "post-restore-hook": { hook: { runMs: 2_000, exitCode: 4 } } };
  const work = running(requestOf({ options: { postRestore: { job } } }));
  const { report: failed } = await drive(world, work);
  failedWith(new Verdict(world, failed), failed, "PostHookFailed").done();
  world.jobBehaviour = {};
  const { report } = await drive(world, work);
  const verdict = new Verdict(world, report);
  completed(verdict, report).count("JOB restore", 1).count("JOB post-restore-hook", 2);
  newDataServes(verdict, world);
  nothingLeftOver(verdict, world, { previous: true });
  verdict.done();
});

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

  it("also when the process dies after any effect", async () => {
    await withEveryDeath(tell);
  });
});

describe("a hook whose answer was lost", () => {
  const lose = async (
    when: "pre" | "post",
  ): Promise<{ readonly world: World; readonly report: RunReport }> => {
    const world = await createWorld();
    world.faults.add({ call: "neo4j.run", when: "after" });
    const hooks = { cypherStatements: ["CREATE (:Checked)", "RETURN 1"] };
    const options = when === "pre" ? { preRestore: hooks } : { postRestore: hooks };
    const { report } = await drive(world, running(requestOf({ options })));
    if (!report) throw new Error("no report");
    new Verdict(world, report).count(/^HOOK/, 1).done();
    return { world, report };
  };

  it.each([
    ["pre", "skip", 1],
    ["pre", "repeat", 2],
    ["post", "skip", 1],
    ["post", "repeat", 2],
  ] as const)("%s: %s", async (when, hook, times) => {
    const { world, report } = await lose(when);
    const verdict = new Verdict(world, report);
    failedWith(verdict, report, "HookOutcomeUnknown");
    if (when === "pre") oldDataServes(verdict, world);
    else newDataServes(verdict, world);
    const again = await drive(world, running(requestOf()));
    verdict.same("an ordinary run", again.report?.failure?.reason, "HookOutcomeUnknown");
    const { report: end } = await drive(world, (engine, options) => engine.resume(ref, { ...options, hook }));
    const whole = new Verdict(world, end);
    completed(whole, end).count("HOOK orders: CREATE (:Checked)", times).count("HOOK orders: RETURN 1", 1);
    newDataServes(whole, world);
    verdict.done();
    whole.done();
  });
});

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

describe("asked for again", () => {
  it("does nothing for the same request", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf()));
    const effects = world.ledger.lines.length;
    const { report } = await drive(world, running(requestOf({ options: { keepPrevious: "48h" } })));
    completed(new Verdict(world, report), report).same("effects", world.ledger.lines.length, effects).done();
  });

  it("restores again for another trigger, and the older previous store goes", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf()));
    const { report } = await drive(world, running(requestOf({ trigger: "tuesday" })));
    const verdict = new Verdict(world, report);
    completed(verdict, report).count("JOB restore", 2);
    newDataServes(verdict, world);
    nothingLeftOver(verdict, world, { previous: true });
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

  it("restores A again after B came in between", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf({ name: "a" })));
    await drive(world, running(requestOf({ name: "b", source: "folder" })));
    const { report } = await drive(world, running(requestOf({ name: "c" })));
    const verdict = new Verdict(world, report);
    completed(verdict, report).count("JOB restore", 3);
    newDataServes(verdict, world);
    verdict.done();
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
