/**
 * undo and discard are for a restore that has ended: the store that they are about is that of the run which whoever
 * types them has seen. A run that is under way, whether anybody drives it or not, is left alone, and the refusal says
 * what ends it.
 */
import { inOrder, kept } from "./asides.js";
import { completed, newDataServes, oldDataServes, Verdict } from "./expectations.js";
import { drive, launch, running, type Work, withEveryDeath } from "./story.js";
import { discarding, resuming, undoing } from "./undoing.js";
import type { Call } from "./world/faults.js";
import { createWorld } from "./world/scene.js";

jest.setTimeout(300_000);

const verbs: readonly (readonly [string, Work])[] = [
  ["undo", undoing],
  ["discard", discarding],
];

const refusal = (verb: string): RegExp =>
  new RegExp(
    `is not over.*${verb} .*neo4j-restore resume back-to-monday.*neo4j-restore release back-to-monday`,
  );

describe.each(verbs)("%s of a restore that is not over", (verb, work) => {
  it("is refused at once where another process drives it, and that one goes on", async () => {
    const world = await createWorld();
    const first = launch(world, running(kept()));
    await world.clock.pass(20_000);
    const before = world.clock.now();
    await expect(drive(world, work)).rejects.toThrow(refusal(verb));
    expect(world.clock.now() - before).toBeLessThan(3_000);
    const { report } = await world.clock.settle(first);
    const verdict = new Verdict(world, report);
    completed(verdict, report);
    newDataServes(verdict, world);
    inOrder(verdict, world, 1).done();
  });

  it("is refused after any death, and resume ends the restore", async () => {
    await withEveryDeath(async (crashAfter) => {
      const world = await createWorld();
      const { driver } = await drive(world, running(kept()), { crashAfter });
      if (!driver.alive && [...world.journals.records.values()].some(({ active }) => active)) {
        const effects = world.ledger.lines.length;
        await expect(drive(world, work)).rejects.toThrow(refusal(verb));
        expect(world.ledger.lines.slice(effects)).toEqual([]);
        const { report } = await drive(world, resuming);
        const verdict = new Verdict(world, report);
        completed(verdict, report);
        newDataServes(verdict, world);
        inOrder(verdict, world, 1).done();
      }
      return { effects: driver.effects };
    });
  });

  it("is not carried out on a run that began after it was asked for", async () => {
    const world = await createWorld();
    await drive(world, running(kept()));
    const late = launch(world, work);
    let begun = (): void => undefined;
    const call = ({ driver, name }: Call): boolean => driver === late.driver.name && name === "journal.lease";
    world.faults.holdBack({ call, arrives: new Promise((resolve) => (begun = resolve)) });
    const again = launch(world, running(kept({ trigger: "again" })));
    world.clock.after(5_000, begun);
    const asked = expect(late).rejects.toThrow(/another run of restore back-to-monday has begun/);
    const { report } = await world.clock.settle(again);
    await world.clock.settle(asked);
    const verdict = new Verdict(world, report);
    completed(verdict, report);
    newDataServes(verdict, world);
    inOrder(verdict, world, 2).done();
  });
});

test("undo goes on with an undo, and is refused beside a discard that is not over", async () => {
  await withEveryDeath(async (crashAfter) => {
    const world = await createWorld();
    await drive(world, running(kept()));
    const { driver } = await drive(world, discarding, { crashAfter });
    if (!driver.alive && [...world.journals.records.values()].some(({ active }) => active)) {
      await expect(drive(world, undoing)).rejects.toThrow(/a discard .*is not over.*neo4j-restore resume/);
      await drive(world, discarding);
    }
    const verdict = new Verdict(world, undefined);
    newDataServes(verdict, world);
    inOrder(verdict, world, 0).done();
    return { effects: driver.effects };
  });
  const world = await createWorld();
  await drive(world, running(kept()));
  await drive(world, undoing, { crashAfter: 6 });
  await drive(world, undoing);
  oldDataServes(new Verdict(world, undefined), world).done();
});
