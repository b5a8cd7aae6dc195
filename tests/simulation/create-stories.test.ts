/**
 * A new database that is not restored after all: what was written under its name goes, and nothing that somebody else
 * has put there. The next run finds nothing in its way.
 */
import type { RunReport } from "../../provider/runtime/engine.js";
import { completed, failedWith, newDataServes, nothingLeftOver, Verdict } from "./expectations.js";
import { drive, driveOn, launch, requestOf, running, withEveryDeath } from "./story.js";
import type { JobBehaviour } from "./world/job-behaviour.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const troubles: Readonly<Record<string, readonly [Partial<JobBehaviour>, string]>> = {
  fails: [{ failAt: { stage: "restore", code: 1, line: "it broke" } }, "JobFailed"],
  "is not to be identified": [
    { failAt: { stage: "info", code: 0, line: "unreadable" } },
    "FingerprintMissing",
  ],
  "somebody deletes": [{ vanishesAfterMs: 20_000 }, "JobVanished"],
};

describe.each([false, true])("a new database, stopCluster %s", (stopCluster) => {
  const work = running(requestOf({ consent: false, stopCluster }));
  const again = async (world: World): Promise<void> => {
    world.jobBehaviour = {};
    const { report } = await drive(world, work);
    const verdict = new Verdict(world, report);
    completed(verdict, report);
    newDataServes(verdict, world);
    nothingLeftOver(verdict, world);
    verdict.done();
  };
  const gone = (world: World, report: RunReport | undefined, reason: string): void => {
    const verdict = new Verdict(world, report);
    failedWith(verdict, report, reason);
    nothingLeftOver(verdict, world);
    verdict.same("what serves", world.serving(), undefined).done();
  };

  describe.each(Object.entries(troubles))("whose Job %s", (_what, [restore, reason]) => {
    const tell = async (crashAfter?: number): Promise<{ readonly effects: readonly string[] }> => {
      const world = await createWorld({ existing: false });
      world.jobBehaviour = { restore };
      const first = await drive(world, work, { crashAfter });
      const report = first.report ?? (await driveOn(world, work));
      // A Job that was gone before a process has seen it is made again, and finds what the first one wrote.
      const found = crashAfter !== undefined && report.failure?.reason === "JobFailed";
      gone(world, report, found ? "JobFailed" : reason);
      await again(world);
      return { effects: first.driver.effects };
    };

    it("leaves nothing under its name", async () => {
      await tell();
    });

    it("also when the process dies after any effect", async () => {
      await withEveryDeath(tell);
    });
  });

  it("that is cancelled while its Job writes", async () => {
    const world = await createWorld({ existing: false });
    const cancel = new AbortController();
    const run = launch(world, (engine, options) =>
      engine.run(requestOf({ consent: false, stopCluster }), { ...options, cancel: cancel.signal }),
    );
    while (!world.claims.volume(world.target().claimName(0))?.has("databases/orders"))
      await world.clock.pass(500);
    cancel.abort();
    const { report } = await world.clock.settle(run);
    gone(world, report, "Cancelled");
    await again(world);
  });
});

it("a database that somebody creates meanwhile under that name stays", async () => {
  const world = await createWorld({ existing: false });
  world.jobBehaviour = { restore: { failAt: { stage: "info", code: 0, line: "unreadable" } } };
  const data = world.claims.volume(world.target().claimName(0));
  const run = launch(world, running(requestOf({ consent: false })));
  while (data?.store("databases/orders")?.complete !== true) await world.clock.pass(100);
  world.target().graph.set("orders", {
    ...{ id: "somebody's", creationTime: "2026-03-01T00:00:30.000Z" },
    ...{ requested: "offline", access: "read-write" },
  });
  await world.clock.settle(run);
  expect(data.has("databases/orders")).toBe(true);
  expect(world.target().graph.get("orders")?.id).toBe("somebody's");
});

it("a copy of another database says whose backup it serves", async () => {
  const request = requestOf({ consent: false });
  const world = await createWorld();
  const { report } = await drive(
    world,
    running({ ...request, spec: { ...request.spec, databaseName: "copy" } }),
  );
  new Verdict(world, report)
    .same("the failure", report?.failure, undefined)
    .that(
      /^database copy serves .*, a backup of database orders;/.test(report?.status.message ?? ""),
      report?.status.message ?? "",
    )
    .done();
});
