/**
 * The odd cases: an old database that is read-only or offline, a volume verb that breaks off, a database that
 * somebody exchanges, timeouts, a long restore, a server that crashes or does not answer.
 */
import {
  completed,
  failedWith,
  newDataServes,
  nothingLeftOver,
  oldDataServes,
  Verdict,
} from "./expectations.js";
import { drive, driveOn, launch, requestOf, running, type Wish, withEveryDeath, ref } from "./story.js";
import type { Progress } from "../../provider/runtime/engine.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

describe.each([false, true])("stopCluster %s", (stopCluster) => {
  const ending = async (
    prepare: (world: World) => void,
    check: (verdict: Verdict, world: World) => void,
    wish: Wish = {},
  ): Promise<void> => {
    await withEveryDeath(async (crashAfter) => {
      const world = await createWorld();
      prepare(world);
      await world.clock.pass(5_000);
      const first = await drive(world, running(requestOf({ stopCluster, ...wish })), { crashAfter });
      const report = first.report ?? (await driveOn(world, running(requestOf({ stopCluster, ...wish }))));
      const verdict = new Verdict(world, report);
      check(verdict, world);
      verdict.done();
      return { effects: first.driver.effects };
    });
  };
  const server = (world: World) => world.servers()[0];
  const brokenStore = (world: World): void => {
    world.misbehaviour = (_name, store) => (store?.origin === "backup" ? { refusesStart: "broken" } : {});
  };

  it("a read-only database is read-only again when the restore fails", async () => {
    await ending(
      (world) => {
        brokenStore(world);
        world.clients = false;
        server(world)?.setAccess("orders", "read-only");
      },
      (verdict, world) => oldDataServes(verdict, world, "read-only"),
    );
  });

  it("a read-only database is read-only after the restore", async () => {
    await ending(
      (world) => server(world)?.setAccess("orders", "read-only"),
      (verdict, world) =>
        verdict
          .same("what serves", world.serving()?.origin, "backup")
          .same("the access mode", world.serving()?.access, "read-only"),
    );
  });

  it("an offline database is offline again when the restore fails", async () => {
    await ending(
      (world) => {
        brokenStore(world);
        server(world)?.stop("orders");
      },
      (verdict, world) =>
        verdict
          .same("what is asked of it", server(world)?.known("orders")?.requested, "offline")
          .same("the access mode", server(world)?.known("orders")?.access, "read-write")
          .that(
            world.claims.volume("neo4j-data-solo-0")?.store("databases/orders")?.origin === "old",
            "the old store is gone",
          ),
    );
  });

  it("an offline database serves after the restore", async () => {
    await ending(
      (world) => server(world)?.stop("orders"),
      (verdict, world) => newDataServes(verdict, world),
    );
  });

  it.each(["swap", "back", "discard"])("a %s that breaks off is gone on with", async (verb) => {
    for (let moves = 0; moves < 6; moves++) {
      const world = await createWorld();
      if (verb !== "swap") brokenStore(world);
      let left = 1;
      world.execBreaks = (name) => (name === verb && left-- > 0 ? moves : undefined);
      const { report } = await drive(world, running(requestOf({ stopCluster })));
      const verdict = new Verdict(world, report);
      if (verb === "swap") newDataServes(verdict, world);
      else oldDataServes(verdict, world);
      nothingLeftOver(verdict, world, { previous: verb === "swap" }).done();
    }
  });

  it("another database of that name by the time of the swap is left alone", async () => {
    const world = await createWorld();
    const work = launch(world, running(requestOf({ stopCluster })));
    await world.clock.pass(stopCluster ? 1_500 : 30_000);
    const target = world.target();
    const known = target.graph.get("orders");
    if (!known) throw new Error("no orders");
    target.graph.set("orders", { ...known, id: "another", creationTime: world.clock.iso() });
    const { report } = await world.clock.settle(work);
    const verdict = new Verdict(world, report);
    failedWith(verdict, report, "DatabaseChangedSinceConsent").count("STOP orders", 0);
    oldDataServes(verdict, world);
    nothingLeftOver(verdict, world).done();
  });

  it("a timeout at any step gives everything back", async () => {
    for (const seconds of [1, 2, 4, 6, 20, 60, 64, 65, 66, 70, 75, 77, 78]) {
      const world = await createWorld();
      const { report } = await drive(world, running(requestOf({ stopCluster, timeout: `${seconds}s` })));
      const verdict = new Verdict(world, report);
      if (report?.failure) {
        failedWith(verdict, report, "TimedOut");
        oldDataServes(verdict, world);
        nothingLeftOver(verdict, world);
      } else {
        completed(verdict, report);
        newDataServes(verdict, world);
      }
      verdict.done();
    }
  });

  it("six hours pass in no time, and nothing is written while nothing changes", async () => {
    const world = await createWorld();
    world.jobBehaviour = { restore: { restoreMs: 6 * 3_600_000 } };
    const percents: (number | undefined)[] = [];
    const onProgress = ({ percent }: Progress): void => void percents.push(percent);
    const { report, driver } = await drive(world, running(requestOf({ stopCluster })), { onProgress });
    const verdict = new Verdict(world, report);
    completed(verdict, report).that(driver.effects.length < 66, `${driver.effects.length} effects`);
    verdict.that(percents.includes(50), "how much of the artifact was read is not told");
    newDataServes(verdict, world).done();
  });

  it("a server that crashes at any second comes back with the right data", async () => {
    for (let second = 0; second < 80; second += stopCluster ? 3 : 7) {
      const world = await createWorld();
      const work = launch(world, running(requestOf({ stopCluster })));
      await world.clock.pass(second * 1_000);
      world.target().crashPod(0);
      const { report } = await world.clock.settle(work);
      await world.clock.pass(20_000);
      const verdict = new Verdict(world, report);
      if (report?.failure) oldDataServes(verdict, world);
      else newDataServes(verdict, world);
      verdict.done();
    }
  });
});

describe("a set whose claims go with its pods", () => {
  it.each(["honours", "none"] as const)(
    "keeps them through an offline restore (owner: %s)",
    async (owner) => {
      await withEveryDeath(async (crashAfter) => {
        const world = await createWorld({ target: { whenScaled: "Delete", owner } });
        const work = running(requestOf({ stopCluster: true }));
        const first = await drive(world, work, { crashAfter });
        const report = first.report ?? (await driveOn(world, work));
        const verdict = new Verdict(world, report);
        completed(verdict, report);
        newDataServes(verdict, world);
        nothingLeftOver(verdict, world, { previous: true }).done();
        return { effects: first.driver.effects };
      });
    },
  );
});

describe("a server that does not answer", () => {
  it("is refused online", async () => {
    const world = await createWorld();
    world.deaf = true;
    const { report } = await drive(world, running(requestOf()));
    new Verdict(world, report)
      .same("the reason", report?.failure?.reason, "ServerUnreachable")
      .count(/^JOB/, 0)
      .done();
  });

  it.each([true, false])("is restored offline (the database exists: %s)", async (existing) => {
    await withEveryDeath(async (crashAfter) => {
      const world = await createWorld({ existing });
      world.deaf = true;
      world.onEffect = () => {
        if (world.ledger.count("SCALE 0") > 0) world.deaf = false;
      };
      const work = running(requestOf({ stopCluster: true }));
      const first = await drive(world, work, { crashAfter });
      const report = first.report ?? (await driveOn(world, work));
      const verdict = new Verdict(world, report);
      completed(verdict, report).count("JOB restore", 1);
      newDataServes(verdict, world);
      verdict.done();
      return { effects: first.driver.effects };
    });
  });

  it("keeps the old store where the new one does not start, and undo puts it back", async () => {
    const world = await createWorld();
    world.misbehaviour = (_name, store) => (store?.origin === "backup" ? { refusesStart: "broken" } : {});
    world.deaf = true;
    world.onEffect = () => {
      if (world.ledger.count("SCALE 0") > 0) world.deaf = false;
    };
    const { report: failed } = await drive(world, running(requestOf({ stopCluster: true })));
    failedWith(new Verdict(world, failed), failed, "NotFullyOnline")
      .that(failed?.failure?.hints.some((hint) => hint.includes("undo")) === true, "undo is not named")
      .done();
    const { report } = await drive(world, (engine, options) => engine.undo(ref, options));
    const verdict = new Verdict(world, report).same("the failure", report?.failure, undefined);
    oldDataServes(verdict, world);
    verdict.same("the hold", world.target().hold, undefined).done();
  });

  it("can be undone after it was restored", async () => {
    const world = await createWorld();
    world.deaf = true;
    world.onEffect = () => {
      if (world.ledger.count("SCALE 0") > 0) world.deaf = false;
    };
    await drive(world, running(requestOf({ stopCluster: true })));
    const { report } = await drive(world, (engine, options) => engine.undo(ref, options));
    const verdict = new Verdict(world, report).same("the failure", report?.failure, undefined);
    oldDataServes(verdict, world).done();
  });

  it("needs consent for the files that are there", async () => {
    const world = await createWorld();
    world.deaf = true;
    const { report } = await drive(world, running(requestOf({ stopCluster: true, consent: false })));
    new Verdict(world, report)
      .same("the reason", report?.failure?.reason, "DatabaseExists")
      .count(/^JOB/, 0)
      .done();
  });
});
