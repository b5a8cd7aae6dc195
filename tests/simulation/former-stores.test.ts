/**
 * What a journal knows to lie aside is the ledger's before that journal goes to another run, or goes: also of a version
 * before, which noted nothing there, or of what could not be noted. What went by its own time is not told again.
 */
import type { StoreAside } from "../../provider/plan/ledger.js";
import { asideOf, destroyed, hour, inOrder, kept, lying, restored } from "./asides.js";
import { completed, Verdict } from "./expectations.js";
import { drive, driveOn, ref, running, withEveryDeath } from "./story.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const key = `neo4j/${ref.name}`;
const other = kept({ source: "folder" });

/** As a version before has left it: the ledger knows no stores, the journal knows its own and those of runs before. */
async function formerly(...superseded: readonly string[]): Promise<World> {
  const world = await restored(kept());
  for (const [of, ledger] of world.journals.ledger) world.journals.ledger.set(of, { ...ledger, aside: [] });
  const record = world.journals.records.get(key);
  if (!record) throw new Error("there is no journal");
  const { facts, ...state } = JSON.parse(record.state) as { facts: { previous: { noted?: true } } };
  const { noted: _new, ...previous } = facts.previous;
  const former = { ...state, facts: { ...facts, previous, superseded } };
  world.journals.records.set(key, { ...record, state: JSON.stringify(former) });
  const data = world.claims.volume(world.target().claimName(0));
  const [own = ""] = lying(world);
  for (const run of superseded) {
    for (const kind of ["databases", "transactions"]) {
      const leaf = data?.get(`.neo4j-restore/${own}/previous/${kind}`);
      if (leaf) data?.put(`.neo4j-restore/${run}/previous/${kind}`, { ...leaf }, "scene");
    }
  }
  return world;
}

const runs = (stores: readonly StoreAside[]): readonly string[] => stores.map(({ runId }) => runId).sort();

describe("a run that takes a journal over", () => {
  it("notes what lies aside by it, and for how long, whoever dies", async () => {
    await withEveryDeath(async (crashAfter) => {
      const world = await formerly("run0000000");
      const before = lying(world);
      const first = await drive(world, running(other), { crashAfter });
      const report = first.report ?? (await driveOn(world, running(other)));
      const verdict = new Verdict(world, report);
      completed(verdict, report).same("lying there before", before.length, 2);
      inOrder(verdict, world, 3);
      const times = asideOf(world).filter(({ keptUntil }) => keptUntil !== undefined);
      verdict.same("stores with a time", times.length, 2).done();
      return { effects: first.driver.effects };
    });
  });

  it("so it does for another database", async () => {
    const world = await formerly();
    const people = { ...other, spec: { ...other.spec, databaseName: "people" } };
    await drive(world, running(people));
    new Verdict(world, undefined).same("aside of orders", runs(asideOf(world)), lying(world)).done();
  });

  it("does not begin where the ledger takes no entry, and the next one notes it", async () => {
    const world = await formerly();
    world.faults.add({
      ...{ call: "journal.writeLedger", when: "before", kind: "terminal", reason: "KubernetesRefused" },
      times: Infinity,
    });
    const { report } = await drive(world, running(other));
    const verdict = new Verdict(world, report)
      .same("the reason", report?.failure?.reason, "KubernetesRefused")
      .count("JOB rehearsal", 0)
      .count("STOP orders", 1);
    world.faults.clear();
    const { report: next } = await drive(world, running(other));
    completed(verdict, next);
    inOrder(verdict, world, 2).done();
  });

  it("lets a person remove each of them by its run", async () => {
    const world = await formerly("run0000000");
    await drive(world, running(other));
    const [runId = ""] = runs(asideOf(world));
    const { clusterRef: target, databaseName: database } = other.spec;
    await drive(world, async (engine, options) => {
      await engine.discardAside({ namespace: "neo4j", target, database, runId });
      return { ...ref, runId, status: { phase: "Completed" }, options } as never;
    });
    inOrder(new Verdict(world, undefined), world, 2)
      .same("the first", lying(world).includes(runId), false)
      .done();
  });
});

describe("destroy", () => {
  it("does not tell of a store that went by its own time", async () => {
    const world = await restored(kept({ name: "monday" }));
    await world.clock.pass(80 * hour);
    await restored(kept({ name: "tuesday", source: "folder" }), world);
    const said = await destroyed(world, "monday");
    const verdict = inOrder(new Verdict(world, undefined), world, 1);
    verdict
      .same(
        "what is told",
        said.filter((line) => /^what restore/.test(line)),
        [],
      )
      .done();
  });

  it("tells of one whose time is over and that nobody has removed", async () => {
    const world = await restored(kept());
    await world.clock.pass(80 * hour);
    const said = await destroyed(world);
    const verdict = inOrder(new Verdict(world, undefined), world, 1);
    verdict.same("stores told", said.filter((line) => /^what restore/.test(line)).length, 1).done();
  });

  it("of a version before tells and notes what lies aside, and of runs before it", async () => {
    const world = await formerly("run0000000");
    const said = await destroyed(world);
    const verdict = inOrder(new Verdict(world, undefined), world, 2);
    verdict.same("stores told", said.filter((line) => /^what restore/.test(line)).length, 2).done();
  });
});
