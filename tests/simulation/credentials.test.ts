/**
 * Credentials that Kubernetes stops to accept in the middle of a restore (a token that ran out, an authenticator that
 * is away): asked again for half a minute, from any call on, the restore ends as if nothing had been, and so does the
 * way back. Where the target is not taken yet, it is told at once. A right that is withdrawn is outlasted where the
 * process would leave the database down.
 */
import { completed, failedWith, newDataServes, oldDataServes, Verdict } from "./expectations.js";
import { drive, fromEachCall, requestOf, running } from "./story.js";
import type { Call, FaultRule } from "./world/faults.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const refused = {
  when: "before",
  kind: "terminal",
  reason: "KubernetesUnauthorized",
  message: "The Kubernetes API does not accept the credentials: 401",
  times: Infinity,
} as const;

const halfAMinute = 30_000;

/** What goes through the API server, beside connections that are open already. A Lease runs out by itself. */
const ofKubernetes = ({ name }: Call): boolean =>
  /^(kubernetes|journal)\./.test(name) && name !== "journal.releaseLease";

/** Looks are made all the time: those between two other calls are refused with the one before. */
const looks = ({ name }: Call): boolean => /\.(lease|target|job|view|changed)$/.test(name);

/** From the nth call on that follows the effect, all are refused for half a minute. */
function refuse(
  world: World,
  effect: string,
  nth: number,
  how: FaultRule & { readonly call: (call: Call) => boolean } = { ...refused, call: ofKubernetes },
): { readonly begun: () => boolean } {
  let count = 0;
  let until: number | undefined;
  world.faults.add({
    ...how,
    call: (call) => {
      if (!how.call(call) || world.ledger.count(effect) === 0) return false;
      if (!looks(call) && count++ === nth) until = world.clock.now() + halfAMinute;
      return until !== undefined && world.clock.now() < until;
    },
  });
  return { begun: () => until !== undefined };
}

describe.each([false, true])("stopCluster: %s", (stopCluster) => {
  it("ends well, from whichever call on they are refused", async () => {
    const calls = await fromEachCall(async (nth) => {
      const world = await createWorld();
      const { begun } = refuse(world, "JOB restore", nth);
      const { report } = await drive(world, running(requestOf({ stopCluster })));
      const verdict = new Verdict(world, report);
      completed(verdict, report);
      newDataServes(verdict, world);
      verdict.count("JOB restore", 1).count("STOP orders", 1).count("START orders", 1).done();
      return begun();
    });
    expect(calls).toBeGreaterThan(20);
  });

  it("gives the old database back, from whichever call on they are refused", async () => {
    const calls = await fromEachCall(async (nth) => {
      const world = await createWorld();
      world.misbehaviour = (_name, store) =>
        store?.origin === "backup" ? { refusesStart: "bad store" } : {};
      const { begun } = refuse(world, "START orders", nth);
      const { report } = await drive(world, running(requestOf({ stopCluster })));
      const verdict = new Verdict(world, report);
      failedWith(verdict, report, "BringUpFailed");
      oldDataServes(verdict, world);
      verdict.done();
      return begun();
    });
    expect(calls).toBeGreaterThan(15);
  });
});

it.each([false, true])(
  "a right that is withdrawn on the way back is waited for while the database is down, stopCluster %s",
  async (stopCluster) => {
    const calls = await fromEachCall(async (nth) => {
      const world = await createWorld();
      world.misbehaviour = (_name, store) =>
        store?.origin === "backup" ? { refusesStart: "bad store" } : {};
      const { begun } = refuse(world, "START orders", nth, {
        ...{ ...refused, reason: "KubernetesRefused", message: "pods/exec is forbidden" },
        call: ({ name }) => name.startsWith("kubernetes."),
      });
      const { report } = await drive(world, running(requestOf({ stopCluster })));
      const verdict = new Verdict(world, report);
      oldDataServes(verdict, world);
      verdict.done();
      // What is only cleaned up afterwards keeps nobody waiting.
      const { reason, message } = report?.failure ?? {};
      expect(reason === "BringUpFailed" ? "" : message).toMatch(/^$|giving back stopped at step Clean/);
      return begun();
    });
    expect(calls).toBeGreaterThan(5);
  },
);

it("a journal that may not be written while the database is down does not leave it down", async () => {
  const world = await createWorld();
  const since: { stopped?: number } = {};
  world.onEffect = ({ name }) => {
    if (name === "neo4j.stop") since.stopped ??= world.clock.now();
  };
  const forbidden = { ...refused, reason: "KubernetesRefused", message: "configmaps is forbidden" } as const;
  world.faults.add({
    ...forbidden,
    call: ({ name }) =>
      name === "journal.save" &&
      since.stopped !== undefined &&
      world.clock.now() < since.stopped + halfAMinute,
  });
  const told: string[] = [];
  const { report } = await drive(world, running(requestOf()), {
    onProgress: ({ message }) => told.push(message),
  });
  expect(told).toContain("asked again: configmaps is forbidden");
  const verdict = new Verdict(world, report);
  completed(verdict, report);
  newDataServes(verdict, world);
  verdict.done();
});

it("is told at once, and touches nothing, where the target is not taken yet", async () => {
  const world = await createWorld();
  world.faults.add({ ...refused, call: ofKubernetes });
  const before = world.clock.monotonic();
  await expect(drive(world, running(requestOf()))).rejects.toMatchObject({
    reason: "KubernetesUnauthorized",
  });
  expect(world.clock.monotonic() - before).toBeLessThan(1000);
  oldDataServes(new Verdict(world, undefined), world).done();
});
