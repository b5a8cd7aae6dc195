/**
 * Hooks, and what else fails past the point of no return: the new data and its writes stay, and the next run goes
 * on at the failed step. A statement whose answer was lost is the user's to decide.
 */
import { scriptExit } from "../../provider/plan/script-exit.js";
import type { RunReport } from "../../provider/runtime/engine.js";
import {
  completed,
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
  running,
  type Wish,
  type Work,
  withEveryDeath,
  ref,
} from "./story.js";
import { cluster } from "./clusters.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const postHook = { postRestore: { cypherStatements: ["CREATE (:Checked)", "boom 'hunter2'"] } };
const failingStatement = (world: World): void => {
  world.statementFailure = (text) => (text.includes("boom") ? "Invalid input 'boom'" : undefined);
};

const clear = "CALL dbms.security.clearAuthCache()";

describe("the cache of logins is cleared on every server of a cluster", () => {
  const options = { postRestore: { cypherStatements: [clear, "CREATE (:Checked)"] } };

  it("once on each, other statements once", async () => {
    const world = await cluster();
    const { report } = await drive(world, running(requestOf({ options })));
    completed(new Verdict(world, report), report)
      .count(`HOOK system: ${clear} on solo-server-0`, 1)
      .count(`HOOK system: ${clear} on solo-server-1`, 1)
      .count(`HOOK system: ${clear} on solo-server-2`, 1)
      .count(/^HOOK orders: CREATE/, 1)
      .done();
  });

  it("a server that is away has none, and an answer that was lost is the user's to decide", async () => {
    const world = await cluster();
    world.target().stuck.add(2);
    world.target().halt(2);
    world.faults.add({ call: "neo4j.run", when: "after", after: 1 });
    const { report } = await drive(world, running(requestOf({ options })));
    failedWith(new Verdict(world, report), report, "HookOutcomeUnknown").done();
    const again = await drive(world, (engine, run) => engine.resume(ref, { ...run, hook: "skip" }));
    new Verdict(world, again.report)
      .same("the phase", again.report?.status.phase, "Completed")
      .count(/^HOOK system: .* on solo-server-[01]$/, 2)
      .count(/^HOOK system:/, 2)
      .done();
  });
});

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

it.each(["pre", "post"] as const)(
  "a hook Job of %sRestore that is cancelled does not go on",
  async (when) => {
    const world = await createWorld();
    const job = { template: { container: { image: "debian" } } };
    const slow = { hook: { runMs: 600_000, exitCode: 0, says: "step 3 of 9" } };
    world.jobBehaviour = { [`${when}-restore-hook`]: slow };
    const hook = `${ref.name}-${when}-restore-hook`;
    const cancel = new AbortController();
    world.onEffect = () => {
      if (world.jobs.view(hook) !== undefined) world.clock.after(5_000, () => cancel.abort());
    };
    const { report } = await drive(world, (engine, options) =>
      engine.run(requestOf({ options: { [`${when}Restore`]: { job } } }), {
        ...options,
        cancel: cancel.signal,
      }),
    );
    const verdict = new Verdict(world, report);
    failedWith(verdict, report, "Cancelled");
    if (when === "pre") oldDataServes(verdict, world);
    else newDataServes(verdict, world);
    verdict
      .count(`DELETE JOB ${hook}`, 1)
      .same("its Job is over", world.jobs.view(hook)?.over ?? true, true)
      .that(report?.failure?.hints.includes("last lines: step 3 of 9") === true, "its log is not kept")
      .done();
  },
);

describe.each(["pre", "post"] as const)("a hook Job of %sRestore that takes too long", (when) => {
  const hook = `${ref.name}-${when}-restore-hook`;
  const path = `spec.options.${when}Restore.job`;
  const late = `${path} did not end within its timeout of 90s and is deleted`;
  const fix = `; raise ${path}.timeout where it needs longer`;
  const job = { timeout: "90s", template: { container: { image: "debian" } } };
  const work = running(requestOf({ options: { [`${when}Restore`]: { job } } }));
  const slow = { hook: { runMs: 600_000, exitCode: 0, says: "step 3 of 9" } };

  const ends = (verdict: Verdict, world: World, report: RunReport | undefined): void => {
    failedWith(verdict, report, when === "pre" ? "PreHookFailed" : "PostHookFailed");
    if (when === "pre") oldDataServes(verdict, world);
    else newDataServes(verdict, world);
    const { terminating, over } = world.jobs.view(hook) ?? { terminating: true, over: true };
    verdict
      .that(terminating && over, "its Job stays")
      .that(!JSON.stringify(report).includes("kubectl"), "the log of what is gone is told of");
  };

  it("is deleted, and what it last said is kept, whoever dies on the way", async () => {
    await withEveryDeath(async (crashAfter) => {
      const world = await createWorld();
      world.jobBehaviour = { [`${when}-restore-hook`]: slow };
      const first = await drive(world, work, { crashAfter });
      const report = first.report ?? (await driveOn(world, work));
      const verdict = new Verdict(world, report);
      ends(verdict, world, report);
      verdict
        .same("the message", report.failure?.message, `${late}: step 3 of 9${fix}`)
        .that(report.failure?.hints.includes("last lines: step 3 of 9") === true, "its log is not kept")
        .done();
      return { effects: first.driver.effects };
    });
  });

  it("goes as well where nobody was there and Kubernetes has ended it", async () => {
    const world = await createWorld();
    world.jobBehaviour = { [`${when}-restore-hook`]: slow };
    const left = launch(world, work);
    world.onEffect = () => {
      const job = world.jobs.view(hook);
      if (job && job.suspended !== true && !job.started) left.driver.kill();
    };
    await world.clock.settle(left);
    world.onEffect = () => undefined;
    await world.clock.pass(300_000);
    const report = await driveOn(world, work);
    const verdict = new Verdict(world, report);
    ends(verdict, world, report);
    verdict.same("the message", report.failure?.message, `${late}${fix}`).done();
  });

  it("also while it is kept from starting", async () => {
    const world = await createWorld();
    world.jobBehaviour = { [`${when}-restore-hook`]: { blocker: "ErrImagePull: no such image" } };
    const { report } = await drive(world, work);
    const verdict = new Verdict(world, report);
    ends(verdict, world, report);
    verdict
      .same("the message", report?.failure?.message, `${late}: ErrImagePull: no such image${fix}`)
      .done();
  });
});

it("the Job of a hook before the restore that went well goes where the restore fails later", async () => {
  const world = await createWorld();
  world.misbehaviour = (_name, store) => (store?.origin === "backup" ? { refusesStart: "bad store" } : {});
  const hook = { job: { template: { container: { image: "debian" } } } };
  const { report } = await drive(world, running(requestOf({ options: { preRestore: hook } })));
  const verdict = new Verdict(world, report);
  failedWith(verdict, report, "BringUpFailed").count("JOB pre-restore-hook", 1);
  oldDataServes(verdict, world);
  verdict.count(`DELETE JOB ${ref.name}-pre-restore-hook`, 1).done();
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

it.each(["pre", "post"] as const)(
  "the exit code of a hook of %sRestore is its own, whatever the volume script means by it",
  async (when) => {
    for (const exitCode of [scriptExit.driverReplaced, scriptExit.runClosed, scriptExit.lockHeld]) {
      const world = await createWorld();
      const job = { template: { container: { image: "debian" } } };
      world.jobBehaviour = { [`${when}-restore-hook`]: { hook: { runMs: 2_000, exitCode } } };
      const work = running(requestOf({ options: { [`${when}Restore`]: { job } } }));
      const { report } = await drive(world, work);
      const verdict = new Verdict(world, report);
      failedWith(verdict, report, when === "pre" ? "PreHookFailed" : "PostHookFailed");
      verdict.same("how often it began", world.jobs.hooksBegun.length, 1).done();
    }
  },
);
