/**
 * A store whose restore is gone is removed by what the ledger knows: the very one that is named, with the target held.
 * What has its own journal, another's target and what the ledger does not know are left alone, with the reason.
 */
import { asideOf, destroyed, hour, inOrder, kept, lying, restored } from "./asides.js";
import { newDataServes, Verdict } from "./expectations.js";
import { drive, launch, requestOf, running, type Work, withEveryDeath } from "./story.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const said: string[] = [];
const discarding =
  (runId: string | undefined, target = "solo"): Work =>
  async (engine) => {
    said.length = 0;
    said.push(...(await engine.discardAside({ namespace: "neo4j", target, database: "orders", runId })));
    return { name: "", namespace: "", runId: "", status: { phase: "Completed" } };
  };

/** Two stores whose restore is gone. */
async function orphans(): Promise<World> {
  const world = await restored(kept());
  await restored(kept({ source: "folder" }), world);
  await destroyed(world);
  return world;
}

test("the one that is named goes, the other stays, and the data serve", async () => {
  await withEveryDeath(async (crashAfter) => {
    const world = await orphans();
    const [one, other] = asideOf(world).map(({ runId }) => runId);
    const first = await drive(world, discarding(one), { crashAfter });
    if (!first.driver.alive && asideOf(world).length > 1) await drive(world, discarding(one));
    const verdict = new Verdict(world, undefined).same("what lies there", lying(world), [other ?? ""]);
    if (first.driver.alive) inOrder(verdict, world, 1).that(/^what restore/.test(said[0] ?? ""), said.join());
    newDataServes(verdict, world).done();
    return { effects: first.driver.effects };
  });
});

test("a hold that a killed one has left does not keep the next restore away", async () => {
  const world = await orphans();
  await drive(world, discarding(asideOf(world)[0]?.runId), { crashAfter: 1 });
  const verdict = new Verdict(world, undefined).that(world.target().hold !== undefined, "there is no hold");
  const { report } = await drive(world, running(kept({ trigger: "again" })));
  verdict
    .same("the phase", report?.status.phase, "Completed")
    .same("the hold", world.target().hold, undefined)
    .done();
});

test("what is overdue goes with it", async () => {
  const world = await orphans();
  const [, other] = asideOf(world).map(({ runId }) => runId);
  await world.clock.pass(80 * hour);
  await drive(world, discarding(other));
  inOrder(new Verdict(world, undefined), world, 0).same("said", said.length, 2).done();
});

test("without a run nothing is removed, and all that there is is told with its command", async () => {
  const world = await orphans();
  const runs = asideOf(world).map(({ runId }) => runId);
  const told = runs.map((run) => `neo4j-restore discard --target solo --database orders --run ${run}`);
  const words = new RegExp(`which store\\?\n.*${told.join(".*\n.*")}`);
  await expect(drive(world, discarding(undefined))).rejects.toThrow(words);
  await expect(drive(world, discarding("run0000099"))).rejects.toThrow(
    /run run0000099 has set nothing aside there/,
  );
  inOrder(new Verdict(world, undefined), world, 2).done();
});

test("nothing lies aside: that is told", async () => {
  const world = await restored(requestOf({ options: { keepPrevious: "0" } }));
  await expect(drive(world, discarding(undefined))).rejects.toThrow(
    /of database orders of solo .* nothing lies aside/,
  );
});

test("a run that has its journal is left to its own verbs", async () => {
  const world = await restored(kept());
  await expect(drive(world, discarding(asideOf(world)[0]?.runId))).rejects.toThrow(
    /neo4j-restore discard back-to-monday --namespace neo4j/,
  );
  inOrder(new Verdict(world, undefined), world, 1).done();
});

test("a target that another restore holds is left alone", async () => {
  const world = await orphans();
  const work = launch(world, running(kept({ name: "other", trigger: "again" })));
  await world.clock.pass(10_000);
  await expect(drive(world, discarding(asideOf(world)[0]?.runId))).rejects.toThrow(
    /restore other holds solo/,
  );
  await world.clock.settle(work);
  new Verdict(world, undefined).same("stores aside", lying(world).length, 3).done();
});

test("a server that is away, and a target that is gone: nothing is forgotten", async () => {
  const world = await orphans();
  const runId = asideOf(world)[0]?.runId;
  world.target().crashPod(0);
  await expect(drive(world, discarding(runId))).rejects.toThrow(/pod solo-0 does not run/);
  new Verdict(world, undefined).same("the hold", world.target().hold, undefined).done();
  world.targets.clear();
  await expect(drive(world, discarding(runId))).rejects.toThrow(/there is no target solo/);
  expect(asideOf(world)).toHaveLength(2);
});
