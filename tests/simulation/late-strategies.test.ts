/**
 * Late effects of strategies that set no store aside: a new database, in place, and servers that read the artifact
 * themselves. The next driver goes on, and the end is as if nobody had been replaced; a new database that is given up
 * instead leaves nothing under its name.
 */
import { cluster, everyMemberServes } from "./clusters.js";
import { newDataServes, nothingLeftOver, oldDataServes, Verdict } from "./expectations.js";
import { dieWith, kindsOf, replaced, tellLate } from "./late.js";
import { type Drive, requestOf, running, type Wish } from "./story.js";
import { releasing, verb } from "./undoing.js";
import type { Call } from "./world/faults.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

/** The user took the old data's loss on. */
function mayLose(world: World): World {
  world.guardian.mayLose = () => true;
  return world;
}

interface Story {
  readonly wish: Wish;
  readonly begin: () => Promise<World>;
}

const fresh = (stopCluster: boolean): Story => ({
  wish: { consent: false, stopCluster },
  begin: () => createWorld({ existing: false }),
});
const inPlace = (stopCluster: boolean): Story => ({
  wish: { stopCluster, options: { strategy: "inPlace" } },
  begin: async () => mayLose(await createWorld()),
});

const stories: Readonly<Record<string, Story>> = {
  "a new database": fresh(false),
  "a new database, away": fresh(true),
  "in place": inPlace(false),
  "in place, away": inPlace(true),
  "servers that read it themselves": {
    wish: { source: "seed", options: { strategy: "seedURI" } },
    begin: async () => mayLose(await cluster()),
  },
};

describe.each(Object.entries(stories))("%s", (_name, { wish, begin }) => {
  const first = running(requestOf(wish));

  it("what arrives late changes nothing where the next driver goes on", async () => {
    const judge = (world: World, { report }: Drive): void => {
      const verdict = new Verdict(world, report).same("the phase", report?.status.phase, "Completed");
      newDataServes(verdict, world);
      if (wish.source === "seed") everyMemberServes(verdict, world);
      nothingLeftOver(verdict, world);
      verdict.done();
    };
    const kinds = await tellLate({ begin, first, next: first, judge });
    expect(kinds.length).toBeGreaterThan(6);
  });
});

describe.each([false, true])("a new database, stopCluster %s", (stopCluster) => {
  const { wish, begin } = fresh(stopCluster);

  it("what arrives late makes no database where the next driver gives up", async () => {
    const judge = (world: World, { report }: Drive): void => {
      const verdict = new Verdict(world, report);
      if (report?.status.phase === "Completed") newDataServes(verdict, world);
      else verdict.same("what serves", world.serving(), undefined);
      nothingLeftOver(verdict, world);
      verdict.done();
    };
    const without = ["journal.save of a new run"];
    await tellLate({ begin, first: running(requestOf(wish)), next: releasing, judge, without });
  });
});

/** Of each of these a Job works on the volume, and nothing is set aside. */
const givenUp: Readonly<Record<string, Story>> = {
  ...stories,
  "a store that is swapped": { wish: {}, begin: () => createWorld() },
  "a store that is swapped, away": { wish: { stopCluster: true }, begin: () => createWorld() },
};

test.each(Object.entries(givenUp))(
  "%s: whenever a Job of a run that is given up arrives, it changes nothing",
  async (_name, { wish, begin }) => {
    const first = running(requestOf(wish));
    const kinds = await kindsOf(await begin(), first);
    const n = kinds.get("kubernetes.create restore") ?? kinds.get("kubernetes.create rehearsal") ?? -1;
    const wrong: string[] = [];
    for (let afterMs = 250; afterMs <= 12_000; afterMs += 250) {
      const world = await begin();
      const { report } = await replaced(world, releasing, await dieWith(world, first, n), afterMs);
      const verdict = new Verdict(world, report).same("the phase", report?.status.phase, "Failed");
      if (wish.consent !== false) oldDataServes(verdict, world);
      nothingLeftOver(verdict, world);
      verdict.that(!world.jobs.unfinished().some((job) => job.name.endsWith("-restore")), "a Job works");
      try {
        verdict.done();
      } catch (error) {
        wrong.push(`${afterMs} ms: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    expect(wrong).toEqual([]);
  },
);

test("a Job that begins right before the volume refuses it goes again, with what it has written", async () => {
  const { wish, begin } = fresh(true);
  const first = running(requestOf(wish));
  const n = (await kindsOf(await begin(), first)).get("kubernetes.create restore") ?? -1;
  const world = await begin();
  const arrive = await dieWith(world, first, n);
  let arrives = (): void => undefined;
  const call = (one: Call): boolean => {
    if (!verb("discard")(one)) return false;
    arrive();
    world.clock.after(4_000, arrives);
    return true;
  };
  world.faults.holdBack({ call, arrives: new Promise((resolve) => (arrives = resolve)) });
  const { report } = await replaced(world, releasing, () => undefined, undefined);
  const [touched, ...others] = world.violations.splice(0, Infinity);
  const verdict = new Verdict(world, report)
    .that(
      /touches databases\/orders .* has it open/.test(touched ?? ""),
      `it did not begin before: ${touched}`,
    )
    .same("other violations", others, [])
    .that(!world.jobs.unfinished().some((job) => job.name.endsWith("-restore")), "a Job works");
  nothingLeftOver(verdict, world);
  verdict.done();
});
