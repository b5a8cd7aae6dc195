/**
 * ReadWriteOnce claims are on one node at a time. While no server runs, nothing but the Job itself says where it has
 * to go: on another node than a claim in use it would wait for ever, with everything down.
 */
import {
  completed,
  failedWith,
  newDataServes,
  nothingLeftOver,
  oldDataServes,
  Verdict,
} from "./expectations.js";
import { drive, driveOn, requestOf, running, withEveryDeath } from "./story.js";
import { artifact, artifactTxn, createWorld, gib, newestArtifact } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const offline = running(requestOf({ stopCluster: true }));

/** Servers run on node-1, and what may run anywhere is put on node-2. @param node of the pod that reads the backups */
async function twoNodes(node: string): Promise<World> {
  const world = await createWorld();
  const name = "backups";
  const claim = world.claims.add({ name, accessModes: ["ReadWriteOnce"], capacityBytes: 500 * gib });
  claim.put(`daily/${newestArtifact}`, artifact("orders", artifactTxn), "scene");
  world.claims.use(name, "reader", node);
  world.anyNode = "node-2";
  return world;
}

const restored = (world: World, report: Awaited<ReturnType<typeof driveOn>>): void => {
  const verdict = new Verdict(world, report);
  completed(verdict, report).count("SCALE 0", 1).count("JOB restore", 1);
  newDataServes(verdict, world);
  nothingLeftOver(verdict, world, { previous: true });
  verdict.done();
};

it("with stopCluster the Job runs where the backup's claim is in use, whoever dies on the way", async () => {
  await withEveryDeath(async (crashAfter) => {
    const world = await twoNodes("node-1");
    const first = await drive(world, offline, { crashAfter });
    restored(world, first.report ?? (await driveOn(world, offline)));
    return { effects: first.driver.effects };
  });
});

it("also where its reader has moved while the server went", async () => {
  const world = await twoNodes("node-1");
  world.onEffect = ({ name, args }) => {
    if (name !== "kubernetes.scale" || args[2] !== 0) return;
    world.claims.unuse("backups", "reader");
    world.claims.use("backups", "reader-again", "node-3");
  };
  restored(world, await driveOn(world, offline));
});

it("a volume verb of the way back runs where the data claim is in use", async () => {
  const world = await twoNodes("node-1");
  world.jobBehaviour = { restore: { failAt: { stage: "info", code: 0, line: "not readable" } } };
  world.onEffect = ({ name, args }) => {
    if (name === "kubernetes.scale" && args[2] === 0)
      world.claims.use(world.target().claimName(0), "debug", "node-3");
    if (name === "kubernetes.scale" && args[2] !== 0)
      world.claims.unuse(world.target().claimName(0), "debug");
  };
  world.claims.unuse("backups", "reader");
  const { report } = await drive(world, offline);
  const verdict = new Verdict(world, report);
  failedWith(verdict, report, "FingerprintMissing").count("JOB volume", 1);
  oldDataServes(verdict, world);
  nothingLeftOver(verdict, world);
  verdict.done();
});

it("is refused where the claim is on another node than the server: the rehearsal could not read it", async () => {
  const world = await twoNodes("node-2");
  const { report } = await drive(world, offline);
  const verdict = new Verdict(world, report);
  failedWith(verdict, report, "ClaimPinnedElsewhere").count(/^(JOB|SCALE|STOP)/, 0);
  oldDataServes(verdict, world);
  verdict.done();
});
