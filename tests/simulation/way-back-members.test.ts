/**
 * On a cluster the writer alone tells which store serves after a way back, in two looks a second apart: whatever a
 * follower that is behind tells, or a member with a store that ends later. Each story is told with every death.
 */
import type { RunReport } from "../../provider/runtime/engine.js";
import { cluster } from "./clusters.js";
import { failedWith, nothingLeftOver, oldDataServes, Verdict } from "./expectations.js";
import { drive, driveOn, requestOf, running, withEveryDeath } from "./story.js";
import { oldTxn } from "./world/scene.js";
import { resuming } from "./undoing.js";
import type { World } from "./world/world.js";

jest.setTimeout(600_000);

/** What each server tells too much or too little of its old copy, once the database was stopped. */
type Told = Readonly<Record<string, (world: World) => number>>;

/** The restored store is refused, after the DROP or before it. */
const refused: Readonly<
  Record<string, { readonly stopCluster: boolean; readonly prepare: (world: World) => void }>
> = {
  "after DROP": {
    stopCluster: false,
    prepare: (world) => {
      world.createFailure = () => {
        const seed = world.claims.volume(world.target().claimName(0))?.store("databases/orders");
        return seed?.origin === "backup" ? "Invalid options" : undefined;
      };
    },
  },
  "the Job failed": {
    stopCluster: true,
    prepare: (world) => {
      world.jobBehaviour = { restore: { failAt: { stage: "restore", code: 1, line: "no" } } };
    },
  },
};

async function told(
  way: keyof typeof refused,
  shifts: Told,
  crashAfter: number | undefined,
  judge: (world: World, report: RunReport | undefined) => void,
): Promise<{ readonly effects: readonly string[] }> {
  const world = await cluster();
  const { stopCluster = false, prepare } = refused[way] ?? {};
  prepare?.(world);
  world.misbehaviour = (_name, store, pod) => {
    const stopped = world.ledger.count("STOP orders") > 0;
    const shift = stopped && store?.origin === "old" ? (shifts[pod]?.(world) ?? 0) : 0;
    return shift === 0 ? {} : { txnShift: shift };
  };
  const work = running(requestOf({ stopCluster }));
  const first = await drive(world, work, { crashAfter });
  const again = shifts["solo-server-0"] ? resuming : work;
  const report = first.report ?? (await driveOn(world, again));
  await world.clock.pass(10_000);
  judge(world, report);
  return { effects: first.driver.effects };
}

describe.each(Object.keys(refused))("%s", (way) => {
  it("followers that are behind, or end later: the old data is told as before by its writer", async () => {
    const shifts: Told = { "solo-server-1": () => -5000, "solo-server-2": () => 5000 };
    await withEveryDeath((crashAfter) =>
      told(way, shifts, crashAfter, (world, report) => {
        const reason = way === "after DROP" ? "Neo4jRefused" : "JobFailed";
        const verdict = failedWith(new Verdict(world, report), report, reason);
        oldDataServes(verdict, world);
        nothingLeftOver(verdict, world).done();
      }),
    );
  });

  it("the writer has another store, a member one that ends later: nobody writes to it, and that is told", async () => {
    const shifts: Told = { "solo-server-0": () => -(oldTxn - 5), "solo-server-2": () => 5000 };
    await withEveryDeath((crashAfter) =>
      told(way, shifts, crashAfter, (world, report) => {
        const message = report?.failure?.message ?? "";
        failedWith(new Verdict(world, report), report, "RollbackIncomplete")
          .that(
            /what is in its place is another store/.test(message),
            `it does not say what is wrong: ${message}`,
          )
          .that(world.target().hold !== undefined, "the target was given to others")
          .same("the access mode", world.serving()?.access, "read-only")
          .done();
      }),
    );
  });

  it("the writer's first word, of before its start, is not its last", async () => {
    let since: number | undefined;
    const late = (world: World): number => {
      const back = world.ledger.count(/^(START|CREATE) orders/) > (way === "after DROP" ? 1 : 0);
      if (back && world.serving()?.origin === "old") since ??= world.clock.now();
      return since !== undefined && world.clock.now() - since < 400 ? 0 : -(oldTxn - 5);
    };
    await told(way, { "solo-server-0": late }, undefined, (world, report) => {
      failedWith(new Verdict(world, report), report, "RollbackIncomplete").done();
    });
  });
});
