/**
 * The epoch of a run: whoever drives it raises it in the journal before anything else, so that the one before can
 * write no more. A driver that is told of a higher one stops; it gives nothing back by itself.
 */
import type { RunState } from "../../provider/workflow/state.js";
import { exceptJobsLeftByForce, newDataServes, nothingLeftOver, Verdict } from "./expectations.js";
import { drive, launch, ref, requestOf, restoreName, running, type Work } from "./story.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const undoing: Work = (engine, options) => engine.undo(ref, options);
const discarding: Work = (engine, options) => engine.discard(ref, options);
const resuming: Work = (engine, options) => engine.resume(ref, options);

/** The calls of each driver in their order; of saves also the epoch that they write. */
function listen(world: World): Map<string, string[]> {
  const calls = new Map<string, string[]>();
  world.faults.delay({
    when: "before",
    ms: 0,
    call: ({ driver, name, args }) => {
      const saved = name === "journal.save" ? ` ${stateOf(args[2]).epoch}` : "";
      calls.set(driver, [...(calls.get(driver) ?? []), `${name}${saved}`]);
      return false;
    },
  });
  return calls;
}

const stateOf = (record: unknown): RunState =>
  JSON.parse((record as { readonly state: string }).state) as RunState;

const epochThere = (world: World): number =>
  stateOf(world.journals.records.get(`neo4j/${restoreName}`) ?? { state: "{}" }).epoch;

/** What each driver did first once it had the Lease and had read the journal. */
const firstActs = (calls: ReadonlyMap<string, readonly string[]>): readonly (string | undefined)[] =>
  [...calls.values()].map((names) =>
    names.slice(names.indexOf("journal.load") + 1).find((name) => name !== "journal.kept"),
  );

it("is 1 before the first look, and higher by one with each driver, flow or not", async () => {
  const world = await createWorld();
  const calls = listen(world);
  await drive(world, running(requestOf()), { crashAfter: 6 });
  await drive(world, resuming, { crashAfter: 9 });
  const { report } = await drive(world, running(requestOf()));
  await drive(world, undoing);
  await drive(world, discarding);
  expect(report?.status.phase).toBe("Completed");
  expect(firstActs(calls)).toEqual([1, 2, 3, 4, 5].map((epoch) => `journal.save ${epoch}`));
  const verdict = new Verdict(world, report);
  verdict.same("the epoch", epochThere(world), 5).done();
});

it("begins again with another run of the same name", async () => {
  const world = await createWorld();
  await drive(world, running(requestOf()));
  const calls = listen(world);
  await drive(world, running(requestOf({ trigger: "again" })));
  expect(firstActs(calls)).toEqual(["journal.save 1"]);
});

it("is not raised where nothing is due", async () => {
  const world = await createWorld();
  await drive(world, running(requestOf()));
  await drive(world, running(requestOf()));
  expect(epochThere(world)).toBe(1);
});

it("two that raise it at once write the same: the one whose word came second raises it again", async () => {
  const world = await createWorld();
  await drive(world, running(requestOf()), { crashAfter: 6 });
  let saves = 0;
  world.faults.delay({
    when: "before",
    ms: 5_000,
    times: 2,
    call: ({ name }) => {
      if (name !== "journal.save") return false;
      // Neither hears of the other by the Lease.
      if (++saves <= 2) world.journals.leases.clear();
      return true;
    },
  });
  const dies = launch(world, running(requestOf()), { crashAfter: 1 });
  const { report } = await drive(world, running(requestOf()));
  expect(dies.driver.effects).toEqual(["journal.save"]);
  const verdict = new Verdict(world, report).same("the epoch", epochThere(world), 3).count("JOB restore", 1);
  newDataServes(verdict, world);
  nothingLeftOver(verdict, world, { previous: true });
  verdict.done();
});

it("a driver that a verb was refused to for a higher one follows, and gives nothing back", async () => {
  const world = await createWorld();
  world.faults.add({
    call: "kubernetes.exec",
    when: "before",
    kind: "terminal",
    reason: "DriverReplaced",
    after: 2,
  });
  const { report } = await drive(world, running(requestOf()));
  const verdict = new Verdict(world, report).same("the epoch", epochThere(world), 2).count("STOP orders", 1);
  newDataServes(verdict, world);
  nothingLeftOver(verdict, world, { previous: true });
  verdict.done();
});

it.each([false, true])(
  "released by force while its process drives it, that one stops and begins nothing anew (stopCluster %s)",
  async (stopCluster) => {
    for (let moment = 4; moment < 16; moment += 1) {
      const world = await createWorld();
      const first = launch(world, running(requestOf({ stopCluster })));
      let effects = 0;
      const forced: Promise<unknown>[] = [];
      world.onEffect = ({ driver }) => {
        if (driver !== first.driver.name || ++effects !== moment) return;
        const forcing: Work = (engine, options) => engine.release(ref, { ...options, force: true });
        forced.push(launch(world, forcing));
      };
      const { report } = await world.clock.settle(first);
      await world.clock.settle(Promise.all(forced));
      expect([moment, report?.failure?.reason]).toEqual([moment, "Cancelled"]);
      expect([moment, world.target().hold]).toEqual([moment, undefined]);
      expect([moment, world.ledger.count("HOLD")]).toEqual([moment, 1]);
      expect(exceptJobsLeftByForce(world.violations)).toEqual([]);
    }
  },
);

it("where Neo4j lets nobody end connections, that is told, and the run goes on", async () => {
  const world = await createWorld();
  world.endsNoConnections = "Neo.ClientError.Security.Forbidden";
  await drive(world, running(requestOf()), { crashAfter: 9 });
  const { report } = await drive(world, running(requestOf()));
  const told =
    "connections of an earlier process of this restore could not be ended: solo-0 (Neo.ClientError.Security.Forbidden)";
  const verdict = new Verdict(world, report).that(
    report?.status.message?.includes(told) === true,
    `told is: ${report?.status.message}`,
  );
  newDataServes(verdict, world);
  nothingLeftOver(verdict, world, { previous: true });
  verdict.done();
});
