/**
 * An undo that fails: the restored store serves as before and the target is free. With a death after each effect it
 * ends the same.
 */
import { Verdict } from "./expectations.js";
import { drive, driveOn, requestOf, running, withEveryDeath } from "./story.js";
import {
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

const causes: readonly (readonly [what: string, reason: string, cause: (world: World) => void])[] = [
  ["the look at the volume fails", "Neo4jRefused", (world) => refuse(world, verb("inspect"))],
  ["STOP is refused", "Neo4jRefused", (world) => refuse(world, "neo4j.stop")],
  ["the stores cannot be moved", "Neo4jRefused", (world) => refuse(world, verb("undo"))],
  [
    "the old store does not start",
    "UndoFailed",
    (world) => {
      world.misbehaviour = (_name, store) => (store?.origin === "old" ? { refusesStart: "broken" } : {});
    },
  ],
  [
    "START of the old store is refused",
    "Neo4jRefused",
    (world) => {
      const old = (): boolean => oldInPlace(world);
      refuse(world, ({ name }) => name === "neo4j.start" && old());
    },
  ],
  [
    "the old logs were removed by hand",
    "SwapFailed",
    (world) => {
      removePrevious(world, "/previous/transactions");
    },
  ],
];

function oldInPlace(world: World): boolean {
  const leaf = world.claims.volume(world.target().claimName(0))?.get("databases/orders");
  return leaf?.type === "store" && leaf.origin === "old";
}

function removePrevious(world: World, part: string): void {
  const volume = world.claims.volume(world.target().claimName(0));
  world.guardian.mayLose = () => true;
  for (const path of [...(volume?.leaves.keys() ?? [])])
    if (path.startsWith(".neo4j-restore/") && path.includes(part)) volume?.remove(path, "somebody");
}

describe.each(causes)("when %s", (_what, reason, cause) => {
  const tell = async (crashAfter?: number): Promise<{ readonly effects: readonly string[] }> => {
    const world = await restoredWorld();
    cause(world);
    const first = await drive(world, undoing, { crashAfter });
    const report = first.report ?? (await driveOn(world, resuming));
    restoredServes(world, report, reason);
    return { effects: first.driver.effects };
  };

  it("the restored data serves again, also after a death at any effect", async () => {
    await withEveryDeath(tell);
  });
});

it.each(["STOP is refused", "the old store does not start"])(
  "undo is possible once the cause is gone: %s",
  async (what) => {
    const world = await restoredWorld();
    causes.find(([name]) => name === what)?.[2](world);
    await drive(world, undoing);
    world.faults.clear();
    world.misbehaviour = () => ({});
    await thenUndone(world);
  },
);

it("pulumi up and release change nothing after an undo that failed", async () => {
  const world = await restoredWorld();
  refuse(world, verb("undo"));
  await drive(world, undoing);
  const effects = world.ledger.lines.length;
  await drive(world, running(requestOf()));
  const { report } = await drive(world, releasing);
  restoredServes(world, report, "Neo4jRefused");
  new Verdict(world, report).same("effects", world.ledger.lines.length, effects).done();
});

it("without a previous store nothing is touched", async () => {
  const world = await restoredWorld();
  removePrevious(world, "/");
  const { report } = await drive(world, undoing);
  restoredServes(world, report, "UndoFailed");
  new Verdict(world, report)
    .count("STOP orders", 1)
    .that(report?.failure?.message.includes("nothing was touched") === true, "it does not say so")
    .done();
});

it("gives the restored database back as read-only as it was", async () => {
  const world = await restoredWorld();
  for (const server of world.servers()) server.setAccess("orders", "read-only");
  world.misbehaviour = (_name, store) => (store?.origin === "old" ? { refusesStart: "broken" } : {});
  const { report } = await drive(world, undoing);
  new Verdict(world, report)
    .same("what serves", world.serving()?.origin, "backup")
    .same("the access mode", world.serving()?.access, "read-only")
    .done();
});

it("a database that was stopped before stays so", async () => {
  const world = await restoredWorld();
  for (const server of world.servers()) server.stop("orders");
  await world.clock.pass(5_000);
  refuse(world, verb("undo"));
  const { report } = await drive(world, undoing);
  new Verdict(world, report)
    .same("what serves", world.serving(), undefined)
    .that(report?.failure?.message.endsWith("offline as before") === true, "it does not say so")
    .same("the hold", world.target().hold, undefined)
    .done();
});

it.each(["undo", "again"])("a stream that breaks amid the renames of %s does no harm", async (name) => {
  for (let moves = 0; moves < 7; moves++) {
    const world = await restoredWorld();
    world.misbehaviour = (_name, store) => (store?.origin === "old" ? { refusesStart: "broken" } : {});
    let broken = false;
    world.execBreaks = (called) => {
      if (broken || called !== name) return undefined;
      broken = true;
      return moves;
    };
    const { report } = await drive(world, undoing);
    restoredServes(world, report, "UndoFailed");
  }
});
