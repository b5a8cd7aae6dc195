/**
 * The data volume is full to the last byte when something has to be put back or removed: what the run has laid there for
 * that makes room for each small write, whoever dies in between. What gets no room says so, and harms nothing.
 */
import { newDataServes, nothingLeftOver, oldDataServes, Verdict } from "./expectations.js";
import { drive, requestOf, restoreName, running, withEveryDeath } from "./story.js";
import { discarding, resuming, undoing } from "./undoing.js";
import { createWorld } from "./world/scene.js";
import type { Volume } from "./world/volume.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const volumeOf = (world: World): Volume => {
  const volume = world.claims.volume(world.target().claimName(0));
  if (!volume) throw new Error("there is no volume");
  return volume;
};

const keeping = running(requestOf({ options: { keepPrevious: "24h" } }));

async function restored(): Promise<World> {
  const world = await createWorld();
  await drive(world, keeping);
  return world;
}

/** As an earlier version left it. */
function withoutBallast(volume: Volume): void {
  for (const path of [...volume.leaves.keys()].filter((one) => one.includes("/ballast-")))
    volume.remove(path, "story");
}

/** What is kept there is not what must be given back by now. */
function outdate(volume: Volume): void {
  const kept = volume.below(".neo4j-restore").find((path) => path.endsWith("/kept")) ?? "";
  volume.put(kept, { type: "file", text: "of before" }, "story");
}

it("a restore that fails then is given back, also after a death at any effect", async () => {
  await withEveryDeath(async (crashAfter) => {
    const world = await createWorld();
    world.misbehaviour = (_name, store) => (store?.origin === "backup" ? { refusesStart: "broken" } : {});
    world.onEffect = ({ name }) => {
      if (name === "neo4j.start" && world.ledger.count("START orders") === 1) volumeOf(world).full = true;
    };
    const first = await drive(world, keeping, { crashAfter });
    const { report } = first.report ? first : await drive(world, resuming);
    nothingLeftOver(oldDataServes(new Verdict(world, report), world), world).done();
    return { effects: first.driver.effects };
  });
});

it("so is one while no server runs, by a Job", async () => {
  const away = running(requestOf({ stopCluster: true }));
  const whole = await createWorld();
  await drive(whole, away);
  const job = whole.jobs.view(`${restoreName}-restore`);
  const lasts = Date.parse(job?.finishedAt ?? "") - Date.parse(job?.startedAt ?? "");
  const world = await createWorld();
  world.jobBehaviour = { restore: { killedAfterMs: lasts - 1 } };
  world.clock.after(lasts + 10_000, () => (volumeOf(world).full = true));
  const { report } = await drive(world, away);
  nothingLeftOver(oldDataServes(new Verdict(world, report), world), world)
    .count("JOB volume", 1)
    .done();
});

it("an undo that is under way puts the previous store back", async () => {
  const world = await restored();
  world.onEffect = ({ name }) => {
    if (name === "neo4j.stop") volumeOf(world).full = true;
  };
  const { report } = await drive(world, undoing);
  oldDataServes(new Verdict(world, report), world).same("the failure", report?.failure, undefined).done();
});

it("one that fails then puts the restored store back", async () => {
  const world = await restored();
  world.misbehaviour = (_name, store) => (store?.origin === "old" ? { refusesStart: "broken" } : {});
  world.onEffect = ({ name }) => {
    if (name === "neo4j.stop") volumeOf(world).full = true;
  };
  const { report } = await drive(world, undoing);
  newDataServes(
    new Verdict(world, report).that(report?.failure !== undefined, "it did not fail"),
    world,
  ).done();
});

it("one that begins then puts it back as well, also after a death at any effect", async () => {
  await withEveryDeath(async (crashAfter) => {
    const world = await restored();
    volumeOf(world).full = true;
    const first = await drive(world, undoing, { crashAfter });
    const { report } = first.report ? first : await drive(world, resuming);
    oldDataServes(new Verdict(world, report), world).same("the failure", report?.failure, undefined).done();
    return { effects: first.driver.effects };
  });
});

it("where its return state is another by now, room is made for that", async () => {
  const world = await restored();
  outdate(volumeOf(world));
  volumeOf(world).full = true;
  const { report } = await drive(world, undoing);
  oldDataServes(new Verdict(world, report), world).same("the failure", report?.failure, undefined).done();
});

it.each<readonly [how: string, prepare: (volume: Volume) => void]>([
  ["without ballast", withoutBallast],
  [
    "without ballast, to keep what is another by now",
    (volume) => {
      withoutBallast(volume);
      outdate(volume);
    },
  ],
  [
    "whose ballast somebody else's growing logs take",
    (volume) => {
      outdate(volume);
      volume.fills = true;
    },
  ],
])("one that begins then %s stops nothing", async (_how, prepare) => {
  const world = await restored();
  const stops = world.ledger.count("STOP orders");
  const volume = volumeOf(world);
  prepare(volume);
  volume.full = true;
  const { report } = await drive(world, undoing);
  const verdict = new Verdict(world, report).same("the reason", report?.failure?.reason, "TakeOfflineFailed");
  newDataServes(verdict, world).count("STOP orders", stops).done();
});

describe.each([true, false])("with ballast: %s", (ballast) => {
  it("discard removes the previous store, and then there is room", async () => {
    const world = await restored();
    if (!ballast) withoutBallast(volumeOf(world));
    volumeOf(world).full = true;
    const { report } = await drive(world, discarding);
    const verdict = new Verdict(world, report).same("the failure", report?.failure, undefined);
    nothingLeftOver(newDataServes(verdict, world), world).same("full", volumeOf(world).full, false).done();
  });
});

it("where there is no room to keep what must be given back nothing is stopped", async () => {
  const world = await createWorld();
  world.onEffect = ({ name }) => {
    if (name === "kubernetes.saveReturnState") volumeOf(world).full = true;
  };
  const { report } = await drive(world, running(requestOf()));
  new Verdict(world, report)
    .same("the reason", report?.failure?.reason, "TakeOfflineFailed")
    .count("STOP orders", 0)
    .same("what serves", world.serving()?.origin, "old")
    .done();
});
