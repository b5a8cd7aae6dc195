/**
 * An API server that takes seconds for every call, from the beginning or from the middle of a restore: the run goes on
 * and ends well, a driver that died is replaced, one that lives is not, and what is asked for is bounded.
 */
import { cluster, everyMemberServes } from "./clusters.js";
import { newDataServes, nothingLeftOver, Verdict } from "./expectations.js";
import { type Drive, launch, ref, requestOf, restoreName, running, type Wish } from "./story.js";
import { type Call, ofKubernetes } from "./world/faults.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

type When = "before" | "after";

/** Calls that take their time before they arrive, or after. */
const cases = [1, 2, 5, 8].flatMap((seconds) =>
  (["before", "after"] as const).map((when) => [seconds, when] as const),
);

interface Story {
  readonly scene: () => Promise<World>;
  readonly wish?: Wish;
}

const stories: Readonly<Record<string, Story>> = {
  "one server": { scene: createWorld },
  "one server, scaled away": { scene: createWorld, wish: { stopCluster: true } },
  "a cluster": { scene: cluster },
};

/** @returns how many calls were made so far */
function slow(world: World, seconds: number | (() => number), when: When): () => number {
  let calls = 0;
  const ms = typeof seconds === "number" ? seconds * 1000 : () => seconds() * 1000;
  world.faults.delay({ call: ofKubernetes, ms, when, times: Infinity });
  const tooMany = { kind: "terminal", reason: "KubernetesRefused", message: "too many calls" } as const;
  const call = (one: Call): boolean => ofKubernetes(one) && ++calls > 2_000;
  world.faults.add({ ...tooMany, call, when: "before", times: Infinity });
  return () => calls;
}

const epochOf = (world: World): number =>
  (JSON.parse(world.journals.records.get(`neo4j/${restoreName}`)?.state ?? "{}") as { epoch: number }).epoch;

function endedWell(world: World, { report }: Drive): Verdict {
  const verdict = new Verdict(world, report).same("the phase", report?.status.phase, "Completed");
  newDataServes(verdict, world);
  nothingLeftOver(verdict, world, { previous: true });
  if (world.target().options.servers > 1) everyMemberServes(verdict, world);
  // Slow is no error: what was not sent was looked at again.
  verdict.same("errors", report?.status.stats?.errorCount, 0);
  return verdict.count("JOB restore", 1).count("STOP orders", 1);
}

describe.each(cases)("%s s for each call, %s its effect", (seconds, when) => {
  it.each(Object.entries(stories))("%s: it ends well", async (_name, { scene, wish }) => {
    const world = await scene();
    const calls = slow(world, seconds, when);
    const drive = await world.clock.settle(launch(world, running(requestOf(wish))));
    endedWell(world, drive)
      .that(calls() < 600, `there were ${calls()} calls`)
      .done();
  });

  it("a driver that lives is not taken for gone", async () => {
    const world = await createWorld();
    slow(world, seconds, when);
    const first = launch(world, running(requestOf()));
    await world.clock.pass(30_000);
    const second = launch(world, running(requestOf()));
    const [drive] = await world.clock.settle(Promise.all([first, second]));
    endedWell(world, drive).same("the epoch", epochOf(world), 1).done();
  });

  it("a driver that died is replaced", async () => {
    for (const last of ["kubernetes.create", "neo4j.stop", "neo4j.start"]) {
      const world = await createWorld();
      slow(world, seconds, when);
      const first = launch(world, running(requestOf()));
      world.onEffect = ({ name, driver }) => {
        if (name === last && driver === first.driver.name) first.driver.kill();
      };
      const second = launch(world, running(requestOf()));
      await world.clock.settle(first);
      const died = world.clock.now();
      const drive = await world.clock.settle(second);
      const minutes = (world.clock.now() - died) / 60_000;
      endedWell(world, drive)
        .same("the epoch", epochOf(world), 2)
        .that(minutes < 30, `it took ${minutes} minutes`)
        .done();
    }
  });

  it("it becomes slow while the database is stopped", async () => {
    const world = await createWorld();
    world.onEffect = ({ name }) => {
      if (name !== "neo4j.stop") return;
      world.onEffect = () => undefined;
      slow(world, seconds, when);
    };
    const drive = await world.clock.settle(launch(world, running(requestOf())));
    endedWell(world, drive).done();
  });

  it("a cancel is asked for once", async () => {
    const world = await createWorld();
    slow(world, seconds, when);
    const first = launch(world, running(requestOf()));
    await world.clock.pass(30_000);
    const asked: string[] = [];
    world.onEffect = ({ name }) => {
      if (name === "journal.requestCancel") asked.push(name);
    };
    const second = launch(world, (engine, options) => engine.release(ref, { ...options, force: false }));
    const drives = await world.clock.settle(Promise.all([first, second]));
    expect(drives.map(({ report }) => report?.status.phase)).toEqual(["Failed", "Failed"]);
    expect(asked).toEqual(["journal.requestCancel"]);
  });
});

/** The same each time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

it.each([
  [8, 2],
  // A Lease of the usual length may run out on its way, where nobody else comes.
  [12, 5],
])("each call takes up to %s s, by chance: it ends well, whoever dies", async (most, epochs) => {
  for (let seed = 1; seed <= 12; seed += 1) {
    const world = await createWorld();
    const random = chance(seed);
    slow(world, () => most * random(), seed % 2 === 0 ? "before" : "after");
    const first = launch(world, running(requestOf()), { crashAfter: seed % 4 === 0 ? undefined : 2 + seed });
    const second = launch(world, running(requestOf()));
    await world.clock.settle(first);
    const drive = await world.clock.settle(second);
    endedWell(world, drive)
      .that(epochOf(world) <= epochs, `the epoch is ${epochOf(world)} (seed ${seed})`)
      .done();
  }
});

it.each([1, 2])("Neo4j takes %s s for each call as well", async (seconds) => {
  for (const { scene, wish } of Object.values(stories)) {
    const world = await scene();
    world.faults.delay({
      call: ({ name }) => name.startsWith("neo4j."),
      ms: seconds * 1000,
      times: Infinity,
    });
    slow(world, seconds, "after");
    const drive = await world.clock.settle(launch(world, running(requestOf(wish))));
    endedWell(world, drive).done();
  }
});

it("a Lease that cannot be renewed for a while: what is not done is tried again with pauses", async () => {
  const world = await createWorld();
  const calls = slow(world, 0.002, "after");
  let before = 0;
  let during = 0;
  world.onEffect = ({ name }) => {
    if (name !== "kubernetes.hold") return;
    world.onEffect = () => undefined;
    const until = world.clock.now() + 9_000;
    before = calls();
    world.clock.after(9_000, () => (during = calls() - before));
    const call = ({ name: what }: Call): boolean =>
      what === "journal.renewLease" && world.clock.now() < until;
    world.faults.add({ call, when: "before", times: Infinity });
  };
  const drive = await world.clock.settle(launch(world, running(requestOf())));
  endedWell(world, drive)
    .that(during > 0 && during < 100, `there were ${during} calls`)
    .done();
});
