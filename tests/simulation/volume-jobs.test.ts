/**
 * Verbs of the volume in Jobs, while no server runs: whose verdict counts, and who may take a lock that nobody will give
 * free any more. A Job that has failed is not judged once more when its cause is gone, and one of another verb never is.
 */
import { asideOf, destroyed, inOrder, kept, restored } from "./asides.js";
import {
  completed,
  failedWith,
  newDataServes,
  nothingLeftOver,
  oldDataServes,
  Verdict,
} from "./expectations.js";
import { drive, requestOf, restoreName, running } from "./story.js";
import { createWorld } from "./world/scene.js";
import type { JobBehaviour } from "./world/job-behaviour.js";
import { resuming } from "./undoing.js";
import type { World } from "./world/world.js";

jest.setTimeout(120_000);

const away = running(requestOf({ stopCluster: true }));

/** The restore Job swaps and then ends badly, so that the old store has to be put back by a Job of its own. */
async function endsAfterSwap(): Promise<World> {
  const world = await createWorld();
  world.jobBehaviour = { restore: { killedAfterMs: (await restoreMs()) - 1 } };
  return world;
}

/** How long a whole restore Job takes. */
async function restoreMs(): Promise<number> {
  const world = await createWorld();
  await drive(world, away);
  const job = world.jobs.view(`${restoreName}-restore`);
  return Date.parse(job?.finishedAt ?? "") - Date.parse(job?.startedAt ?? "");
}

const failures: Readonly<Record<string, Partial<JobBehaviour>>> = {
  "was killed at its begin": { killedAfterMs: 0 },
  "was killed amid its renames": { killedAfterMs: 3 },
  "could not start": { blocker: "0/1 nodes are available" },
  "lost its pod": { podVanishesAfterMs: 3 },
  "was deleted": { vanishesAfterMs: 3 },
};

it.each(Object.entries(failures))("one that %s is made anew by resume", async (_how, volume) => {
  const world = await endsAfterSwap();
  world.jobBehaviour = { ...world.jobBehaviour, volume };
  const first = await drive(world, away);
  failedWith(new Verdict(world, first.report), first.report, "RollbackIncomplete").done();
  world.jobBehaviour = {};
  const jobs = world.ledger.count("JOB volume");
  const { report } = await drive(world, resuming);
  const verdict = new Verdict(world, report).that(
    world.ledger.count("JOB volume") > jobs,
    "no Job was made by resume",
  );
  nothingLeftOver(oldDataServes(verdict, world), world).done();
});

it("one that works on when its driver is gone is not taken for the verb of the next step", async () => {
  const world = await createWorld();
  world.jobBehaviour = { restore: { killedAfterMs: (await restoreMs()) - 1 } };
  const first = await drive(world, away, { crashAfter: await effectsUntil("JOB volume") });
  expect(first.report).toBeUndefined();
  const { report } = await drive(world, resuming);
  nothingLeftOver(oldDataServes(new Verdict(world, report), world), world).done();
});

async function effectsUntil(what: string): Promise<number> {
  const world = await endsAfterSwap();
  let effects = 0;
  let found = 0;
  world.onEffect = () => {
    effects += 1;
    if (found === 0 && world.ledger.count(what) > 0) found = effects;
  };
  await drive(world, away);
  return found;
}

describe("a lock whose holder is gone", () => {
  it.each(["podVanishesAfterMs", "vanishesAfterMs"] as const)(
    "with the restore's pod (%s) is taken by the way back, whenever that was",
    async (how) => {
      const lasts = await restoreMs();
      const left: boolean[] = [];
      for (let before = 1; before <= 12; before++) {
        const world = await createWorld();
        world.jobBehaviour = { restore: { [how]: lasts - before } };
        const volume = world.claims.volume(world.target().claimName(0));
        world.clock.after(0, () => undefined);
        world.onEffect = () => void left.push(volume?.lock?.alive === false);
        const { report } = await drive(world, away);
        nothingLeftOver(oldDataServes(new Verdict(world, report), world), world).done();
      }
      expect(left).toContain(true);
    },
  );

  it("is not taken while the pod that has it is there and runs", async () => {
    const world = await endsAfterSwap();
    const volume = world.claims.volume(world.target().claimName(0));
    if (!volume) throw new Error("there is no volume");
    const holder = { verb: "back", pod: "somebody-0", alive: true };
    world.runningPods.add("somebody-0");
    world.onEffect = ({ name }) => {
      if (name === "kubernetes.scale") volume.lock ??= holder;
    };
    const { report } = await drive(world, away);
    expect(report?.failure?.reason).toBe("RollbackIncomplete");
    expect(report?.failure?.message).toContain("somebody-0");
    world.onEffect = () => undefined;
    world.runningPods.delete("somebody-0");
    const again = await drive(world, resuming);
    nothingLeftOver(oldDataServes(new Verdict(world, again.report), world), world).done();
  });

  describe.each(["gone-before-1", "solo-0"])("of %s, left before a run began", (pod) => {
    const leaveLock = (world: World): void => {
      const volume = world.claims.volume(world.target().claimName(0));
      if (volume) volume.lock = { verb: "close", pod, alive: false };
    };

    it.each([false, true])("keeps no restore away (stopCluster %s)", async (stopCluster) => {
      const world = await createWorld();
      leaveLock(world);
      const { report } = await drive(world, running(requestOf({ stopCluster })));
      newDataServes(completed(new Verdict(world, report), report), world).done();
    });

    it("keeps nobody from keeping what must be given back", async () => {
      const world = await createWorld();
      world.onEffect = ({ name }) => {
        if (name === "kubernetes.saveReturnState" && world.ledger.count("KEEP") === 0) leaveLock(world);
      };
      const { report } = await drive(world, running(requestOf()));
      newDataServes(completed(new Verdict(world, report), report), world).done();
    });

    it("keeps no store of a restore that is gone", async () => {
      const world = await restored(kept());
      await destroyed(world);
      const [store] = asideOf(world);
      leaveLock(world);
      await drive(world, async (engine) => {
        await engine.discardAside({
          ...{ namespace: "neo4j", target: "solo", database: "orders" },
          runId: store?.runId,
        });
        return { name: "", namespace: "", runId: "", status: { phase: "Completed" } };
      });
      inOrder(new Verdict(world, undefined), world, 0).done();
    });
  });
});
