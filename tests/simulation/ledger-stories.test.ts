/**
 * What is remembered beside the target once the restore and its journal are gone: it is not done twice, what was undone
 * is told as that, and a target that was built anew under the old name has nothing to do with it.
 */
import { completed, conditionOf, newDataServes, oldDataServes, Verdict } from "./expectations.js";
import { drive, requestOf, running } from "./story.js";
import { restoredWorld, undoing } from "./undoing.js";
import type { World } from "./world/world.js";

/** The instance's resource and claims by their uids, as the ledger has them. */
function rememberAs(world: World, uids: (there: readonly string[]) => readonly string[]): void {
  for (const [key, ledger] of world.journals.ledger) {
    const restores = ledger.restores.map((entry) => ({ ...entry, uids: uids(entry.uids) }));
    world.journals.ledger.set(key, { ...ledger, restores });
  }
  world.journals.records.clear();
}

test("undone, destroyed and declared again: the old data serve on, and that is told", async () => {
  const world = await restoredWorld();
  await drive(world, undoing);
  world.journals.records.clear();
  const { report } = await drive(world, running(requestOf()));
  const verdict = new Verdict(world, report)
    .same("the phase", report?.status.phase, "Completed")
    .same("Ready", conditionOf(report, "Ready"), "True Undone")
    .that(
      /undone at .*change trigger/.test(report?.status.message ?? ""),
      "the message does not tell of undo",
    )
    .count("JOB restore", 1);
  oldDataServes(verdict, world);
  const again = await drive(world, running(requestOf({ trigger: "tuesday" })));
  completed(verdict, again.report).count("JOB restore", 2);
  newDataServes(verdict, world).done();
});

test("a target that was built anew under the old name is restored into", async () => {
  const world = await restoredWorld();
  rememberAs(world, () => ["uid-of-the-one-before", "uid-of-its-claim"]);
  const { report } = await drive(world, running(requestOf()));
  const verdict = new Verdict(world, report);
  completed(verdict, report).count("JOB restore", 2);
  newDataServes(verdict, world).done();
});

test.each([
  [
    "a resource that was made anew over its claims",
    (uids: readonly string[]) => ["another", ...uids.slice(1)],
  ],
  ["claims that the set made anew", (uids: readonly string[]) => [...uids.slice(0, 1), "another"]],
  ["an entry of a version that knew no uids", () => []],
])("%s: the same target, nothing is done twice", async (_what, uids) => {
  const world = await restoredWorld();
  rememberAs(world, uids);
  const { report } = await drive(world, running(requestOf()));
  new Verdict(world, report)
    .same("Ready", conditionOf(report, "Ready"), "True AlreadyRestored")
    .count("JOB restore", 1)
    .done();
});
