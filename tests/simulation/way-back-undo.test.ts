/**
 * Undo and its own way back start a store like any way back: in its own access mode, where that fails writable and set
 * back, and well only where it ends as noted. An undo does not try for long: the restored store did start.
 */
import { oldDataServes, Verdict } from "./expectations.js";
import { drive, driveOn, withEveryDeath, requestOf, running } from "./story.js";
import { refuse, restoredServes, restoredWorld, resuming, undoing, verb } from "./undoing.js";
import { createWorld } from "./world/scene.js";
import type { Misbehaviour } from "./world/server-world.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const building = { refusesReadOnly: "Some indexes need to be rebuilt." };

async function frozen(): Promise<World> {
  const world = await createWorld();
  world.clients = false;
  for (const server of world.servers()) server.setAccess("orders", "read-only");
  await drive(world, running(requestOf()));
  return world;
}

const only =
  (origin: string, what: Misbehaviour) =>
  (_name: string, store: { readonly origin: string } | undefined): Misbehaviour =>
    store?.origin === origin ? what : {};

describe("the previous store, read-only by itself, with indexes that are being built", () => {
  it("is brought back, and read-only, also after a death at any effect", async () => {
    await withEveryDeath(async (crashAfter) => {
      const world = await frozen();
      world.misbehaviour = only("old", building);
      const first = await drive(world, undoing, { crashAfter });
      const report = first.report ?? (await driveOn(world, resuming));
      const verdict = new Verdict(world, report).same("the failure", report.failure, undefined);
      oldDataServes(verdict, world, "read-only").same("the hold", world.target().hold, undefined).done();
      return { effects: first.driver.effects };
    });
  });

  it("that starts in neither mode is given up within a minute", async () => {
    const world = await frozen();
    world.misbehaviour = only("old", { refusesStart: "broken" });
    const began = world.clock.now();
    const { report } = await drive(world, undoing);
    new Verdict(world, report)
      .same("the reason", report?.failure?.reason, "UndoFailed")
      .same("what serves", world.serving()?.origin, "backup")
      .same("the access mode", world.serving()?.access, "read-only")
      .that(world.clock.now() - began < 60_000, "it took too long")
      .done();
  });
});

it("a previous store that ends before the old data did is not told as brought back", async () => {
  await withEveryDeath(async (crashAfter) => {
    const world = await restoredWorld();
    world.misbehaviour = only("old", { txnShift: -80_000 });
    const first = await drive(world, undoing, { crashAfter });
    const report = first.report ?? (await driveOn(world, resuming));
    restoredServes(world, report, "UndoFailed");
    new Verdict(world, report)
      .that(
        /what is in its place is another store/.test(report.failure?.message ?? ""),
        `it does not say why: ${report.failure?.message ?? ""}`,
      )
      .done();
    return { effects: first.driver.effects };
  });
});

it("nor a restored store that ends before it did when the undo stopped it", async () => {
  const world = await restoredWorld();
  refuse(world, verb("undo"));
  world.onEffect = ({ name }) => {
    if (name === "neo4j.stop") world.misbehaviour = only("backup", { txnShift: -80_000 });
  };
  const { report } = await drive(world, undoing);
  const message = report?.failure?.message ?? "";
  new Verdict(world, report)
    .same("the reason", report?.failure?.reason, "RollbackIncomplete")
    .that(/the restored database ended with \d+/.test(message), `it does not say why: ${message}`)
    .that(message.includes("it is not the store that was stopped"), "it does not say what to do")
    .that(world.target().hold !== undefined, "the target was given to others")
    .same("the access mode", world.serving()?.access, "read-only")
    .done();
});
