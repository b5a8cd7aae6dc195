/**
 * Errors that nobody foresaw: a defect of ours or of a library at any call, once or for good, and a step that cannot
 * decide. The service is given back; what may not happen twice does not; nothing of what the error quotes is told.
 */
import { steps } from "../../provider/workflow/steps/index.js";
import type { Step } from "../../provider/workflow/step.js";
import {
  completed,
  failedWith,
  newDataServes,
  nothingLeftOver,
  oldDataServes,
  Verdict,
} from "./expectations.js";
import { drive, fromEachCall, requestOf, running } from "./story.js";
import type { Call } from "./world/faults.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const defect = new TypeError("Cannot read properties of undefined");

/** Beside the journal's, which are told at once as long as nothing is out of service, and the Lease's, which runs out. */
const ofTheWorld = ({ name }: Call): boolean => /^(kubernetes|neo4j)\./.test(name);

describe.each([false, true])("stopCluster: %s", (stopCluster) => {
  it.each(["before", "after"] as const)(
    "any one call fails so, %s its effect: it ends well",
    async (when) => {
      const calls = await fromEachCall(async (nth) => {
        const world = await createWorld();
        const failing = failingAt(world, nth, when);
        const { report } = await drive(world, running(requestOf({ stopCluster })));
        const verdict = new Verdict(world, report);
        completed(verdict, report);
        newDataServes(verdict, world);
        nothingLeftOver(verdict, world, { previous: true });
        verdict.count("JOB restore", 1).count("STOP orders", 1).count("START orders", 1).done();
        return failing.begun();
      });
      expect(calls).toBeGreaterThan(30);
    },
  );

  it.each(["TakeOffline", "Swap", "BringUp", "Prove"] as const)(
    "step %s cannot decide: the old database serves again",
    async (name) => {
      const world = await createWorld();
      // It quotes what it stumbled over, and the simulated journal reports who writes a secret into it.
      const quoting = new TypeError(`Cannot read properties of ${world.password}`);
      const { report } = await withBroken(name, quoting, () =>
        drive(world, running(requestOf({ stopCluster }))),
      );
      const verdict = new Verdict(world, report);
      failedWith(verdict, report, "UnforeseenError");
      oldDataServes(verdict, world);
      nothingLeftOver(verdict, world).done();
      expect(report?.failure?.message).toMatch(/^an error that nobody foresaw: TypeError in /);
      expect(JSON.stringify(report)).not.toContain(world.password);
    },
  );
});

it("a call that always fails so is given up: the old database serves again", async () => {
  const world = await createWorld();
  world.faults.add({
    ...{ when: "before", error: defect, times: Infinity },
    call: ({ name, args }) => name === "kubernetes.exec" && JSON.stringify(args).includes('"swap"'),
  });
  const { report } = await drive(world, running(requestOf()));
  const verdict = new Verdict(world, report);
  failedWith(verdict, report, "UnforeseenError");
  oldDataServes(verdict, world);
  verdict.done();
});

it("a journal that fails so while the database is down does not leave it down", async () => {
  const world = await createWorld();
  let failing = 0;
  world.faults.add({
    ...{ when: "before", error: defect, times: Infinity },
    call: ({ name }) => name === "journal.save" && world.ledger.count("STOP orders") > 0 && failing++ < 30,
  });
  const { report } = await drive(world, running(requestOf()));
  const verdict = new Verdict(world, report);
  completed(verdict, report);
  newDataServes(verdict, world);
  verdict.done();
});

async function withBroken<T>(name: keyof typeof steps, error: Error, work: () => Promise<T>): Promise<T> {
  const step: Step = steps[name];
  const broken = jest.spyOn(step, "decide").mockImplementation(() => {
    throw error;
  });
  try {
    return await work();
  } finally {
    broken.mockRestore();
  }
}

function failingAt(world: World, nth: number, when: "before" | "after") {
  let seen = 0;
  let begun = false;
  world.faults.add({
    ...{ when, error: defect },
    call: (call) => {
      if (!ofTheWorld(call) || call.name === "kubernetes.changed") return false;
      const due = seen++ === nth;
      begun ||= due;
      return due;
    },
  });
  return { begun: () => begun };
}
