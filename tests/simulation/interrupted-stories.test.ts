/**
 * Somebody or something comes in between: cancel, removal, a signal to leave, a paused process, an outage of the
 * API, at every moment of a run. Before the point of no return the old data serves afterwards, after it the new.
 */
import type { RunReport } from "../../provider/runtime/engine.js";
import { failedWith, newDataServes, nothingLeftOver, oldDataServes, Verdict } from "./expectations.js";
import { drive, driveOn, launch, requestOf, restoreName, running, type Work, ref } from "./story.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

/** How many effects a story has that goes well. */
async function effectsOf(stopCluster: boolean): Promise<readonly string[]> {
  const world = await createWorld();
  const { driver } = await drive(world, running(requestOf({ stopCluster })));
  return driver.effects;
}

/** Calls `act` right after the n-th effect. */
function afterEffect(world: World, n: number, act: () => void): void {
  let effects = 0;
  world.onEffect = () => {
    if (++effects === n) act();
  };
}

async function atEveryMoment(
  stopCluster: boolean,
  tell: (world: World, moment: number) => Promise<void>,
): Promise<void> {
  const effects = await effectsOf(stopCluster);
  const wrong: string[] = [];
  for (const [index, name] of effects.entries()) {
    const world = await createWorld();
    await tell(world, index + 1).catch((error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      wrong.push(`after effect ${index + 1} of ${effects.length} (${name}): ${text}`);
    });
  }
  const [first, ...others] = wrong;
  if (first !== undefined)
    throw new Error([first, ...others.map((text) => text.split("\n", 2).join(" "))].join("\n"));
}

/** The old data as before, or the new data; told by the report which. */
function oneOrTheOther(world: World, report: RunReport | undefined, reason: string): void {
  const verdict = new Verdict(world, report);
  if (report?.failure) {
    verdict.same("the reason", report.failure.reason, reason);
    oldDataServes(verdict, world);
    nothingLeftOver(verdict, world);
  } else {
    verdict.same("the phase", report?.status.phase, "Completed");
    newDataServes(verdict, world);
    nothingLeftOver(verdict, world, { previous: true });
  }
  verdict.done();
}

const releasing: Work = (engine, options) => engine.release(ref, { ...options, force: false });

describe.each([false, true])("stopCluster %s", (stopCluster) => {
  const work = running(requestOf({ stopCluster }));

  it("cancelled by another process at any moment", async () => {
    await atEveryMoment(stopCluster, async (world, moment) => {
      const { ports } = world.driver();
      afterEffect(world, moment, () => void ports.journal.requestCancel("neo4j", restoreName));
      const { report } = await drive(world, work);
      oneOrTheOther(world, report, "Cancelled");
      world.onEffect = () => undefined;
      const again = await drive(world, work);
      const verdict = new Verdict(world, again.report).same(
        "run again",
        again.report?.status.phase,
        "Completed",
      );
      newDataServes(verdict, world).done();
    });
  });

  it("cancelled by its own face at any moment", async () => {
    await atEveryMoment(stopCluster, async (world, moment) => {
      const cancel = new AbortController();
      afterEffect(world, moment, () => cancel.abort());
      const { report } = await drive(world, (engine, options) =>
        engine.run(requestOf({ stopCluster }), { ...options, cancel: cancel.signal }),
      );
      oneOrTheOther(world, report, "Cancelled");
    });
  });

  it("told to leave at any moment, and taken up again", async () => {
    await atEveryMoment(stopCluster, async (world, moment) => {
      const signal = new AbortController();
      afterEffect(world, moment, () => signal.abort());
      const left = await drive(world, work, { signal: signal.signal });
      const offline = world.serving() === undefined;
      const verdict = new Verdict(world, left.report)
        .that(!offline, "the service was left interrupted")
        .same("leases", world.journals.leases.size, 0);
      const { report } = await drive(world, work);
      verdict.same("in the end", report?.status.phase, "Completed").count("JOB restore", 1);
      newDataServes(verdict, world);
      nothingLeftOver(verdict, world, { previous: true });
      verdict.done();
    });
  });

  it("released from elsewhere at any moment, while its process drives it", async () => {
    await atEveryMoment(stopCluster, async (world, moment) => {
      const released: ReturnType<typeof launch>[] = [];
      afterEffect(world, moment, () => released.push(launch(world, releasing)));
      const first = await drive(world, work);
      const [other] = await world.clock.settle(Promise.all(released));
      oneOrTheOther(world, first.report, "Cancelled");
      new Verdict(world, other?.report)
        .same("what release tells", other?.report?.failure?.reason, first.report?.failure?.reason)
        .same("the phase that release tells", other?.report?.status.phase, first.report?.status.phase)
        .done();
    });
  });

  it("released from elsewhere while its Job runs: its process is asked to end it", async () => {
    const world = await createWorld();
    const one = launch(world, work);
    await world.clock.pass(30_000);
    const other = await drive(world, releasing);
    const first = await world.clock.settle(one);
    for (const { report } of [first, other]) {
      const verdict = new Verdict(world, report);
      failedWith(verdict, report, "Cancelled");
      oldDataServes(verdict, world);
      nothingLeftOver(verdict, world);
      verdict.done();
    }
  });

  it("removed while it runs, at any moment", async () => {
    await atEveryMoment(stopCluster, async (world, moment) => {
      const first = await drive(world, work, { crashAfter: moment });
      const record = world.journals.records.get(`neo4j/${restoreName}`);
      const runId = record ? (JSON.parse(record.state) as { runId: string }).runId : "none";
      const removing: Work = async (engine, options) => {
        await engine.remove({ ...ref, runId }, options);
        return { ...ref, runId, status: { phase: "Completed" } };
      };
      await drive(world, removing);
      await world.clock.pass(1_000);
      const verdict = new Verdict(world, first.report);
      const serves = world.serving()?.origin;
      if (serves === "old") oldDataServes(verdict, world);
      else newDataServes(verdict, world);
      // What was set aside outlives the resource.
      nothingLeftOver(verdict, world, { previous: serves !== "old" })
        .same("journals", world.journals.records.size, 0)
        .same("Jobs", world.jobs.names(), [])
        .done();
    });
  });

  it("told to leave at any moment of its removal, and removed again", async () => {
    const removing =
      (runId: string): Work =>
      async (engine, options) => {
        await engine.remove({ ...ref, runId }, options);
        return { ...ref, runId, status: { phase: "Completed" } };
      };
    const left: string[] = [];
    for (let moment = 0, reached = true; reached; moment += 1) {
      const world = await createWorld();
      const { report } = await drive(world, work);
      const runId = report?.runId ?? "";
      const signal = new AbortController();
      if (moment === 0) signal.abort();
      reached = moment === 0;
      afterEffect(world, moment, () => {
        reached = true;
        signal.abort();
      });
      await drive(world, removing(runId), { signal: signal.signal }).catch((error: unknown) => {
        left.push((error as { readonly reason: string }).reason);
      });
      const kept = world.journals.records.size;
      const held = world.target().hold;
      world.onEffect = () => undefined;
      const verdict = new Verdict(world, report).that(
        kept > 0 || held === undefined,
        `left after effect ${moment} without a journal, the target is held by ${held}`,
      );
      await drive(world, removing(runId));
      await world.clock.pass(1_000);
      newDataServes(verdict, world);
      nothingLeftOver(verdict, world, { previous: true })
        .same("journals", world.journals.records.size, 0)
        .same("Jobs", world.jobs.names(), [])
        .done();
    }
    // What lies aside stays, so there is little left to be interrupted.
    expect(left.length).toBeGreaterThan(0);
    expect(new Set(left)).toEqual(new Set(["Interrupted"]));
  });

  it("its process sleeps for an hour at any moment, and another one takes over", async () => {
    await atEveryMoment(stopCluster, async (world, moment) => {
      const one = launch(world, work);
      let effects = 0;
      world.onEffect = (call) => {
        if (call.driver === one.driver.name && ++effects === moment) {
          // Its timers sleep as well: every further answer comes an hour late.
          one.driver.sleepUntil(world.clock.now() + 3_600_000);
        }
      };
      await world.clock.pass(200_000);
      const other = await drive(world, work);
      const { report } = await world.clock.settle(one);
      const verdict = new Verdict(world, other.report);
      for (const end of [other.report, report]) verdict.same("the phase", end?.status.phase, "Completed");
      newDataServes(verdict, world);
      nothingLeftOver(verdict, world, { previous: true });
      verdict.count("JOB restore", 1).count("STOP orders", 1).count("START orders", 1).done();
    });
  });

  it.each([
    ["two minutes", 120_000],
    ["ten minutes", 600_000],
  ])("the API is away for %s at any moment", async (_name, ms) => {
    await atEveryMoment(stopCluster, async (world, moment) => {
      afterEffect(world, moment, () => {
        const back = world.clock.now() + ms;
        world.faults.add({
          call: ({ name }) => !name.startsWith("neo4j.") && world.clock.now() < back,
          when: "before",
          times: Infinity,
        });
      });
      const report = await driveOn(world, work);
      const verdict = new Verdict(world, report);
      if (report.failure) {
        const again = await drive(world, work);
        verdict.same("again", again.report?.status.phase, "Completed");
      }
      newDataServes(verdict, world);
      // A lease that could not be given up runs out by itself.
      world.journals.leases.clear();
      nothingLeftOver(verdict, world, { previous: true });
      verdict.done();
    });
  });
});
