/**
 * On a slow API server a driver dies with an effect on its way, for each effect of a restore, and the effect takes place
 * soon after the next driver's first act, or when that one is through: it changes nothing. What a driver saw there may be
 * old, and its Lease is longer: neither lets anything of it in later.
 */
import { diedWith, replaced, restoredOrGivenBack } from "./late.js";
import { fromEachCall, requestOf, running } from "./story.js";
import { ofKubernetes } from "./world/faults.js";
import { createWorld } from "./world/scene.js";

jest.setTimeout(300_000);

const moments: readonly (readonly [string, number | undefined])[] = [
  ["soon after", 3_000],
  ["when it is through", undefined],
];

/** @returns false where the first driver came to its end before its n-th effect. */
async function tell(n: number, seconds: number, stopCluster: boolean, afterMs: number | undefined) {
  const world = await createWorld();
  world.faults.delay({ call: ofKubernetes, ms: seconds * 1000, when: "after", times: Infinity });
  const work = running(requestOf({ stopCluster }));
  const arrive = await diedWith(world, work, n);
  if (!arrive) return false;
  restoredOrGivenBack(world, await replaced(world, work, arrive, afterMs));
  return true;
}

describe.each([2, 8])("%s s for each call", (seconds) => {
  it.each(moments)("what arrives %s changes nothing", async (_name, afterMs) => {
    for (const stopCluster of [false, true]) {
      const told = await fromEachCall((n) => tell(n, seconds, stopCluster, afterMs));
      expect(told).toBeGreaterThan(10);
    }
  });
});
