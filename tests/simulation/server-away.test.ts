/**
 * A server of the cluster is away from before the restore until after it: its Neo4j has ended, or its pod does not
 * run. A majority is enough for everything: the outcome is Completed and says who is missing, and what fails gives
 * back what served before. Whether Neo4j gives a server that is away a part in a new database is not documented,
 * so each story is told both ways, and with every death.
 */
import { cluster, everyMemberServes, grant } from "./clusters.js";
import { conditionOf, failedWith, Verdict } from "./expectations.js";
import { drive, driveOn, requestOf, running, type Wish, withEveryDeath } from "./story.js";
import type { SceneOptions } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(600_000);

type Away = "its Neo4j has ended" | "its pod does not run" | "its pod takes no commands";

function takeAway(world: World, away: Away): void {
  const target = world.target();
  target.stuck.add(2);
  if (away === "its pod does not run") target.crashPod(2);
  else target.halt(2);
  if (away === "its pod takes no commands")
    world.faults.add({
      call: ({ name, args }) => name === "kubernetes.exec" && args[1] === "solo-server-2",
      when: "before",
      reason: "KubernetesRefused",
      times: Infinity,
    });
}

interface Story {
  readonly away: Away;
  readonly placesOnAway: boolean;
  readonly wish?: Wish;
  readonly scene?: SceneOptions;
}

type Told = { readonly effects: readonly string[] };

async function toldWell(story: Story, crashAfter?: number): Promise<Told> {
  const world = await cluster(story.scene);
  world.placesOnAway = story.placesOnAway;
  takeAway(world, story.away);
  const work = running(requestOf(story.wish));
  const first = await drive(world, work, { crashAfter });
  const report = first.report ?? (await driveOn(world, work));
  const degraded = report.status.conditions?.find(({ type }) => type === "Degraded");
  const verdict = new Verdict(world, report)
    .same("the failure", report.failure, undefined)
    .same("the phase", report.status.phase, "Completed")
    .same("Degraded", conditionOf(report, "Degraded"), "True MembersMissing")
    .that(/solo-server-2/.test(degraded?.message ?? ""), "the server is not named")
    .count("JOB restore", 1)
    .atMost("RECREATE orders", 1);
  everyMemberServes(verdict, world, 2)
    .same("privileges", world.target().graph.privileges.has(grant), story.scene?.existing !== false)
    .done();
  world.target().stuck.clear();
  world.target().crashPod(2);
  await world.clock.pass(60_000);
  const old = world.copies().filter(({ origin }) => origin === "old");
  new Verdict(world, report).same("old copies once it is back", old.length, 0).done();
  return { effects: first.driver.effects };
}

async function toldBadly(story: Story, crashAfter?: number): Promise<Told> {
  const world = await cluster(story.scene);
  world.placesOnAway = story.placesOnAway;
  takeAway(world, story.away);
  world.createFailure = () => {
    const seed = world.claims.volume(world.target().claimName(0))?.store("databases/orders");
    return seed?.origin === "backup" ? "Invalid options" : undefined;
  };
  const work = running(requestOf(story.wish));
  const first = await drive(world, work, { crashAfter });
  const report = first.report ?? (await driveOn(world, work));
  await world.clock.pass(10_000);
  failedWith(new Verdict(world, report), report, "Neo4jRefused")
    .same(
      "what serves",
      world.copies().map(({ origin }) => origin),
      ["old", "old"],
    )
    .same("the access mode", world.serving()?.access, "read-write")
    .same("privileges", world.target().graph.privileges.has(grant), true)
    .same("aliases", [...world.target().graph.aliases], [["sales", "orders"]])
    .same("the hold", world.target().hold, undefined)
    .done();
  return { effects: first.driver.effects };
}

const offline = { stopCluster: true };
const recreate = { options: { strategy: "recreate" as const } };

const stories: Readonly<Record<string, Omit<Story, "placesOnAway">>> = {
  "an existing database": { away: "its Neo4j has ended" },
  "an existing database, its pod not running": { away: "its pod does not run" },
  "an existing database, its pod taking no commands": { away: "its pod takes no commands" },
  "an existing database, offline": { away: "its pod does not run", wish: offline },
  "an existing database, recreated": { away: "its Neo4j has ended", wish: recreate },
  "a new database": { away: "its Neo4j has ended", scene: { existing: false } },
};
const existing = Object.entries(stories).filter(([, { scene }]) => scene === undefined);

describe.each([false, true])("Neo4j gives it a part in a new database: %s", (placesOnAway) => {
  it.each(Object.entries(stories))("%s", async (_name, story) => {
    await toldWell({ ...story, placesOnAway });
  });

  it.each(existing)("what fails gives back what served: %s", async (_name, story) => {
    await toldBadly({ ...story, placesOnAway });
  });
});

describe("with every death", () => {
  const story: Story = { away: "its Neo4j has ended", placesOnAway: false };

  it("all goes well", async () => {
    await withEveryDeath((crashAfter) => toldWell(story, crashAfter));
  });

  it("CREATE is refused", async () => {
    await withEveryDeath((crashAfter) => toldBadly(story, crashAfter));
  });
});
