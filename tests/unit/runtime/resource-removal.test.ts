/** Deleting a resource and taking a restore back from the operator: whose goes, and what if nobody lets it go. */
import { annotations as names } from "../../../provider/plan/names.js";
import { createTakenBackEngine } from "../../../provider/runtime/resource-removal.js";
import { name, namespace, owner, requestOf, World } from "./resource-world.js";

let world: World;
beforeEach(() => {
  world = new World();
  world.make({ owner });
});

const remove = (runId: string): Promise<void> =>
  world.clock.settle(world.engine.remove({ name, namespace, runId }, world.options()));
const recorded = async (): Promise<void> => {
  const engine = createTakenBackEngine(world.ports, world.direct);
  await world.clock.settle(engine.record(requestOf(), world.options()));
};

test("deleted: what is given back is told, and it is waited for", async () => {
  world.show({ phase: "Running" });
  world.later(
    [2, () => world.show({ progress: { step: "StopJobs", message: "stopping" } })],
    [300, () => world.unmark()],
  );
  await remove("run1");
  expect(world.resource).toBeUndefined();
  expect(world.seconds()).toBe(300);
  expect(world.told.map(({ step }) => step)).toContain("StopJobs");
  // A direct run of the same owner may have been before it.
  expect(world.asked).toEqual(["remove after the resource"]);
});

test("deleted: what it has set aside stays, and what removes it is told", async () => {
  const path = "/data/.neo4j-restore/run1/previous";
  const keptUntil = "2026-03-04T09:12:44.120Z";
  world.show({ phase: "Completed", runId: "run1", previous: { path, size: "9Gi", keptUntil } });
  world.later([1, () => world.unmark()]);
  await remove("run1");
  const { clusterRef, databaseName } = requestOf().spec;
  const command = `neo4j-restore discard --target ${clusterRef} --database ${databaseName} --run run1 --namespace ${namespace}`;
  expect(world.told).toContainEqual({
    step: "Clean",
    message: `what was set aside (9Gi) is kept until ${keptUntil} at ${path}; remove it with: ${command}`,
  });
});

test("one that no operator has seen is gone at once", async () => {
  await remove("");
  expect(world.resource).toBeUndefined();
  expect(world.seconds()).toBe(0);
});

test.each<[string, () => void, string]>([
  [
    "of another owner",
    () => {
      world.make({ owner: "urn:other" });
      world.show({});
    },
    "run1",
  ],
  ["made by hand", () => void world.make(), "run1"],
  ["that has run again since", () => world.show({ phase: "Completed", runId: "run2" }), "run1"],
])("a resource %s stays", async (_, prepare, runId) => {
  prepare();
  await remove(runId);
  expect(world.resource).toMatchObject({ deleting: false });
});

test.each([
  ["Completed", 180],
  ["Running", 600],
] as const)("%s, and nobody lets it go: said, with the next commands", async (phase, seconds) => {
  world.show({ phase });
  const removal = remove("run1");
  await expect(removal).rejects.toMatchObject({ reason: "OperatorMissing" });
  await expect(removal).rejects.toThrow("kubectl -n neo4j patch n4jr orders --type=merge");
  expect(world.seconds()).toBe(seconds);
});

test("told to leave while it is being given back: the deletion goes on", async () => {
  world.show({ phase: "Running" });
  const leave = new AbortController();
  world.later([5, () => leave.abort()]);
  const options = world.options({ signal: leave.signal });
  const removal = world.clock.settle(world.engine.remove({ name, namespace, runId: "run1" }, options));
  await expect(removal).rejects.toMatchObject({ reason: "Interrupted" });
  expect(world.resource).toMatchObject({ deleting: true });
});

test("taken back: the operator is told to leave the run as it is, before a direct run goes on", async () => {
  world.show({ phase: "Running" });
  let letGo: string | undefined;
  world.later([
    3,
    () => {
      letGo = world.resource?.annotations[names.letGo];
      world.unmark();
    },
  ]);
  await recorded();
  expect(letGo).toBe("true");
  expect(world.asked).toEqual(["record after the resource"]);
});

test("taken back where no operator is: after half a minute its mark is taken away", async () => {
  world.show({ phase: "Completed" });
  await recorded();
  expect(world.seconds()).toBe(31);
  expect(world.asked).toEqual(["record after the resource"]);
});

test("nothing to take back: somebody else's resource stays", async () => {
  world.make({ owner: "urn:other" });
  await recorded();
  expect(world.resource).toMatchObject({ deleting: false });
  expect(world.asked).toEqual(["record beside the resource"]);
});
