/**
 * What hangs on a database's name when it is dropped and created again. A role with GRANT on all databases and a DENY on
 * this one reads whenever it can: it never may, on the way on and on the way back, whoever dies. The one moment that
 * is left is the round trip between CREATE and its DENYs.
 */
import { cluster, deny, everyMemberServes, grant } from "./clusters.js";
import { completed, conditionOf, failedWith, oldDataServes, Verdict } from "./expectations.js";
import { drive, driveOn, requestOf, running, withEveryDeath } from "./story.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const work = running(requestOf());
const others = Array.from(
  { length: 5_000 },
  (_, nth) => `GRANT MATCH {*} ON GRAPH orders NODE L${nth} TO reader`,
);

async function denying(more: readonly string[] = []): Promise<World> {
  const world = await cluster();
  for (const command of more) world.target().graph.privileges.add(command);
  return world;
}

const createIsRefused = (world: World): void => {
  world.createFailure = () => {
    const seed = world.claims.volume(world.target().claimName(0))?.store("databases/orders");
    return seed?.origin === "backup" ? "Invalid options" : undefined;
  };
};

it("a denied role never reads, whoever dies", async () => {
  await withEveryDeath(async (crashAfter) => {
    const world = await denying();
    const first = await drive(world, work, { crashAfter });
    const report = first.report ?? (await driveOn(world, work));
    const verdict = completed(new Verdict(world, report), report);
    everyMemberServes(verdict, world)
      .same("the DENY", world.target().graph.privileges.has(deny), true)
      .same("the GRANT", world.target().graph.privileges.has(grant), true)
      .done();
    return { effects: first.driver.effects };
  });
});

it("nor where the old data is created again", async () => {
  await withEveryDeath(async (crashAfter) => {
    const world = await denying();
    createIsRefused(world);
    const first = await drive(world, work, { crashAfter });
    const report = first.report ?? (await driveOn(world, work));
    const verdict = failedWith(new Verdict(world, report), report, "Neo4jRefused");
    oldDataServes(verdict, world).same("the DENY", world.target().graph.privileges.has(deny), true).done();
    return { effects: first.driver.effects };
  });
});

it("a process that dies between CREATE and its DENYs: the next one gives them before anything else", async () => {
  const world = await denying();
  world.guardian.mayRead = true;
  let died = 0;
  world.afterCreate = (driver) => {
    if (died > 0) return;
    died = world.clock.now();
    world.kill(driver);
  };
  const report = await driveOn(world, work);
  const verdict = completed(new Verdict(world, report), report);
  const until = world.guardian.reads.at(-1) ?? 0;
  verdict
    .that(died > 0, "nobody died")
    // A Lease is taken over after 15 seconds.
    .that(until - died < 20_000, `it could be read for ${until - died} ms`)
    .same("the DENY", world.target().graph.privileges.has(deny), true)
    .done();
});

it("5,000 privileges come back, the DENY among them first", async () => {
  const world = await denying(others);
  const report = await driveOn(world, work);
  const verdict = completed(new Verdict(world, report), report);
  const { privileges } = world.target().graph;
  verdict
    .same(
      "missing",
      [...others, deny, grant].filter((one) => !privileges.has(one)),
      [],
    )
    .done();
});

it("what is refused is told, and the restore stays good", async () => {
  const world = await denying();
  world.refusesPrivilege = (command) => (command === grant ? "role reader does not exist" : undefined);
  const report = await driveOn(world, work);
  const degraded = report.status.conditions?.find(({ type }) => type === "Degraded");
  const verdict = new Verdict(world, report)
    .same("the phase", report.status.phase, "Completed")
    .same("Degraded", conditionOf(report, "Degraded"), "True PrivilegesMissing")
    .that(degraded?.message.includes(grant) === true, `it says ${degraded?.message ?? ""}`)
    .that(report.status.message?.includes(grant) === true, `it says ${report.status.message ?? ""}`)
    .same("the alias", [...world.target().graph.aliases], [["sales", "orders"]]);
  verdict.done();
});
