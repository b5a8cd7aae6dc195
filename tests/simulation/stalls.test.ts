/**
 * Time that is nobody's: an API server that answers nobody for a while, and a machine that sleeps, with two more drivers
 * waiting. At most one drives at a time, and what a stall is over for finds its run as it left it.
 */
import { newDataServes, nothingLeftOver, Verdict } from "./expectations.js";
import { type Drive, launch, requestOf, restoreName, running } from "./story.js";
import type { Call } from "./world/faults.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

/** Moments of a run, in seconds after its beginning: early, while the Job runs, around the swap, near its end. */
const moments = [0.01, 5, 62, 64.4, 64.8, 65.1, 65.4, 66];

const epochOf = (world: World): number =>
  (JSON.parse(world.journals.records.get(`neo4j/${restoreName}`)?.state ?? "{}") as { epoch: number }).epoch;

/** Every call to the API server that is made in that time is answered at its end. */
function stall(world: World, from: number, ms: number): void {
  world.clock.after(from, () => {
    const over = world.clock.now() + ms;
    const stalls = {
      ms: () => over - world.clock.now(),
      times: Infinity,
      call: ({ name }: Call) => !name.startsWith("neo4j.") && world.clock.now() < over,
    };
    for (const when of ["before", "after"] as const) world.faults.delay({ ...stalls, when });
  });
}

async function threeDrive(world: World): Promise<readonly Drive[]> {
  const first = launch(world, running(requestOf()));
  await world.clock.pass(5);
  const waiting = [launch(world, running(requestOf())), launch(world, running(requestOf()))];
  return world.clock.settle(Promise.all([first, ...waiting]));
}

function judge(world: World, drives: readonly Drive[], at: string): Verdict {
  const verdict = new Verdict(world, drives[0]?.report);
  for (const { report } of drives) verdict.same(`${at}: the phase`, report?.status.phase, "Completed");
  newDataServes(verdict, world);
  nothingLeftOver(verdict, world, { previous: true });
  return verdict.count("JOB restore", 1).count("STOP orders", 1).count("START orders", 1);
}

it.each([3, 10, 40])(
  "the API server stalls for %s s, and two drivers wait: nobody is taken for gone",
  async (seconds) => {
    for (const moment of moments) {
      const world = await createWorld();
      stall(world, moment * 1000, seconds * 1000);
      const drives = await threeDrive(world);
      // An own Lease that ran out is taken again, by whoever comes first.
      const verdict = judge(world, drives, `stalled after ${moment} s`);
      verdict
        .that(epochOf(world) <= (seconds < 15 ? 1 : 2), `the epoch is ${epochOf(world)} (after ${moment} s)`)
        .done();
    }
  },
);

it("a machine sleeps, and its monotonic clock with it: who waits takes over, and it follows", async () => {
  for (const moment of moments) {
    const world = await createWorld();
    const first = launch(world, running(requestOf()));
    world.clock.after(moment * 1000, () => first.driver.suspend(3_600_000));
    await world.clock.pass(5);
    const waiting = [launch(world, running(requestOf())), launch(world, running(requestOf()))];
    const drives = await world.clock.settle(Promise.all([first, ...waiting]));
    const verdict = judge(world, drives, `asleep after ${moment} s`);
    verdict.that(epochOf(world) <= 3, `the epoch is ${epochOf(world)}`).done();
  }
});
