/**
 * Before a run does what cannot be undone the ledger of the target has it, by every strategy: a run whose journal is lost
 * right then is never done twice. (That it is there in time is looked at in every story, world/journal-port.ts.)
 */
import type { RunReport } from "../../provider/runtime/engine.js";
import type { RestoreRequest } from "../../provider/spec/request.js";
import { asideOf, kept } from "./asides.js";
import { cluster } from "./clusters.js";
import { completed, conditionOf, failedWith, Verdict } from "./expectations.js";
import { dieWith, kindsOf, replaced } from "./late.js";
import {
  drive,
  driveOn,
  launch,
  requestOf,
  running,
  type Wish,
  withEveryDeath,
  withSomeDeaths,
} from "./story.js";
import { releasing, undoing } from "./undoing.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(600_000);

interface Way {
  readonly wish: Wish;
  readonly world: () => Promise<World>;
  /** What cannot be undone, as it is noted by who does it. */
  readonly noReturn: RegExp;
}

const alone = (existing: boolean) => () => createWorld({ existing });
const three = (existing: boolean) => () => cluster({ existing });
const seeding = { source: "seed", options: { strategy: "seedURI" } } as const;
const overwriting = { options: { strategy: "inPlace" } } as const;

const ways: Readonly<Record<string, Way>> = {
  create: { wish: {}, world: alone(false), noReturn: /^CREATE orders/ },
  "create, stopCluster": { wish: { stopCluster: true }, world: alone(false), noReturn: /^CREATE orders/ },
  inPlace: { wish: overwriting, world: alone(true), noReturn: /^JOB restore/ },
  "inPlace, stopCluster": {
    wish: { ...overwriting, stopCluster: true },
    world: alone(true),
    noReturn: /^JOB restore/,
  },
  "seedURI, existing": { wish: seeding, world: three(true), noReturn: /^RECREATE orders/ },
  "seedURI, new": { wish: seeding, world: three(false), noReturn: /^CREATE orders/ },
  "designatedSeeder, new": { wish: {}, world: three(false), noReturn: /^CREATE orders/ },
};

const begins = (world: World): readonly string[] =>
  [...world.journals.ledger.values()].flatMap(({ restores }) =>
    restores.flatMap(({ runId, begun }) => (begun === true ? [runId] : [])),
  );

async function worldOf({ world: make }: Way): Promise<World> {
  const world = await make();
  world.guardian.mayLose = () => true;
  return world;
}

const requested = ({ wish }: Way): RestoreRequest => requestOf(wish);

describe.each(Object.entries(ways))("%s", (_name, way) => {
  it("the process dies after any effect: it is done once, and the ledger knows that it was opened", async () => {
    await withEveryDeath(async (crashAfter) => {
      const world = await worldOf(way);
      const first = await drive(world, running(requested(way)), { crashAfter });
      const report = first.report ?? (await driveOn(world, running(requested(way))));
      new Verdict(world, report)
        .same("the phase", report.status.phase, "Completed")
        .count(way.noReturn, 1)
        .same("begun and not opened", begins(world), [])
        .done();
      return { effects: first.driver.effects };
    });
  });

  it("its journal is lost with the process after any effect: it is never done twice", async () => {
    const ends: (RunReport | undefined)[] = [];
    await withSomeDeaths(2, async (crashAfter) => {
      const world = await worldOf(way);
      const first = await drive(world, running(requested(way)), { crashAfter });
      const done = world.ledger.count(way.noReturn);
      const alive = first.report;
      if (!alive) {
        world.journals.records.clear();
        world.journals.leases.clear();
        await world.clock.pass(600_000);
      }
      const { report } = alive ? { report: alive } : await drive(world, running(requested(way)));
      const verdict = new Verdict(world, report);
      const again = world.ledger.count(way.noReturn) - done;
      verdict.that(done + (alive ? 0 : again) <= 1, `${way.noReturn.source} happened ${done + again} times`);
      if (report?.failure?.reason === "DatabaseChangedSinceConsent") {
        ends.push(report);
        verdict.that(
          /began .* how it ended is not known.*change trigger to restore again/.test(report.failure.message),
          `it says ${report.failure.message}`,
        );
        const wish = { ...way.wish, trigger: "looked at", consent: true };
        const { report: next } = await drive(world, running(requestOf(wish)));
        verdict
          .same("with a new trigger", next?.status.phase, "Completed")
          .same("begun", begins(world).length, 1);
      }
      verdict.done();
      return { effects: first.driver.effects };
    });
    expect(ends.length).toBeGreaterThan(0);
  });
});

describe.each(Object.entries(ways))("%s, where the ledger keeps nothing", (_name, way) => {
  it.each<readonly [string, (world: World) => void]>([
    [
      "because Kubernetes takes no ConfigMap",
      (world) =>
        world.faults.add({
          ...{ call: "journal.writeLedger", when: "before", times: Infinity },
          ...{ kind: "terminal", reason: "KubernetesRefused", message: "exceeded quota" },
        }),
    ],
    [
      "because somebody empties it again",
      (world) => {
        world.onEffect = ({ name }) => {
          if (name === "journal.writeLedger") world.journals.ledger.clear();
        };
      },
    ],
  ])("%s: nothing is done that cannot be undone, and the same restore runs later", async (_why, prepare) => {
    const world = await worldOf(way);
    prepare(world);
    const { report } = await drive(world, running(requested(way)));
    const verdict = failedWith(new Verdict(world, report), report, "KubernetesRefused")
      .count(way.noReturn, 0)
      .same("the hold", world.target().hold, undefined);
    world.faults.clear();
    world.onEffect = () => undefined;
    const { report: later } = await drive(world, running(requested(way)));
    verdict.same("later", later?.status.phase, "Completed").same("begun", begins(world), []).done();
  });
});

it("a CREATE that Neo4j refuses is given back, and the restore is not taken for one that began", async () => {
  const world = await cluster({ existing: false });
  world.createFailure = () => "no";
  const { report } = await drive(world, running(requestOf()));
  const verdict = failedWith(new Verdict(world, report), report, "Neo4jRefused").same(
    "begun",
    begins(world),
    [],
  );
  world.createFailure = () => undefined;
  world.journals.records.clear();
  const { report: later } = await drive(world, running(requestOf({ name: "under-another-name" })));
  verdict.same("later", later?.status.phase, "Completed").done();
});

it("one that could not be taken out of the ledger again is no obstacle to its own next attempts", async () => {
  const world = await cluster({ existing: false });
  world.createFailure = () => "no";
  world.faults.add({
    ...{ call: "journal.writeLedger", when: "before", times: Infinity, after: 1 },
    ...{ kind: "terminal", reason: "KubernetesRefused", message: "no" },
  });
  await drive(world, running(requestOf()));
  world.faults.clear();
  const left = begins(world).length;
  const { report: second } = await drive(world, running(requestOf()));
  world.createFailure = () => undefined;
  const { report } = await drive(world, running(requestOf()));
  new Verdict(world, report)
    .same("left", left, 1)
    .same("the second", second?.failure?.reason, "Neo4jRefused")
    .same("the phase", report?.status.phase, "Completed")
    .done();
});

it.each(Object.entries(ways))(
  "%s: an entry that arrives after its run was given back is refused",
  async (_name, way) => {
    const begin = (): Promise<World> => worldOf(way);
    const first = running(requested(way));
    const n = (await kindsOf(await begin(), first)).get("journal.writeLedger") ?? -1;
    const world = await begin();
    const arrive = await dieWith(world, first, n);
    const { report } = await replaced(world, releasing, arrive, undefined);
    new Verdict(world, report)
      .same("the phase", report?.status.phase, "Failed")
      .same("begun", begins(world), [])
      .done();
  },
);

it("one whose end is not known stands in the way of an undo of the one before, with what leads on", async () => {
  const world = await createWorld();
  await drive(world, running(kept()));
  const overwrites = launch(world, running(requestOf({ ...overwriting, name: "other", trigger: "again" })));
  while (begins(world).length === 0) await world.clock.pass(10);
  overwrites.driver.kill();
  const other = { name: "other", namespace: "neo4j" };
  await drive(world, (engine, options) => engine.release(other, { ...options, force: true }));
  const { report } = await drive(world, undoing);
  const wanted =
    /restore other \(run \S+\) began .* is not known here: neo4j-restore status other .* kubectl edit configmap neo4j-restore-ledger-solo-orders-/;
  new Verdict(world, report)
    .same("the reason", report?.failure?.reason, "DatabaseChangedSinceConsent")
    .that(wanted.test(report?.failure?.message ?? ""), report?.failure?.message ?? "")
    .done();
});

it("another that is under way is waited for, and told as done", async () => {
  const world = await createWorld({ existing: false });
  const one = launch(world, running(requestOf({ name: "one" })));
  while (begins(world).length === 0) await world.clock.pass(10);
  const { report } = await drive(world, running(requestOf({ name: "other" })));
  await world.clock.settle(one);
  new Verdict(world, report).same("Ready", conditionOf(report, "Ready"), "True AlreadyRestored").done();
});

it("what a server that does not answer has is noted before the Job sets it aside", async () => {
  const world = await createWorld();
  world.deaf = true;
  let aside: number | undefined;
  world.onEffect = () => {
    if (world.ledger.count("SCALE 0") > 0) world.deaf = false;
    if (world.ledger.count("JOB restore") > 0) aside ??= asideOf(world).length;
  };
  const { report } = await drive(world, running(requestOf({ stopCluster: true })));
  completed(new Verdict(world, report), report).same("noted before", aside, 1).done();
});
