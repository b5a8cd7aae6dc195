/**
 * What undo, discard and the way back to the restored store have sent takes place when their driver was replaced long
 * ago. Afterwards serves what the next driver says, whole, and the ledger knows exactly what lies aside.
 */
import { inOrder, kept, lying } from "./asides.js";
import { conditionOf, newDataServes, oldDataServes, Verdict } from "./expectations.js";
import { tellLate } from "./late.js";
import { type Drive, drive, running, type Work } from "./story.js";
import { discarding, releasing, resuming, undoing } from "./undoing.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

async function restored(stopCluster: boolean): Promise<World> {
  const world = await createWorld();
  await drive(world, running(kept({ stopCluster })));
  return world;
}

/** The old store does not start any more: an undo ends with the restored one. */
async function spoilt(): Promise<World> {
  const world = await restored(false);
  world.misbehaviour = (_name, store) => (store?.origin === "backup" ? {} : { refusesStart: "broken" });
  return world;
}

const worlds: Readonly<Record<string, () => Promise<World>>> = {
  "one server": () => restored(false),
  "one server, away": () => restored(true),
  "one server that refuses the old store": spoilt,
};

function judge(world: World, { report }: Drive): void {
  const verdict = new Verdict(world, report)
    .same("the return state", world.target().returnState, undefined)
    .same("leases", world.journals.leases.size, 0);
  if (conditionOf(report, "Undone").startsWith("True")) oldDataServes(verdict, world);
  else newDataServes(verdict, world);
  inOrder(verdict, world, lying(world).length).done();
}

const again: Work = running(kept({ trigger: "again" }));

const nexts: readonly (readonly [string, Work, Work])[] = [
  ["undo", undoing, undoing],
  ["undo", undoing, resuming],
  ["undo", undoing, releasing],
  ["undo", undoing, again],
  ["discard", discarding, discarding],
  ["discard", discarding, resuming],
  ["discard", discarding, again],
];

const nameOf = (work: Work): string =>
  work === again
    ? "restores again"
    : work === resuming
      ? "goes on"
      : work === releasing
        ? "gives it up"
        : work === undoing
          ? "undoes"
          : "discards";

describe.each(Object.entries(worlds))("%s", (_name, begin) => {
  it.each(nexts.map(([verb, first, next]) => [verb, nameOf(next), first, next] as const))(
    "what %s has sent changes nothing when it arrives late, where the next driver %s",
    async (_verb, _next, first, next) => {
      const kinds = await tellLate({ begin, first, next, judge, atOnce: next === releasing });
      expect(kinds).toContainEqual(expect.stringContaining("journal.save"));
      expect(kinds).toContainEqual(expect.stringContaining("kubernetes.exec"));
    },
  );
});
