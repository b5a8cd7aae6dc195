/**
 * Answers of volume verbs that do not come: the line breaks while the script runs on, or has ended, or was never begun;
 * the driver dies; a verb was killed with the lock. The volume is asked, and no verb is sent twice that was done once.
 */
import { newDataServes, nothingLeftOver, oldDataServes, Verdict } from "./expectations.js";
import { drive, driveOn, requestOf, running } from "./story.js";
import type { FaultRule } from "./world/faults.js";
import { createWorld } from "./world/scene.js";
import { verbOf } from "./world/script.js";
import type { World } from "./world/world.js";

jest.setTimeout(120_000);

const online = running(requestOf({ options: { keepPrevious: "24h" } }));

const losing = (verb: string, when: FaultRule["when"]): FaultRule => ({
  call: ({ name, args }) => name === "kubernetes.exec" && verbOf(args[3] as readonly string[]) === verb,
  when,
});

/** The stream breaks once, after so many moves; the script stands still, and goes on then. */
function breaks(world: World, verb: string, moves: number, standsStillMs: number): void {
  let left = 1;
  world.runsOnAfterMs = standsStillMs;
  world.execBreaks = (called) => (called === verb && left-- > 0 ? moves : undefined);
}

const refusesStart = (world: World): void => {
  world.misbehaviour = (_name, store) => (store?.origin === "backup" ? { refusesStart: "broken" } : {});
};

describe.each([0, 1, 2, 3])("after %s renames", (moves) => {
  it.each([0, 20_000, 100_000])(
    "swap runs on for %s ms after its line broke: it is waited for",
    async (ms) => {
      const world = await createWorld();
      breaks(world, "swap", moves, ms);
      const { report } = await drive(world, online);
      const verdict = new Verdict(world, report).count("EXEC swap", 1);
      nothingLeftOver(newDataServes(verdict, world), world, { previous: true }).done();
    },
  );

  it.each([0, 20_000])("back runs on for %s ms after its line broke", async (ms) => {
    const world = await createWorld();
    refusesStart(world);
    breaks(world, "back", moves, ms);
    const { report } = await drive(world, online);
    const verdict = new Verdict(world, report).count("EXEC back", 1);
    nothingLeftOver(oldDataServes(verdict, world), world).done();
  });
});

it.each(["swap", "close"])("of a %s that was done the answer is lost: it is not sent again", async (verb) => {
  const world = await createWorld();
  world.faults.add(losing(verb, "after"));
  const { report } = await drive(world, online);
  const verdict = new Verdict(world, report).count(`EXEC ${verb}`, 1);
  nothingLeftOver(newDataServes(verdict, world), world, { previous: true }).done();
});

it("a swap that never came to the pod is sent once more", async () => {
  const world = await createWorld();
  world.faults.add(losing("swap", "before"));
  const { report } = await drive(world, online);
  const verdict = new Verdict(world, report).count("EXEC swap", 1);
  nothingLeftOver(newDataServes(verdict, world), world, { previous: true }).done();
});

it("a driver that died over a swap leaves it to be asked for, not to be sent again", async () => {
  const world = await createWorld();
  const first = await drive(world, online);
  const swapped = first.driver.effects.indexOf("kubernetes.exec") + 1;
  const again = await createWorld();
  const report = await driveOn(again, online, { crashAfter: swapped });
  new Verdict(world, first.report).count("EXEC swap", 1).done();
  newDataServes(new Verdict(again, report).count("EXEC swap", 1), again).done();
});

it.each(["solo-0", "before-restore-pod"])("a verb that was killed in %s holds nobody up", async (pod) => {
  const world = await createWorld();
  const volume = world.claims.volume(world.target().claimName(0));
  if (!volume) throw new Error("there is no volume");
  world.onEffect = ({ name }) => {
    if (name === "neo4j.stop") volume.lock ??= { verb: "back", pod, alive: false };
  };
  const { report } = await drive(world, online);
  nothingLeftOver(newDataServes(new Verdict(world, report), world), world, { previous: true }).done();
});

it("a run is over on the volume before it gives the target free", async () => {
  const world = await createWorld();
  const { report } = await drive(world, online);
  const volume = world.claims.volume(world.target().claimName(0));
  const effects = world.ledger.toString();
  new Verdict(world, report)
    .same(
      "the run on the volume",
      [...(volume?.fences.values() ?? [])].map(({ closed }) => closed),
      [true],
    )
    .that(effects.indexOf("EXEC close") < effects.indexOf("UNHOLD"), "it was closed too late")
    .done();
});

it("a run that was refused has nothing to close", async () => {
  const world = await createWorld();
  const { report } = await drive(world, running(requestOf({ consent: false })));
  new Verdict(world, report).count(/EXEC/, 0).done();
});

it("a Job that is killed amid its renames leaves the lock to nobody: the way back takes it", async () => {
  const request = requestOf({ stopCluster: true });
  const whole = await createWorld();
  await drive(whole, running(request));
  const job = whole.jobs.view("back-to-monday-restore");
  const lasts = Date.parse(job?.finishedAt ?? "") - Date.parse(job?.startedAt ?? "");
  for (let before = 1; before <= 10; before++) {
    const world = await createWorld();
    world.jobBehaviour = { restore: { killedAfterMs: lasts - before } };
    const { report } = await drive(world, running(request));
    nothingLeftOver(oldDataServes(new Verdict(world, report), world), world).done();
  }
});
