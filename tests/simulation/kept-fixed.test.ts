/**
 * What must be given back is a fixed set from the STOP on: what is learned later does not change it. At every save after
 * that the journal refers to the very content that lies beside the stores, so that with the Secret gone at any moment the
 * copy on the volume is still the one that is meant.
 */
import { gunzipSync } from "node:zlib";
import { digestOf } from "../../provider/plan/digest.js";
import { cluster, everyMemberServes, grant } from "./clusters.js";
import { oldDataServes, Verdict } from "./expectations.js";
import { drive, launch, ref, requestOf, running, type Wish } from "./story.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

function onVolume(world: World): string | undefined {
  const data = world.claims.volume(world.target().claimName(0));
  const path = [...(data?.leaves.keys() ?? [])].find((one) => one.endsWith("/kept"));
  const leaf = path === undefined ? undefined : data?.get(path);
  return leaf?.type === "file"
    ? digestOf(gunzipSync(Buffer.from(leaf.text, "base64")).toString())
    : undefined;
}

function inJournal(world: World): string | undefined {
  const text = world.journals.records.get(`neo4j/${ref.name}`)?.state ?? "{}";
  return (JSON.parse(text) as { readonly kept?: { readonly digest: string } }).kept?.digest;
}

/** A server is away, and Neo4j gives it no part in a new database. */
async function withoutOne(): Promise<World> {
  const world = await cluster();
  world.target().stuck.add(2);
  world.target().halt(2);
  return world;
}

/** The same, and the restored store is refused. */
async function withoutOneAndRefused(): Promise<World> {
  const world = await withoutOne();
  world.createFailure = () => {
    const seed = world.claims.volume(world.target().claimName(0))?.store("databases/orders");
    return seed?.origin === "backup" ? "Invalid options" : undefined;
  };
  return world;
}

interface Story {
  readonly scene: () => Promise<World>;
  readonly wish?: Wish;
}

const stories: Readonly<Record<string, Story>> = {
  "one server": { scene: createWorld },
  "one server, scaled away": { scene: createWorld, wish: { stopCluster: true } },
  "a cluster": { scene: cluster },
  "a cluster, recreated": { scene: cluster, wish: { options: { strategy: "recreate" } } },
  "a cluster of which a server is away": { scene: withoutOne },
  "the same, and it goes back": { scene: withoutOneAndRefused },
};

it.each(Object.entries(stories))("%s: the journal means the copy on the volume", async (_name, story) => {
  const world = await story.scene();
  let stopped = false;
  const told: { readonly name: string; readonly same: boolean }[] = [];
  world.onEffect = ({ name }) => {
    stopped ||= ["neo4j.stop", "neo4j.drop", "kubernetes.scale"].includes(name);
    const there = onVolume(world);
    if (stopped && there !== undefined) told.push({ name, same: inJournal(world) === there });
  };
  await drive(world, running(requestOf(story.wish)));
  expect(told.length).toBeGreaterThan(3);
  expect(told.filter(({ same }) => !same)).toEqual([]);
});

/** Dies once it has learned of the smaller topology; then the Secret is gone. */
async function diedAfterSmaller(world: World): Promise<void> {
  const first = launch(world, running(requestOf()));
  world.onEffect = ({ name }) => {
    const learned = world.journals.records.get(`neo4j/${ref.name}`)?.state.includes('"topology"') === true;
    if (name === "journal.save" && learned) first.driver.kill();
  };
  await world.clock.settle(first);
  expect(first.driver.alive).toBe(false);
  world.onEffect = () => undefined;
  world.journals.kept.clear();
}

describe("the Secret is gone after the servers that are away were learned of", () => {
  it("the run goes on, with what hung on the name", async () => {
    const world = await withoutOne();
    await diedAfterSmaller(world);
    const { report } = await drive(world, running(requestOf()));
    const verdict = new Verdict(world, report).same("the phase", report?.status.phase, "Completed");
    everyMemberServes(verdict, world, 2);
    verdict
      .same("privileges", world.target().graph.privileges.has(grant), true)
      .same("aliases", [...world.target().graph.aliases], [["sales", "orders"]])
      .done();
  });

  it("the way back goes on, with what hung on the name", async () => {
    const world = await withoutOneAndRefused();
    await diedAfterSmaller(world);
    const { report } = await drive(world, running(requestOf()));
    const verdict = new Verdict(world, report).same("the reason", report?.failure?.reason, "Neo4jRefused");
    oldDataServes(verdict, world);
    verdict
      .same("privileges", world.target().graph.privileges.has(grant), true)
      .same("aliases", [...world.target().graph.aliases], [["sales", "orders"]])
      .done();
  });
});
