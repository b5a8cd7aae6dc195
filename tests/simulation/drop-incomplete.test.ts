/**
 * A server that keeps files of the dropped database could take them for a copy of it: the restored one is not created
 * before they are gone, and neither is the old one on the way back.
 */
import {
  completed,
  failedWith,
  newDataServes,
  nothingLeftOver,
  oldDataServes,
  Verdict,
} from "./expectations.js";
import { cluster, everyMemberServes, grant } from "./clusters.js";
import { drive, driveOn, ref, requestOf, running, withEveryDeath } from "./story.js";
import type { World } from "./world/world.js";

jest.setTimeout(600_000);

const work = running(requestOf());
const named = "solo-server-1 still has files of database orders";

/** The files of server 1 stay for so long after the DROP. */
async function slowToDrop(dropMs: number): Promise<World> {
  const world = await cluster();
  world.misbehaviour = (name, _store, pod) =>
    name === "orders" && pod === "solo-server-1" ? { dropMs } : {};
  return world;
}

it("is told after five minutes, and the old data is given back once they have gone", async () => {
  await withEveryDeath(async (crashAfter) => {
    const world = await slowToDrop(7 * 60_000);
    const first = await drive(world, work, { crashAfter });
    const report = first.report ?? (await driveOn(world, work));
    const verdict = new Verdict(world, report);
    failedWith(verdict, report, "DropIncomplete").same("the message", report.failure?.message, named);
    oldDataServes(verdict, world);
    nothingLeftOver(verdict, world);
    verdict
      .same("copies of the old data", world.copies().filter(({ origin }) => origin === "old").length, 3)
      .same("privileges", [...world.target().graph.privileges].includes(grant), true)
      .same("aliases", [...world.target().graph.aliases], [["sales", "orders"]])
      .done();
    return { effects: first.driver.effects };
  });
});

it("where they stay for good, nothing is created beside them, and resume goes on when they are gone", async () => {
  const world = await slowToDrop(24 * 3_600_000);
  const { report } = await drive(world, work);
  const verdict = new Verdict(world, report);
  failedWith(verdict, report, "RollbackIncomplete")
    .that(report?.failure?.message.includes(named) === true, "the server is not named")
    .that(
      report?.failure?.message.includes(`neo4j-restore resume ${ref.name}`) === true,
      "resume is not named",
    )
    .count("CREATE orders", 0)
    .same("the old data", world.claims.volume("data-solo-server-0")?.holds("old"), true)
    .that(world.target().hold !== undefined, "the target was given free")
    .done();
  await world.clock.pass(24 * 3_600_000);
  const { report: again } = await drive(world, (engine, options) => engine.resume(ref, options));
  const end = failedWith(new Verdict(world, again), again, "DropIncomplete");
  oldDataServes(end, world);
  nothingLeftOver(end, world);
  end.done();
  world.misbehaviour = () => ({});
  const { report: next } = await drive(world, work);
  const last = new Verdict(world, next);
  completed(last, next);
  newDataServes(last, world);
  everyMemberServes(last, world);
  last.done();
});
