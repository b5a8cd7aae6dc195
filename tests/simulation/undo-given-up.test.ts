/**
 * An undo that is cancelled or takes too long gives the restored store back. Where that fails as well, the end says
 * so, nothing is moved or removed meanwhile, and `resume` goes on.
 */
import type { RunReport } from "../../provider/runtime/engine.js";
import { conditionOf, newDataServes, oldDataServes, Verdict } from "./expectations.js";
import { drive, driveOn, launch, ref, requestOf, running, type Work, withEveryDeath } from "./story.js";
import {
  discarding,
  forcing,
  refuse,
  releasing,
  restoredServes,
  restoredWorld,
  resuming,
  thenUndone,
  undoing,
  verb,
} from "./undoing.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

describe("cancelled", () => {
  const atEveryMoment = async (cancel: (world: World) => Work | undefined): Promise<void> => {
    const whole = await drive(await restoredWorld(), undoing);
    for (const [index] of whole.driver.effects.entries()) {
      const world = await restoredWorld();
      const others: ReturnType<typeof launch>[] = [];
      let effects = 0;
      world.onEffect = () => {
        if (++effects !== index + 1) return;
        const other = cancel(world);
        if (other) others.push(launch(world, other));
      };
      const { report } = await drive(world, undoing);
      await world.clock.settle(Promise.all(others));
      if (report?.failure) restoredServes(world, report, "Cancelled");
      else oldDataServes(new Verdict(world, report), world).done();
      world.onEffect = () => undefined;
      if (report?.failure) await thenUndone(world);
    }
  };

  it("in the journal, at any moment", async () => {
    await atEveryMoment((world) => {
      void world.driver().ports.journal.requestCancel(ref.namespace, ref.name);
      return undefined;
    });
  });

  it("by release, at any moment", async () => {
    await atEveryMoment(() => releasing);
  });

  it("too late for the restore: its undo is not cancelled by that", async () => {
    const world = await restoredWorld();
    await world.clock.settle(world.driver().ports.journal.requestCancel(ref.namespace, ref.name));
    await thenUndone(world);
  });
});

describe("a server that does not answer", () => {
  it("from the start: it ends within its time, and nothing was touched", async () => {
    const world = await restoredWorld();
    world.deaf = true;
    const began = world.clock.now();
    const { report } = await drive(world, undoing);
    restoredServes(world, report, "UndoFailed");
    new Verdict(world, report)
      .that(world.clock.now() - began < 2 * 3_600_000, "it took longer than two hours")
      .count("STOP orders", 1)
      .done();
  });

  it("from any moment on: the end is honest, and resume gives the restored data back", async () => {
    const whole = await drive(await restoredWorld(), undoing);
    for (const [index, name] of whole.driver.effects.entries()) {
      const world = await restoredWorld();
      let effects = 0;
      world.onEffect = () => {
        if (++effects === index + 1) world.deaf = true;
      };
      const { report } = await drive(world, undoing);
      const verdict = new Verdict(world, report);
      if (report?.failure?.reason === "RollbackIncomplete") {
        incomplete(verdict, report);
        await refusedUntilGivenBack(world);
        world.deaf = false;
        world.onEffect = () => undefined;
        restoredServes(world, (await drive(world, resuming)).report, "UndoFailed");
        await thenUndone(world);
      } else {
        verdict.same(`the hold after ${name}`, world.target().hold, undefined);
        if (report?.failure) newDataServes(verdict, world).done();
        else oldDataServes(verdict, world).done();
      }
    }
  });
});

/** Failed, with what a person needs. */
function incomplete(verdict: Verdict, report: RunReport): void {
  const message = report.failure?.message ?? "";
  verdict
    .same("the phase", report.status.phase, "Failed")
    .same("Ready", conditionOf(report, "Ready"), "False RollbackIncomplete")
    .same("Stalled", conditionOf(report, "Stalled"), "True RollbackIncomplete")
    .same("Undone", conditionOf(report, "Undone"), "False UndoFailed");
  for (const part of ["undo did not finish: ", "neo4j-restore resume", "START DATABASE", "/.neo4j-restore/"])
    verdict.that(message.includes(part), `${part} is not in: ${message}`);
  verdict.done();
}

async function refusedUntilGivenBack(world: World): Promise<void> {
  const leaves = (): readonly string[] => [
    ...(world.claims.volume(world.target().claimName(0))?.leaves.keys() ?? []),
  ];
  const before = leaves();
  for (const work of [undoing, discarding])
    await expect(drive(world, work)).rejects.toThrow(/first neo4j-restore resume/);
  expect(leaves()).toEqual(before);
}

describe("where giving back fails as well", () => {
  const broken = async (): Promise<World> => {
    const world = await restoredWorld();
    world.misbehaviour = (_name, store) => (store?.origin === "old" ? { refusesStart: "broken" } : {});
    refuse(world, verb("again"));
    return world;
  };

  it("the end is honest, also after a death at any effect, and each way to go on goes on", async () => {
    await withEveryDeath(async (crashAfter) => {
      const world = await broken();
      const first = await drive(world, undoing, { crashAfter });
      const report = first.report ?? (await driveOn(world, resuming));
      incomplete(new Verdict(world, report).same("serves", world.serving(), undefined), report);
      world.faults.clear();
      const ways: readonly Work[] = [resuming, releasing, running(requestOf())];
      const way = ways[(crashAfter ?? 0) % ways.length] ?? resuming;
      restoredServes(world, (await drive(world, way)).report, "UndoFailed");
      return { effects: first.driver.effects };
    });
  });

  it("released by force it is told as failed, and resume gives back", async () => {
    const world = await broken();
    await drive(world, undoing);
    const { report } = await drive(world, forcing);
    new Verdict(world, report)
      .same("the phase", report?.status.phase, "Failed")
      .same("the hold", world.target().hold, undefined)
      .done();
    await refusedUntilGivenBack(world);
    world.faults.clear();
    restoredServes(world, (await drive(world, resuming)).report, "UndoFailed");
  });

  it("the restore is removed only once it could be given back: until then stores and journal stay", async () => {
    const world = await broken();
    const { report } = await drive(world, undoing);
    const removing: Work = async (engine, options) => {
      await engine.remove({ ...ref, runId: report?.runId ?? "" }, options);
      return { ...ref, runId: "", status: { phase: "Failed" } };
    };
    await expect(drive(world, removing)).rejects.toThrow(/neo4j-restore resume/);
    const left = [...(world.claims.volume(world.target().claimName(0))?.leaves.values() ?? [])].filter(
      (leaf) => leaf.type === "store" && leaf.complete,
    );
    const origins = left.map((leaf) => (leaf.type === "store" ? leaf.origin : "")).sort();
    expect(origins).toEqual(expect.arrayContaining(["backup", "old"]));
    world.faults.clear();
    await drive(world, removing);
    newDataServes(new Verdict(world, undefined), world).done();
    expect([world.target().hold, world.journals.records.size]).toEqual([undefined, 0]);
  });
});
