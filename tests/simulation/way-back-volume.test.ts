/**
 * A way back on another volume than the one whose stores were swapped: it has no mark of the swap, so the end is never
 * told as if the old store were in its place, and the target is not given to others.
 */
import type { RunReport } from "../../provider/runtime/engine.js";
import { failedWith, Verdict } from "./expectations.js";
import { drive, requestOf, running, withEveryDeath } from "./story.js";
import { createWorld } from "./world/scene.js";
import { resuming } from "./undoing.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

/** What a claim that was made anew looks like to the run: nothing of what it put there. */
function loseMarks(world: World): void {
  world.guardian.mayLose = () => true;
  const volume = world.claims.volume(world.target().claimName(0));
  volume?.remove(".neo4j-restore", "somebody");
}

it("ends as RollbackIncomplete, also after a death at any effect, and so does resume", async () => {
  await withEveryDeath(async (crashAfter) => {
    const world = await createWorld();
    world.misbehaviour = (_name, store) => (store?.origin === "backup" ? { txnShift: -7 } : {});
    world.onEffect = ({ name }) => {
      if (name === "neo4j.stop" && world.ledger.count("STOP orders") === 2) loseMarks(world);
    };
    const first = await drive(world, running(requestOf()), { crashAfter });
    const report = first.report ?? (await drive(world, resuming)).report;
    incomplete(world, report);
    incomplete(world, (await drive(world, resuming)).report);
    return { effects: first.driver.effects };
  });
});

function incomplete(world: World, report: RunReport | undefined): void {
  const message = report?.failure?.message ?? "";
  failedWith(new Verdict(world, report), report, "RollbackIncomplete")
    .that(message.includes("the stores of orders were swapped"), "it does not say what is wrong")
    .that(message.includes("neo4j-restore resume"), "it does not say what to do")
    .that(world.target().hold !== undefined, "the target was given to others")
    .same("what serves", world.serving()?.origin, undefined)
    .done();
}
