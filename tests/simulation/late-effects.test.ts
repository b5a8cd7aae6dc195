/**
 * What a driver has sent takes place when it was replaced long ago: soon after the next one came, or when that one is
 * through. For each kind of effect of the usual stories, and for each way that the next driver may go. Afterwards what
 * serves is what the next driver says, whole, and nothing is held, stopped or scaled away.
 */
import type { RestoreRequest } from "../../provider/spec/request.js";
import { cluster } from "./clusters.js";
import { restoredOrGivenBack, tellLate } from "./late.js";
import { requestOf, running, type Work } from "./story.js";
import { releasing } from "./undoing.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

interface Story {
  readonly request: RestoreRequest;
  readonly scene?: () => Promise<World>;
  readonly prepare?: (world: World) => void;
}

const broken = (world: World): void => {
  world.misbehaviour = (_name, store) => (store?.origin === "backup" ? { refusesStart: "broken" } : {});
};

const stories: Readonly<Record<string, Story>> = {
  "one server": { request: requestOf() },
  "one server, away": { request: requestOf({ stopCluster: true }) },
  "a cluster": { request: requestOf(), scene: cluster },
  "one server that refuses the store": { request: requestOf(), prepare: broken },
};

async function begin({ scene = createWorld, prepare }: Story): Promise<World> {
  const world = await scene();
  prepare?.(world);
  return world;
}

const ways: readonly (readonly [string, (story: Story) => Work])[] = [
  ["goes on", ({ request }) => running(request)],
  ["gives back", () => releasing],
];

describe.each(Object.entries(stories))("%s", (_name, story) => {
  it.each(ways)("what arrives late changes nothing where the next driver %s", async (_way, workOf) => {
    const next = workOf(story);
    const kinds = await tellLate({
      begin: () => begin(story),
      first: running(story.request),
      next,
      judge: restoredOrGivenBack,
      without: next === releasing ? ["journal.save of a new run"] : [],
    });
    expect(kinds.length).toBeGreaterThan(6);
  });
});
