/**
 * Restores on a cluster of three servers, whole and with a death of the process after each single effect: every
 * member serves the restored data in the end, with its privileges, aliases and topology, and each command that
 * must not be repeated happened once.
 */
import { completed, failedWith, nothingLeftOver, oldDataServes, Verdict } from "./expectations.js";
import { cluster, everyMemberServes, grant } from "./clusters.js";
import { drive, driveOn, requestOf, running, withEveryDeath } from "./story.js";
import type { World } from "./world/world.js";

jest.setTimeout(600_000);

interface Story {
  readonly existing: boolean;
  readonly stopCluster: boolean;
  readonly strategy?: "designatedSeeder" | "recreate";
}

async function tell(story: Story, crashAfter?: number): Promise<{ readonly effects: readonly string[] }> {
  const { existing, stopCluster, strategy } = story;
  const world = await cluster({ existing });
  const work = running(requestOf({ stopCluster, ...(strategy ? { options: { strategy } } : {}) }));
  const first = await drive(world, work, { crashAfter });
  const report = first.report ?? (await driveOn(world, work));
  const verdict = new Verdict(world, report);
  completed(verdict, report).same("the strategy", report.status.strategy, strategy ?? "designatedSeeder");
  everyMemberServes(verdict, world);
  nothingLeftOver(verdict, world, { previous: existing });
  verdict
    .count("JOB restore", 1)
    .count("STOP orders", existing ? 1 : 0)
    .count("RECREATE orders", strategy === "recreate" ? 1 : 0)
    .atMost("DROP orders", 2)
    .same("privileges", [...world.target().graph.privileges].includes(grant), existing)
    .same("aliases", [...world.target().graph.aliases], existing ? [["sales", "orders"]] : [])
    .same("the target", report.status.target, { kind: "Neo4jEnterpriseCluster", servers: 3 });
  verdict.done();
  return { effects: first.driver.effects };
}

describe.each([false, true])("stopCluster %s", (stopCluster) => {
  it("restores a new database", async () => {
    await withEveryDeath((crashAfter) => tell({ existing: false, stopCluster }, crashAfter));
  });

  it("replaces an existing one", async () => {
    await withEveryDeath((crashAfter) => tell({ existing: true, stopCluster }, crashAfter));
  });

  it("recreates an existing one", async () => {
    await withEveryDeath((crashAfter) =>
      tell({ existing: true, stopCluster, strategy: "recreate" }, crashAfter),
    );
  });
});

describe("the default language of a database that is created again", () => {
  const ofDatabase = (world: World): number | undefined => world.target().graph.get("orders")?.language;
  const speaking = async (version: string, language?: number): Promise<World> => {
    const world = await cluster();
    world.neo4jVersion = version;
    const known = world.target().graph.get("orders");
    if (known && language !== undefined) world.target().graph.set("orders", { ...known, language });
    return world;
  };

  it.each([
    ["2026.02.1", 25],
    ["2025.06.0", 5],
    ["5.26.0", undefined],
  ])("Neo4j %s: %s, as before", async (version, language) => {
    const world = await speaking(version, language);
    const { report } = await drive(world, running(requestOf()));
    const verdict = new Verdict(world, report);
    completed(verdict, report).count("DROP orders", 1).same("the language", ofDatabase(world), language);
    everyMemberServes(verdict, world);
    verdict.done();
  });

  it("also where the old data is given back after the DROP", async () => {
    const world = await speaking("2026.02.1", 25);
    let refusals = 1;
    world.createFailure = () => (refusals-- > 0 ? "refused" : undefined);
    const { report } = await drive(world, running(requestOf()));
    const verdict = new Verdict(world, report);
    failedWith(verdict, report, "Neo4jRefused").same("the language", ofDatabase(world), 25);
    oldDataServes(verdict, world);
    verdict.done();
  });
});
