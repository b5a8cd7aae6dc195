/** What stories of stores that were set aside share: what lies on the volume, what the ledger knows, and destroy. */
import type { StoreAside } from "../../provider/plan/ledger.js";
import type { RunReport } from "../../provider/runtime/engine.js";
import type { RestoreRequest } from "../../provider/spec/request.js";
import type { Verdict } from "./expectations.js";
import { drive, ref, requestOf, running, type Wish, type Work } from "./story.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

export const hour = 3_600_000;
export const kept = (wish: Wish = {}): RestoreRequest =>
  requestOf({ ...wish, options: { keepPrevious: "72h", ...wish.options } });

export const asideOf = (world: World): readonly StoreAside[] =>
  world.journals.ledger.get("neo4j/solo/orders")?.aside ?? [];

/** Runs whose previous store, or what their undo set aside, lies on the volume. */
export function lying(world: World): readonly string[] {
  const leaves = world.claims.volume(world.target().claimName(0))?.leaves.keys() ?? [];
  const runs = [...leaves].flatMap((path) => {
    const [, run] = /^\.neo4j-restore\/(\w+)\/(?:previous|rejected)\/databases$/.exec(path) ?? [];
    return run ?? [];
  });
  return runs.sort();
}

/** What lies there and what the ledger knows are the same. */
export function inOrder(verdict: Verdict, world: World, runs: number): Verdict {
  return verdict
    .same("stores aside", lying(world).length, runs)
    .same(
      "the ledger's",
      asideOf(world)
        .map(({ runId }) => runId)
        .sort(),
      lying(world),
    )
    .same("the hold", world.target().hold, undefined);
}

export async function restored(request: RestoreRequest, world?: World): Promise<World> {
  const there = world ?? (await createWorld());
  await drive(there, running(request));
  await there.clock.pass(hour);
  return there;
}

/** As `pulumi destroy` does it. @returns what was said */
export async function destroyed(
  world: World,
  name = ref.name,
  crashAfter?: number,
): Promise<readonly string[]> {
  const said: string[] = [];
  const at = { name, namespace: "neo4j" };
  const destroying: Work = async (engine, options) => {
    const report = await engine.status(at);
    if (report) await engine.remove({ ...at, runId: report.runId }, options);
    return report ?? removedAlready;
  };
  const { driver } = await drive(world, destroying, {
    crashAfter,
    onProgress: ({ message }) => said.push(message),
  });
  if (!driver.alive) await drive(world, destroying);
  effectsOf.set(world, driver.effects);
  return said;
}
const removedAlready: RunReport = {
  ...{ ...ref, runId: "" },
  status: { phase: "Completed" },
};
export const effectsOf = new WeakMap<World, readonly string[]>();
