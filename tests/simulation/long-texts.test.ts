/**
 * Servers that say too much: a status message of 70 kB and of 1 MB wherever one can stand. Such a text may cost
 * nobody the service: the run ends as it would with a short one, and what was given to it is given back. Here nothing
 * bounds the texts before they reach the steps, as if an adapter had forgotten it.
 */
import { cluster, everyMemberServes } from "./clusters.js";
import {
  completed,
  conditionOf,
  failedWith,
  nothingLeftOver,
  oldDataServes,
  Verdict,
} from "./expectations.js";
import { drive, driveOn, requestOf, running, type Wish, withSomeDeaths } from "./story.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const sizes = [70_000, 1_000_000];
const longText = (size: number): string => "java.lang.IllegalStateException: ü ".repeat(size / 35);

const hour = 3_600_000;

/** Everybody's rows are full of it, whatever happens. */
const alwaysTalks = (world: World, text: string): void => {
  world.misbehaviour = () => ({ shows: { statusMessage: text } });
};
const newRefuses = (world: World, text: string): void => {
  world.misbehaviour = (_database, store) => (store?.origin === "backup" ? { refusesStart: text } : {});
};

async function tell(
  world: World,
  wish: Wish,
  judge: (verdict: Verdict, report: Awaited<ReturnType<typeof driveOn>>) => void,
  crashAfter?: number,
): Promise<{ readonly effects: readonly string[] }> {
  const began = world.clock.now();
  const work = running(requestOf(wish));
  const first = await drive(world, work, { crashAfter });
  const report = first.report ?? (await driveOn(world, work));
  await world.clock.pass(10_000);
  const verdict = new Verdict(world, report);
  judge(verdict, report);
  // A database has an hour to come online; half an hour more would be that of a refusal that is outlasted.
  verdict.that(world.clock.now() - began < 1.25 * hour, "it took too long").done();
  return { effects: first.driver.effects };
}

describe.each(sizes)("%s bytes on one server", (size) => {
  const text = longText(size);

  it.each([false, true])("what was restored does not start, stopCluster %s", async (stopCluster) => {
    await withSomeDeaths(9, async (crashAfter) => {
      const world = await createWorld();
      newRefuses(world, text);
      return tell(
        world,
        { stopCluster },
        (verdict, report) => {
          failedWith(verdict, report, "BringUpFailed");
          oldDataServes(verdict, world);
          nothingLeftOver(verdict, world);
        },
        crashAfter,
      );
    });
  });

  it("each row talks all the time, also while the old database is taken back", async () => {
    const world = await createWorld();
    alwaysTalks(world, text);
    await tell(world, {}, (verdict, report) => {
      completed(verdict, report);
    });
    const failing = await createWorld();
    alwaysTalks(failing, text);
    failing.jobBehaviour = { restore: { failAt: { stage: "restore", code: 1, line: text } } };
    await tell(failing, { stopCluster: true }, (verdict, report) => {
      failedWith(verdict, report, "JobFailed");
      oldDataServes(verdict, failing);
      nothingLeftOver(verdict, failing);
    });
  });

  it("the old database does not start again: it is told, within the time that giving back has", async () => {
    const world = await createWorld();
    newRefuses(world, text);
    world.onEffect = ({ name }) => {
      if (name === "neo4j.stop") world.misbehaviour = () => ({ refusesStart: text });
    };
    await tell(world, {}, (verdict, report) => {
      failedWith(verdict, report, "RollbackIncomplete");
      verdict.that(
        report.failure?.message.includes("Go on with") === true,
        "nobody is told what to type next",
      );
    });
  });
});

describe.each(sizes)("%s bytes on three servers", (size) => {
  const text = longText(size);

  it("one server gets no copy", async () => {
    const world = await cluster();
    world.misbehaviour = (_database, _store, pod) => (pod === "solo-server-2" ? { refusesCopy: text } : {});
    await tell(world, {}, (verdict, report) => {
      completed(verdict, report).same("Degraded", conditionOf(report, "Degraded"), "True MembersMissing");
    });
  });

  it("none starts what was restored: it ends, and says so", async () => {
    await withSomeDeaths(9, async (crashAfter) => {
      const world = await cluster();
      newRefuses(world, text);
      return tell(
        world,
        {},
        (verdict, report) => {
          failedWith(verdict, report, "NotFullyOnline").same("the hold", world.target().hold, undefined);
        },
        crashAfter,
      );
    });
  });

  it("each row talks all the time", async () => {
    const world = await cluster();
    alwaysTalks(world, text);
    await tell(world, {}, (verdict, report) => {
      everyMemberServes(completed(verdict, report), world);
    });
  });
});
