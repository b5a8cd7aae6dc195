/**
 * What a driver has sent takes place when it was replaced long ago: soon after the next one came, or when that one is
 * through. For each kind of effect of the usual stories, and for each way that the next driver may go. Afterwards what
 * serves is what the next driver says, whole, and nothing is held, stopped or scaled away.
 */
import type { RunReport } from "../../provider/runtime/engine.js";
import type { RestoreRequest } from "../../provider/spec/request.js";
import { cluster } from "./clusters.js";
import { newDataServes, nothingLeftOver, oldDataServes, Verdict } from "./expectations.js";
import { type Drive, launch, ref, requestOf, running, type Work } from "./story.js";
import { isEffect } from "./world/driver.js";
import type { Call } from "./world/faults.js";
import { createWorld } from "./world/scene.js";
import { verbOf } from "./world/script.js";
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

const releasing: Work = (engine, options) => engine.release(ref, { ...options, force: false });

/** The kinds of what a driver does in a story, each with how many effects come before its first. */
async function kindsOf(story: Story): Promise<Map<string, number>> {
  const world = await begin(story);
  const kinds = new Map<string, number>();
  let effects = 0;
  world.onEffect = (call) => {
    const kind = kindOf(call);
    if (!kinds.has(kind)) kinds.set(kind, effects);
    effects += 1;
  };
  await world.clock.settle(launch(world, running(story.request)));
  kinds.delete("journal.releaseLease");
  return kinds;
}

function kindOf({ name, args }: Call): string {
  if (name === "kubernetes.exec") return `${name} ${verbOf(args[3] as readonly string[]) ?? ""}`;
  if (name === "kubernetes.scale" || name === "kubernetes.saveReturnState")
    return `${name} ${JSON.stringify(args[2] ?? null).length > 4 ? "something" : JSON.stringify(args[2] ?? null)}`;
  if (name === "journal.save") return `${name} ${attempt(args)}`;
  if (name === "neo4j.setAccess") return `${name} ${String(args[2])}`;
  if (name !== "kubernetes.create" && name !== "kubernetes.deleteJob") return name;
  const labels = JSON.stringify(args[0] === "neo4j" ? args[1] : args[0]);
  return `${name} ${/(restore|rehearsal|volume|hook)"/.exec(labels)?.[1] ?? ""}`;
}

/** The first one makes the journal: where it has not arrived there is nothing to go on with. */
const attempt = (args: readonly unknown[]): string =>
  (args[3] as { readonly revision: string | undefined }).revision === undefined ? "of a new run" : "";

async function begin({ scene = createWorld, prepare }: Story): Promise<World> {
  const world = await scene();
  prepare?.(world);
  return world;
}

/** The first driver dies with its n-th effect on its way. @returns what lets it arrive */
async function dieWith(world: World, story: Story, n: number): Promise<() => void> {
  let arrive = (): void => undefined;
  let sent = (): void => undefined;
  const arrives = new Promise<void>((resolve) => (arrive = resolve));
  const underWay = new Promise<undefined>((resolve) => (sent = () => resolve(undefined)));
  const first = launch(world, running(story.request));
  let effects = 0;
  const call = (one: Call): boolean => {
    if (one.driver !== first.driver.name || !isEffect(one) || effects++ !== n) return false;
    first.driver.kill();
    sent();
    return true;
  };
  world.faults.holdBack({ call, arrives });
  await world.clock.settle(Promise.race([first, underWay]));
  return arrive;
}

/** The next driver; what is on its way arrives so long after its first act, or when it is through. */
async function replaced(
  world: World,
  work: Work,
  arrive: () => void,
  afterMs: number | undefined,
): Promise<Drive> {
  const next = launch(world, work);
  world.onEffect = ({ driver, name }) => {
    if (afterMs === undefined || driver !== next.driver.name || name !== "journal.save") return;
    world.onEffect = () => undefined;
    world.clock.after(afterMs, arrive);
  };
  const drive = await world.clock.settle(next);
  arrive();
  await world.clock.pass(120_000);
  return drive;
}

function judge(world: World, report: RunReport | undefined): void {
  const verdict = new Verdict(world, report);
  const completed = report?.status.phase === "Completed";
  if (completed) newDataServes(verdict, world);
  else oldDataServes(verdict, world);
  nothingLeftOver(verdict, world, { previous: completed });
  verdict.done();
}

const ways: readonly (readonly [string, (story: Story) => Work])[] = [
  ["goes on", ({ request }) => running(request)],
  ["gives back", () => releasing],
];

const moments: readonly (readonly [string, number | undefined])[] = [
  ["a second after its first act", 1_000],
  ["when it is through", undefined],
];

describe.each(Object.entries(stories))("%s", (_name, story) => {
  it.each(ways)("what arrives late changes nothing where the next driver %s", async (_way, workOf) => {
    const kinds = await kindsOf(story);
    expect(kinds.size).toBeGreaterThan(6);
    const wrong: string[] = [];
    if (workOf(story) === releasing) kinds.delete("journal.save of a new run");
    for (const [kind, n] of kinds) {
      for (const [moment, afterMs] of moments) {
        const world = await begin(story);
        try {
          const arrive = await dieWith(world, story, n);
          const { report } = await replaced(world, workOf(story), arrive, afterMs);
          judge(world, report);
        } catch (error) {
          wrong.push(`${kind}, ${moment}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }
    const [first, ...others] = wrong;
    if (first !== undefined)
      throw new Error([first, ...others.map((text) => text.split("\n", 2).join(" "))].join("\n"));
  });
});
