/**
 * Restores on a cluster of three servers, whole and with a death of the process after each single effect: every
 * member serves the restored data in the end, with its privileges, aliases and topology, and each command that
 * must not be repeated happened once.
 */
import { completed, nothingLeftOver, Verdict } from "./expectations.js";
import { cluster, everyMemberServes, grant } from "./clusters.js";
import { drive, driveOn, requestOf, running, withEveryDeath } from "./story.js";

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
