/**
 * Two controllers of one kind: a resource that another has marked is left to it, whichever came first, and what it wrote
 * there stays.
 */
import { finalizer } from "../../../provider/faces/operator/decide.js";
import type { Neo4jRestoreStatus } from "../../../provider/spec/types.js";
import { foreign, settled, Small, started } from "./small-world.js";

const theirs: Neo4jRestoreStatus = {
  phase: "Completed",
  message: "Restore completed successfully",
  conditions: [
    {
      type: "Ready",
      status: "True",
      reason: "BackupSucceeded",
      message: "",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    },
  ],
};

test.each([
  ["the other's alone, finished long ago", [foreign], theirs],
  ["the other's alone, new", [foreign], undefined],
  ["both have marked it", [finalizer, foreign], undefined],
  [
    "both have marked it, and the other has begun",
    [foreign, finalizer],
    { ...theirs, phase: "Running" } as const,
  ],
])(
  "%s: nothing is begun or written there, ours is taken away, and an event tells why, once",
  async (...story) => {
    const [, finalizers, status] = story;
    const small = new Small();
    small.add("r", "graph");
    small.edit("r", { finalizers, status });
    const { stop, logged } = started(small.world());
    await settled();
    for (let look = 0; look < 3; look += 1) {
      small.edit("r", {});
      await settled();
    }
    await stop();
    expect(small.began).toEqual([]);
    expect(small.shown).toEqual([]);
    expect(small.view("r")).toMatchObject({ finalizers: [foreign], status });
    expect(small.events).toMatchObject([{ reason: "ForeignController", warning: true }]);
    expect(logged.filter((line) => line.includes(foreign))).toHaveLength(1);
  },
);

test("marked by another when a run was just begun: it is cancelled, and the other's status stays", async () => {
  const small = new Small();
  small.missing.set("r", "BackupNotReady");
  small.add("r", "graph");
  const { stop } = started(small.world());
  await settled();
  expect([...small.waiting.keys()]).toEqual(["r"]);
  small.edit("r", { finalizers: [finalizer, foreign], status: theirs });
  await settled();
  expect(small.waiting.size + small.atWork.size).toBe(0);
  expect(small.view("r").status).toEqual(theirs);
  expect(small.events.map(({ reason }) => reason)).toContain("ForeignController");
  await stop();
  expect(small.view("r").status).toEqual(theirs);
});

test("marked by another while a run holds its target: that run goes on to its end", async () => {
  const small = new Small();
  small.add("r", "graph");
  const { stop } = started(small.world());
  await settled();
  small.edit("r", { finalizers: [finalizer, foreign] });
  await settled();
  small.atWork.get("graph")?.end(true);
  await settled();
  await stop();
  expect(small.view("r").status).toMatchObject({ phase: "Completed" });
});
