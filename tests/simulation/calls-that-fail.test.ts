/**
 * Every single call of a driver fails once, before it did anything or after (its answer is lost), or is slow:
 * the restore ends as if nothing had been, and what may not happen twice has not happened twice.
 */
import { completed, newDataServes, nothingLeftOver, Verdict } from "./expectations.js";
import { drive, requestOf, running } from "./story.js";
import type { Call, FaultRule } from "./world/faults.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

interface Scene {
  readonly stopCluster: boolean;
  readonly existing: boolean;
}

const scenes: readonly (readonly [string, Scene])[] = [
  ["swap, online", { stopCluster: false, existing: true }],
  ["swap, offline", { stopCluster: true, existing: true }],
  ["create, online", { stopCluster: false, existing: false }],
];

/** Of calls that only look, the first few are enough. */
const looksToTry = 2;

describe.each(scenes)("%s", (_name, scene) => {
  it.each(["before", "after"] as const)("ends well when any one call fails %s its effect", async (when) => {
    const calls = await callsOf(scene);
    const wrong: string[] = [];
    for (const { name, nth } of calls) {
      const which = `${name} #${nth + 1} fails ${when}`;
      await tell(scene, { call: name, when, after: nth }).catch((error: unknown) => {
        wrong.push(`${which}: ${error instanceof Error ? error.message : String(error)}`);
      });
    }
    const [first, ...others] = wrong;
    if (first !== undefined)
      throw new Error([first, ...others.map((text) => text.split("\n", 1)[0])].join("\n"));
  });
});

interface Nth {
  readonly name: string;
  readonly nth: number;
}

/** The calls of a story that goes well. */
async function callsOf(scene: Scene): Promise<readonly Nth[]> {
  const seen: Call[] = [];
  await tell(scene, { call: (call) => seen.push(call) < 0, when: "before" });
  const counts = new Map<string, number>();
  return seen.flatMap(({ name }) => {
    const nth = counts.get(name) ?? 0;
    counts.set(name, nth + 1);
    const looks =
      /\.(target|backup|job|secrets|claims|missingPermissions|otherWork|server|storeId|setting|view|load|ledger|lease)$/.test(
        name,
      );
    // A lease that could not be given up runs out by itself.
    const needless = (looks && nth >= looksToTry) || name === "journal.releaseLease";
    return needless ? [] : [{ name, nth }];
  });
}

async function tell(scene: Scene, fault: FaultRule): Promise<World> {
  const world = await createWorld({ existing: scene.existing });
  world.faults.add(fault);
  const { report } = await drive(world, running(requestOf({ stopCluster: scene.stopCluster })));
  const verdict = new Verdict(world, report);
  completed(verdict, report);
  newDataServes(verdict, world);
  nothingLeftOver(verdict, world, { previous: scene.existing });
  verdict
    .count("JOB restore", 1)
    .count("STOP orders", scene.existing ? 1 : 0)
    .count("START orders", scene.existing ? 1 : 0)
    .count("CREATE orders", scene.existing ? 0 : 1)
    .done();
  return world;
}
