/**
 * With stopCluster the restore's Job is made after the database was stopped: a seeder that has fallen behind by then is
 * left for another server, which is rehearsed on first. Writes go on meanwhile, and nothing of the run is left behind.
 */
import { cluster, everyMemberServes, grant } from "./clusters.js";
import { completed, failedWith, nothingLeftOver, oldDataServes, Verdict } from "./expectations.js";
import { drive, driveOn, requestOf, running, type Wish, withEveryDeath } from "./story.js";
import type { World } from "./world/world.js";

jest.setTimeout(600_000);

const wish: Wish = { stopCluster: true };

/** Those servers apply nothing any more from the moment on in which the first Job is made. */
async function falling(...pods: readonly string[]): Promise<World> {
  const world = await cluster();
  world.onEffect = ({ name }) => {
    if (name !== "kubernetes.create") return;
    world.misbehaviour = (name, store, pod) =>
      name === "orders" && pods.includes(pod) && store?.origin === "old" ? { lags: true } : {};
  };
  return world;
}

const seederOf = (report: Awaited<ReturnType<typeof driveOn>> | undefined): string | undefined =>
  report?.status.steps?.findLast(({ name }) => name === "BringUp")?.message;

/** Folders of runs on the volume of the server with that number. */
const foldersOn = (world: World, ordinal: number): readonly string[] =>
  [...(world.claims.volume(world.target().claimName(ordinal))?.leaves.keys() ?? [])].filter((path) =>
    /^\.neo4j-restore\/run/.test(path),
  );

it.each([undefined, "recreate"] as const)(
  "another server seeds, whoever dies (strategy %s)",
  async (strategy) => {
    await withEveryDeath(async (crashAfter) => {
      const world = await falling("solo-server-0");
      const work = running(requestOf({ ...wish, ...(strategy ? { options: { strategy } } : {}) }));
      const first = await drive(world, work, { crashAfter });
      const report = first.report ?? (await driveOn(world, work));
      const verdict = completed(new Verdict(world, report), report)
        .same("the seeder", seederOf(report), "from solo-server-1")
        .same("folders on the one before", foldersOn(world, 0), [])
        .count("JOB restore", 1)
        .count("STOP orders", 1)
        .same("privileges", world.target().graph.privileges.has(grant), true)
        .that(
          report.status.message?.includes("solo-server-0 was left") === true,
          `the end does not tell: ${report.status.message ?? ""}`,
        );
      everyMemberServes(verdict, world).done();
      return { effects: first.driver.effects };
    });
  },
);

it("clients write while the other server is rehearsed on", async () => {
  const world = await falling("solo-server-0");
  let writable = 0;
  const before = world.onEffect;
  world.onEffect = (call) => {
    before(call);
    if (call.name === "kubernetes.create" && world.ledger.count("JOB rehearsal") === 2)
      writable += Number(world.serving()?.access === "read-write");
  };
  const { report } = await drive(world, running(requestOf(wish)));
  completed(new Verdict(world, report), report).same("writable at the second rehearsal", writable, 1).done();
});

it("no other server has what the writer has: nothing is stopped", async () => {
  const world = await falling("solo-server-0", "solo-server-1", "solo-server-2");
  world.misbehaviour = () => ({});
  world.onEffect = ({ name }) => {
    if (name !== "kubernetes.create") return;
    // Whoever is chosen falls behind, and the writer may not be used.
    world.misbehaviour = (name, store, pod) =>
      name === "orders" && pod !== "solo-server-2" && store?.origin === "old" ? { lags: true } : {};
    world.target().graph.states.set("solo-server-2", "Cordoned");
  };
  const { report } = await drive(world, running(requestOf(wish)));
  const verdict = failedWith(new Verdict(world, report), report, "SeederBehind")
    .count(/^(STOP|DROP|START|SCALE)/, 0)
    .same("the return state", world.target().returnState, undefined);
  oldDataServes(verdict, world);
  nothingLeftOver(verdict, world).done();
});
