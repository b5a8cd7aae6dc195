/**
 * Restores on a cluster of three servers, whole and with a death of the process after each single effect: every
 * member serves the restored data in the end, with its privileges, aliases and topology, and each command that
 * must not be repeated happened once.
 */
import { completed, nothingLeftOver, Verdict } from "./expectations.js";
import { artifactTxn, createWorld, type SceneOptions } from "./world/scene.js";
import { drive, driveOn, requestOf, running, withEveryDeath } from "./story.js";
import type { World } from "./world/world.js";

jest.setTimeout(600_000);

const grant = "GRANT ACCESS ON DATABASE orders TO reader";

const target = { kind: "Neo4jEnterpriseCluster", servers: 3 } as const;

async function cluster(options: SceneOptions = {}): Promise<World> {
  const world = await createWorld({ ...options, target: { ...target, ...options.target } });
  world.target().graph.privileges.add("GRANT ACCESS ON DATABASE neo4j TO reader");
  if (options.existing !== false) {
    world.target().graph.privileges.add(grant);
    world.target().graph.aliases.set("sales", "orders");
  }
  return world;
}

function everyMemberServes(verdict: Verdict, world: World, members = 3): Verdict {
  const copies = world.copies();
  return verdict
    .same("copies of the restored data", copies.filter(({ origin }) => origin === "backup").length, members)
    .same("all copies", copies.length, members)
    .that(
      copies.every(({ txn, writes }) => txn === artifactTxn + writes),
      "a copy does not end where the restored one did",
    )
    .same("the access mode", world.serving()?.access, "read-write");
}

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
