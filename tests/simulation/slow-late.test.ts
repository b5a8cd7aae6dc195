/**
 * On a slow API server a driver dies with an effect on its way, for each effect of a restore, and the effect takes place
 * soon after the next driver's first act, or when that one is through: it changes nothing. What a driver saw there may be
 * old, and its Lease is longer: neither lets anything of it in later.
 */
import { newDataServes, nothingLeftOver, oldDataServes, Verdict } from "./expectations.js";
import { fromEachCall, launch, requestOf, running } from "./story.js";
import { isEffect } from "./world/driver.js";
import type { Call } from "./world/faults.js";
import { createWorld } from "./world/scene.js";

jest.setTimeout(300_000);

const moments: readonly (readonly [string, number | undefined])[] = [
  ["soon after", 3_000],
  ["when it is through", undefined],
];

/** @returns false where the first driver came to its end before its n-th effect. */
async function tell(n: number, seconds: number, stopCluster: boolean, afterMs: number | undefined) {
  const world = await createWorld();
  const ofKubernetes = ({ name }: Call): boolean => !name.startsWith("neo4j.");
  world.faults.delay({ call: ofKubernetes, ms: seconds * 1000, when: "after", times: Infinity });
  let arrive = (): void => undefined;
  let sent = (): void => undefined;
  const arrives = new Promise<void>((resolve) => (arrive = resolve));
  const underWay = new Promise<boolean>((resolve) => (sent = () => resolve(true)));
  const work = running(requestOf({ stopCluster }));
  const first = launch(world, work);
  let effects = 0;
  const call = (one: Call): boolean => {
    if (one.driver !== first.driver.name || !isEffect(one) || effects++ !== n) return false;
    first.driver.kill();
    sent();
    return true;
  };
  world.faults.holdBack({ call, arrives });
  if (!(await world.clock.settle(Promise.race([first.then(() => false), underWay])))) return false;
  const next = launch(world, work);
  world.onEffect = ({ driver, name }) => {
    if (afterMs === undefined || driver !== next.driver.name || name !== "journal.save") return;
    world.onEffect = () => undefined;
    world.clock.after(afterMs, arrive);
  };
  const { report } = await world.clock.settle(next);
  arrive();
  await world.clock.pass(240_000);
  const verdict = new Verdict(world, report);
  const completed = report?.status.phase === "Completed";
  if (completed) newDataServes(verdict, world);
  else oldDataServes(verdict, world);
  nothingLeftOver(verdict, world, { previous: completed });
  verdict.done();
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
