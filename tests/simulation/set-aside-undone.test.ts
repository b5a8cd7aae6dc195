/**
 * What an undo sets aside has clients' writes: it has a time of its own, and nothing else than that or discard removes it.
 * What a rollback puts back leaves nothing aside.
 */
import type { StoreAside } from "../../provider/plan/ledger.js";
import { asideOf, destroyed, hour, inOrder, kept, lying, restored } from "./asides.js";
import { conditionOf, oldDataServes, Verdict } from "./expectations.js";
import { drive, driveOn, requestOf, running, withEveryDeath } from "./story.js";
import { discarding, refuse, undoing } from "./undoing.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

describe("what an undo has set aside", () => {
  const rejected = (world: World): StoreAside | undefined =>
    asideOf(world).find(({ path }) => path.endsWith("/rejected"));

  it.each([
    ["as long as was asked for", "72h", 72],
    ["a day where nothing was said", undefined, 24],
  ])("is kept %s", async (_what, keepPrevious, hours) => {
    const world = await restored(requestOf({ options: keepPrevious === undefined ? {} : { keepPrevious } }));
    const begun = world.clock.now();
    const { report } = await drive(world, undoing);
    const verdict = new Verdict(world, report).same("Undone", conditionOf(report, "Undone"), "True Undone");
    const until = Date.parse(rejected(world)?.keptUntil ?? "");
    verdict
      .that(Math.abs(until - begun - hours * hour) < 60_000, `it is kept until ${String(until)}`)
      .same("the status", report?.status.previous?.keptUntil, rejected(world)?.keptUntil);
    inOrder(verdict, world, 1);
    oldDataServes(verdict, world).done();
  });

  it("outlives destroy and the next restore, and goes when its time is over", async () => {
    const world = await restored(kept());
    await drive(world, undoing);
    const run = rejected(world)?.runId ?? "";
    await destroyed(world);
    await restored(kept({ trigger: "second" }), world);
    const verdict = new Verdict(world, undefined).that(lying(world).includes(run), "it is gone too early");
    await world.clock.pass(80 * hour);
    await restored(kept({ trigger: "third" }), world);
    verdict.that(!lying(world).includes(run), "it lies there still").done();
  });

  it("is not removed while its stores change places, not even with its time over and its journal lost", async () => {
    await withEveryDeath(async (crashAfter) => {
      const world = await restored(requestOf({ options: { keepPrevious: "2h" } }));
      const first = await drive(world, undoing, { crashAfter });
      if (!first.report) {
        await world.clock.pass(hour * 3);
        world.journals.records.clear();
        await drive(world, running(kept({ trigger: "again" })));
        new Verdict(world, undefined).done();
      }
      return { effects: first.driver.effects };
    });
  });

  it("is what discard removes then, and the end tells which store serves", async () => {
    const world = await restored(kept());
    await drive(world, undoing);
    const { report } = await drive(world, discarding);
    const verdict = new Verdict(world, report)
      .same("the phase", report?.status.phase, "Completed")
      .that(
        report?.status.message?.startsWith("the previous store serves; what was restored was removed") ===
          true,
        report?.status.message ?? "",
      )
      .same("Undone", conditionOf(report, "Undone"), "True Undone");
    oldDataServes(inOrder(verdict, world, 0), world).done();
  });

  it("is known as the previous store again, with its time, where the undo gave up", async () => {
    const world = await restored(kept());
    const [before] = asideOf(world);
    refuse(world, "neo4j.stop");
    const { report } = await drive(world, undoing);
    new Verdict(world, report)
      .that(report?.failure !== undefined, "it did not fail")
      .same("the ledger's", asideOf(world), before ? [before] : [])
      .done();
  });

  it("outlives the cleaning after a run that was released by force", async () => {
    const world = await restored(kept());
    await drive(world, undoing);
    for (const [key, record] of world.journals.records) {
      const state = JSON.parse(record.state) as { facts: object };
      const forced = { ...state, facts: { ...state.facts, abandoned: true } };
      world.journals.records.set(key, { ...record, state: JSON.stringify(forced) });
    }
    await restored(kept({ trigger: "again" }), world);
    inOrder(new Verdict(world, undefined), world, 2).done();
  });
});

describe("a run that is given back", () => {
  it("leaves nothing aside and nothing in the ledger, whenever its process dies", async () => {
    await withEveryDeath(async (crashAfter) => {
      const world = await createWorld();
      world.misbehaviour = (_name, store) => (store?.origin === "backup" ? { refusesStart: "broken" } : {});
      const first = await drive(world, running(kept()), { crashAfter });
      const report = first.report ?? (await driveOn(world, running(kept())));
      const verdict = new Verdict(world, report).same("the phase", report.status.phase, "Failed");
      inOrder(verdict, world, 0);
      oldDataServes(verdict, world).done();
      return { effects: first.driver.effects };
    });
  });

  it("because the ledger takes nothing: nothing was touched", async () => {
    const world = await createWorld();
    refuse(world, "journal.writeLedger");
    const { report } = await drive(world, running(kept()));
    const verdict = new Verdict(world, report)
      .same("the phase", report?.status.phase, "Failed")
      .count("STOP orders", 0)
      .count("EXEC swap", 0);
    oldDataServes(verdict, world).done();
  });
});
