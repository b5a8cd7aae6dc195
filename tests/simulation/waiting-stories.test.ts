/**
 * What may still come is waited for and named; what does not come ends the wait with everything as it was.
 */
import { completed, newDataServes, oldDataServes, Verdict } from "./expectations.js";
import { drive, launch, requestOf, restoreName, running, type Wish } from "./story.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

interface Waiting {
  readonly wish?: Wish;
  readonly take: (world: World) => () => void;
  readonly says: RegExp;
}

function taking<Value>(map: Map<string, Value>, key: string): () => void {
  const value = map.get(key);
  if (value === undefined) throw new Error(`${key} is not there`);
  map.delete(key);
  return () => void map.set(key, value);
}

const waits: Readonly<Record<string, Waiting>> = {
  "the target": { take: (world) => taking(world.targets, "solo"), says: /solo/ },
  "the Neo4jBackup": {
    wish: { source: "backup" },
    take: (world) => taking(world.backups, "nightly"),
    says: /nightly does not exist/,
  },
  "a successful backup": {
    wish: { source: "backup" },
    take: (world) => {
      const backup = world.backups.get("nightly");
      if (!backup) throw new Error("no backup");
      world.backups.set("nightly", {
        ...backup,
        runs: [{ succeeded: false, error: "no space" }],
        phase: "Failed",
      });
      return () => void world.backups.set("nightly", backup);
    },
    says: /no successful run.*no space/,
  },
  "the admin Secret": { take: (world) => taking(world.secrets, "solo-admin"), says: /solo-admin/ },
  "a rollout": {
    take: (world) => {
      world.target().rolling = true;
      return () => (world.target().rolling = false);
    },
    says: /rolled out/,
  },
  "a backup Job on the same data": {
    take: (world) => {
      world.otherWork = ["nightly-backup"];
      return () => (world.otherWork = []);
    },
    says: /nightly-backup/,
  },
  "a hold of someone else": {
    take: (world) => {
      world.target().hold = "the-operator";
      return () => (world.target().hold = undefined);
    },
    says: /the-operator/,
  },
};

describe.each(Object.entries(waits))("waits for %s", (_name, { wish, take, says }) => {
  it("and goes on when it has come", async () => {
    const world = await createWorld();
    const give = take(world);
    const work = launch(world, running(requestOf(wish)));
    await world.clock.pass(120_000);
    const waiting = world.journals.records.get(`neo4j/${restoreName}`)?.status ?? "";
    const started = world.ledger.count(/^JOB/);
    give();
    world.changed();
    const { report } = await world.clock.settle(work);
    const verdict = new Verdict(world, report)
      .that(says.test(waiting), `the status does not say it: ${waiting}`)
      .same("Jobs before that", started, 0);
    completed(verdict, report);
    newDataServes(verdict, world);
    verdict.done();
  });

  it("and gives up in time, to go on with the next run", async () => {
    const world = await createWorld();
    const give = take(world);
    const before = world.clock.now();
    const work = running(requestOf({ ...wish, options: { waitFor: "3m" } }));
    const { report } = await drive(world, work);
    const waited = world.clock.now() - before;
    const verdict = new Verdict(world, report)
      .same("the phase", report?.status.phase, "Pending")
      .same("the reason", report?.failure?.reason, "WaitedTooLong")
      .that(
        says.test(report?.failure?.message ?? ""),
        `the failure does not say it: ${report?.failure?.message ?? ""}`,
      )
      .that(waited >= 180_000 && waited < 240_000, `it waited ${waited} ms`)
      .count(/^JOB/, 0);
    give();
    oldDataServes(verdict, world);
    const again = await drive(world, work);
    completed(verdict, again.report).done();
  });
});
