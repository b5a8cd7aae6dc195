/**
 * Strategy inPlace: the old data is gone from the moment the Job overwrites it, and not a moment before. What ends
 * earlier gives the old data back; what ends later is taken up again, with its whole time once more.
 */
import type { RunReport } from "../../provider/runtime/engine.js";
import {
  completed,
  failedWith,
  newDataServes,
  nothingLeftOver,
  oldDataServes,
  Verdict,
} from "./expectations.js";
import { drive, driveOn, requestOf, running, type Work, withEveryDeath } from "./story.js";
import type { JobBehaviour } from "./world/job-behaviour.js";
import { artifact, createWorld, gib, newestArtifact, type SceneOptions } from "./world/scene.js";
import type { Artifact } from "./world/volume.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

/** The old data may be lost once the Job has marked that it overwrites it. */
async function createInPlace(scene: SceneOptions = {}): Promise<World> {
  const world = await createWorld(scene);
  const data = world.claims.volume(world.target().claimName(0));
  world.guardian.mayLose = () =>
    [...(data?.leaves.keys() ?? [])].some((path) => path.endsWith("/overwrites"));
  return world;
}

const inPlace = (stopCluster: boolean, timeout = "24h"): Work =>
  running(requestOf({ stopCluster, timeout, options: { strategy: "inPlace" } }));

async function completes(world: World, work: Work): Promise<void> {
  const { report } = await drive(world, work);
  const verdict = new Verdict(world, report);
  completed(verdict, report).atMost("STOP orders", 2);
  newDataServes(verdict, world);
  nothingLeftOver(verdict, world);
  verdict.done();
}

interface Trouble {
  readonly restore?: Partial<JobBehaviour>;
  /** Once the database is out of service. */
  readonly then?: (world: World) => void;
  readonly timeout?: string;
  readonly reason: string;
}

const early: Readonly<Record<string, Trouble>> = {
  "cannot start": { restore: { blocker: "exceeded quota: team-a" }, reason: "JobNotStarted" },
  "is killed before it overwrites": { restore: { killedAfterMs: 300 }, reason: "JobFailed" },
  "somebody deletes before it overwrites": { restore: { vanishesAfterMs: 300 }, reason: "JobVanished" },
  "finds no artifact any more": {
    then: (world) => world.claims.volume("backups")?.remove(`daily/${newestArtifact}`, "story"),
    reason: "ArtifactNotFound",
  },
  "finds too little room": {
    then: (world) => world.claims.volume(world.target().claimName(0))?.put("import/dump", dump, "somebody"),
    reason: "DiskHeadroom",
  },
};

const dump: Artifact = { ...artifact("dump", 1), bytes: 88 * gib };

const late: Readonly<Record<string, Trouble>> = {
  fails: { restore: { failAt: { stage: "restore", code: 1, line: "it broke" } }, reason: "JobFailed" },
  "is killed": { restore: { killedAfterMs: 20_000 }, reason: "JobFailed" },
  "somebody deletes": { restore: { vanishesAfterMs: 20_000 }, reason: "JobVanished" },
  "takes longer than it may": {
    restore: { restoreMs: 10 * 3_600_000 },
    timeout: "1h",
    reason: "TimedOut",
  },
};

async function told(
  { restore = {}, then, timeout }: Trouble,
  stopCluster: boolean,
  crashAfter?: number,
): Promise<{
  readonly world: World;
  readonly work: Work;
  readonly effects: readonly string[];
  readonly report: RunReport;
  readonly verdict: Verdict;
}> {
  const world = await createInPlace();
  world.jobBehaviour = { restore };
  world.onEffect = () => {
    if (world.ledger.count("STOP orders") > 0) then?.(world);
  };
  const work = inPlace(stopCluster, timeout);
  const first = await drive(world, work, { crashAfter });
  const report = first.report ?? (await driveOn(world, work));
  return { world, work, effects: first.driver.effects, report, verdict: new Verdict(world, report) };
}

describe.each([false, true])("in place, stopCluster %s", (stopCluster) => {
  it("a volume that does not hold two stores does", async () => {
    await completes(await createInPlace({ oldBytes: 94 * gib }), inPlace(stopCluster));
  });

  describe.each(Object.entries(early))("a Job that %s", (_what, trouble) => {
    const tell = async (crashAfter?: number): Promise<{ readonly effects: readonly string[] }> => {
      const { world, effects, report, verdict } = await told(trouble, stopCluster, crashAfter);
      failedWith(verdict, report, trouble.reason);
      oldDataServes(verdict, world);
      nothingLeftOver(verdict, world);
      verdict.same("unfinished Jobs", world.jobs.unfinished(), []).done();
      return { effects };
    };

    it("leaves the old data serving", async () => {
      await tell();
    });

    it("also when the process dies after any effect", async () => {
      await withEveryDeath(tell);
    });
  });

  describe.each(Object.entries(late))("a Job that %s", (_what, trouble) => {
    const tell = async (crashAfter?: number): Promise<{ readonly effects: readonly string[] }> => {
      const { world, work, effects, report, verdict } = await told(trouble, stopCluster, crashAfter);
      failedWith(verdict, report, trouble.reason);
      verdict
        .same("unfinished Jobs", world.jobs.unfinished(), [])
        .same("replicas", world.target().replicas, 1)
        .same("protected claims", world.claims.anyProtected(), false)
        .same("the hold", world.target().hold, undefined)
        .done();
      world.jobBehaviour = {};
      await completes(world, work);
      return { effects };
    };

    it("is made again by the next run", async () => {
      await tell();
    });

    it("also when the process dies after any effect", async () => {
      await withEveryDeath(tell);
    });
  });

  it("a Job that is made again days later has its whole time", async () => {
    const world = await createInPlace();
    world.jobBehaviour = { restore: { failAt: { stage: "restore", code: 1, line: "it broke" } } };
    const work = inPlace(stopCluster, "1h");
    await drive(world, work);
    await world.clock.pass(30 * 3_600_000);
    world.jobBehaviour = { restore: { restoreMs: 50 * 60_000 } };
    await completes(world, work);
  });
});
