/** A run that an operator drives, told by its resource: which end counts, what is waited for, and for how long. */
import { annotations as names } from "../../../provider/plan/names.js";
import type { Neo4jRestoreStatus } from "../../../provider/spec/types.js";
import { RestoreFault } from "../../../provider/workflow/faults.js";
import { failed, name, namespace, owner, requestOf, World } from "./resource-world.js";

let world: World;
beforeEach(() => {
  world = new World();
});

const step = (at: string, message?: string): NonNullable<Neo4jRestoreStatus["steps"]>[number] => ({
  name: at,
  start: "2026-03-01T00:00:00Z",
  attempt: 1,
  ...(message === undefined ? {} : { message }),
});
const waiting = (reason: string): Partial<Neo4jRestoreStatus> => ({
  phase: "Pending",
  message: "Neo4jBackup nightly does not exist",
  conditions: [{ type: "Ready", status: "False", reason, message: "", lastTransitionTime: "" }],
});

test("applied, driven by the operator, and reported as its status says; every step is told", async () => {
  const done = { phase: "Completed", message: "restored", completionTime: "t" } as const;
  world.later(
    [1, () => world.show({ ...waiting("InProgress"), steps: [step("Resolve")] })],
    [
      2,
      () =>
        world.show({
          steps: [step("Resolve", "found"), step("Lock", "held"), step("Restore")],
          progress: { step: "Restore", message: "copying", percent: 40 },
        }),
    ],
    [
      3,
      () => world.show({ ...done, steps: [step("Resolve"), step("Lock"), step("Restore"), step("Release")] }),
    ],
  );
  const report = await world.run();
  expect(report).toMatchObject({ name, namespace, runId: "run1", status: done });
  expect(report.failure).toBeUndefined();
  expect(world.resource).toMatchObject({
    spec: requestOf().spec,
    annotations: { [names.owner]: owner },
  });
  expect(world.told.map((line) => `${line.step} ${line.message}`)).toEqual([
    "Wait Neo4jRestore orders is applied; waiting for the operator",
    "Resolve Neo4jBackup nightly does not exist",
    "Lock held",
    "Restore copying",
    "Release restored",
  ]);
});

test("a restore that fails is a failure, with the status; what the journal knows more is told where it may be read", async () => {
  world.later([1, () => world.show(failed("t1"))]);
  const report = await world.run();
  expect(report.status).toMatchObject({ phase: "Failed", message: "the Job failed" });
  expect(report.failure).toEqual({
    reason: "JobFailed",
    message: "the Job failed",
    hints: ["See the exit code and the last log lines.", "kubectl -n neo4j describe n4jr orders"],
  });
  const evidence = { reason: "JobFailed", message: "the Job failed", hints: ["last lines: no space"] };
  world.journal = { ...report, failure: evidence };
  world.later([1, () => world.show(failed("t2"))]);
  expect((await world.run()).failure).toEqual(evidence);
  world.journal = new RestoreFault("terminal", "KubernetesRefused", "secrets is forbidden");
  world.later([1, () => world.show(failed("t3"))]);
  expect((await world.run()).failure?.reason).toBe("JobFailed");
});

test("the same asked for again after a failure: tried again, and the old failure is not its answer", async () => {
  world.later([1, () => world.show(failed("t1"))]);
  await world.run();
  world.later([5, () => world.show({ phase: "Completed", runId: "run2", completionTime: "t2" })]);
  const report = await world.run();
  expect(world.resource?.annotations[names.retry]).toBe("run1 t1");
  expect(report).toMatchObject({ runId: "run2", status: { phase: "Completed" } });
});

test("where a person has to decide about a hook first, nothing is asked for again", async () => {
  world.later([1, () => world.show(failed("t1", "HookOutcomeUnknown"))]);
  await world.run();
  const report = await world.run();
  expect(report.failure?.reason).toBe("HookOutcomeUnknown");
  expect(world.resource?.annotations).not.toHaveProperty([names.retry]);
});

test("done: asked for again, nothing is waited for", async () => {
  world.later([1, () => world.show({ phase: "Completed", completionTime: "t1" })]);
  await world.run();
  const before = world.seconds();
  expect((await world.run()).status.phase).toBe("Completed");
  expect(world.seconds()).toBe(before);
});

test.each([
  ["a trigger", requestOf({ trigger: "again" })],
  ["a source", requestOf({}, { source: { type: "backup", backupRef: "weekly" } })],
])("another %s: the end of the run before does not count", async (_, request) => {
  world.later([1, () => world.show({ phase: "Completed", completionTime: "t1" })]);
  await world.run();
  const old = world.resource?.generation;
  // The operator looks at the resource, and has not begun yet.
  world.later(
    [1, () => world.show({ phase: "Completed", completionTime: "t1", observedGeneration: old ?? 0 })],
    [5, () => world.show({ phase: "Running", runId: "run2" }, request)],
    [9, () => world.show({ phase: "Completed", runId: "run2", completionTime: "t2" }, request)],
  );
  expect((await world.run(request)).runId).toBe("run2");
});

test("what is missing is waited for as long as waitFor says; the phase stays Pending and the resource too", async () => {
  world.later([1, () => world.show(waiting("BackupNotReady"))]);
  const report = await world.run(requestOf({}, { options: { waitFor: "3m" } }));
  expect(world.seconds()).toBe(181);
  expect(report.status.phase).toBe("Pending");
  expect(report.failure).toMatchObject({
    reason: "WaitedTooLong",
    message: "waited too long: Neo4jBackup nightly does not exist",
  });
  expect(report.failure?.hints.join("\n")).toContain("kubectl -n neo4j delete n4jr orders");
  expect(world.resource).toBeDefined();
});

test("it comes in time: the run goes on", async () => {
  world.later(
    [1, () => world.show(waiting("BackupNotReady"))],
    [100, () => world.show({ phase: "Running" })],
    [4000, () => world.show({ phase: "Completed", completionTime: "t" })],
  );
  expect((await world.run()).status.phase).toBe("Completed");
});

test("nobody answers: said after two minutes, with the next command; not a success, and joined by the next", async () => {
  const report = await world.run();
  expect(world.seconds()).toBe(120);
  expect(report.status.phase).toBe("Pending");
  expect(report.failure?.reason).toBe("OperatorMissing");
  expect(report.failure?.hints[0]).toContain("kubectl get deployments");
  world.later([1, () => world.show({ phase: "Completed", completionTime: "t" })]);
  expect((await world.run()).status.phase).toBe("Completed");
  expect(world.resource?.uid).toBe("uid-1");
});

test("nobody answers, and another controller has marked it: that is what is told", async () => {
  world.later([1, () => world.mark("neo4j.com/restore-finalizer")]);
  const report = await world.run();
  expect(world.seconds()).toBe(120);
  expect(report.failure?.reason).toBe("ForeignController");
  expect(report.failure?.message).toContain("neo4j.com/restore-finalizer");
});

test("an event that never came is made up for by the safety poll", async () => {
  world.deaf = true;
  world.later([40, () => world.show({ phase: "Completed", completionTime: "t" })]);
  expect((await world.run()).status.phase).toBe("Completed");
  expect(world.seconds()).toBeLessThanOrEqual(61);
});

test("an API that does not answer for a while is outlasted", async () => {
  world.later(
    [1, () => world.show({ phase: "Running" })],
    [2, () => (world.outageUntil = 300_000)],
    [10, () => world.show({ phase: "Completed", completionTime: "t" })],
  );
  expect((await world.run()).status.phase).toBe("Completed");
  expect(world.seconds()).toBeGreaterThanOrEqual(300);
});

test("a driver that nothing is heard of for long is named", async () => {
  world.later(
    [1, () => world.show({ phase: "Running", progress: { step: "Restore", message: "copying" } })],
    [700, () => world.show({ phase: "Completed", completionTime: "t" })],
  );
  await world.run();
  expect(world.told.map(({ message }) => message)).toContain(
    "copying (nothing heard for 10m0s: does the operator run?)",
  );
});

test.each([
  ["by hand", undefined],
  ["by urn:other", "urn:other"],
])("a resource that was made %s is left as it is", async (whose, by) => {
  world.make(by === undefined ? {} : { owner: by });
  const before = JSON.stringify(world.resource);
  const refusal = world.run(requestOf({ trigger: "mine" }));
  await expect(refusal).rejects.toMatchObject({ reason: "ForeignObject", kind: "terminal" });
  await expect(refusal).rejects.toThrow(`was made ${whose}`);
  await expect(refusal).rejects.toThrow(
    `kubectl -n neo4j annotate --overwrite n4jr orders 'neo4j.com/restore-owner=${owner}'`,
  );
  expect(JSON.stringify(world.resource)).toBe(before);
});

test("somebody who was faster is noticed", async () => {
  world.faster = () => {
    world.faster = undefined;
    world.make({ owner: "urn:other" });
  };
  await expect(world.run()).rejects.toMatchObject({ reason: "ForeignObject" });
});

test("a terminal waits for what another has asked for, and changes nothing of it", async () => {
  world.make({ owner: "urn:other" });
  world.later([1, () => world.show({ phase: "Completed", completionTime: "t" })]);
  expect((await world.run(requestOf(), { owner: "cli" })).status.phase).toBe("Completed");
  expect(world.resource?.annotations).toEqual({ [names.owner]: "urn:other" });
  const other = requestOf({ trigger: "again" });
  await expect(world.run(other, { owner: "cli" })).rejects.toMatchObject({ reason: "ForeignObject" });
});

test("told to leave: at once, the operator goes on, and the next one joins", async () => {
  const leave = new AbortController();
  world.later([1, () => world.show({ phase: "Running" })], [5, () => leave.abort()]);
  const left = await world.run(requestOf(), { signal: leave.signal });
  expect(world.seconds()).toBe(5);
  expect(left).toMatchObject({ runId: "run1", status: { phase: "Running" } });
  expect(left.failure).toMatchObject({ reason: "Interrupted" });
  const { uid, generation } = world.resource ?? {};
  world.later([1, () => world.show({ phase: "Completed", completionTime: "t" })]);
  expect((await world.run()).status.phase).toBe("Completed");
  expect(world.resource).toMatchObject({ uid, generation });
});

test("told to leave before the operator has answered: nothing passes for done", async () => {
  const leave = new AbortController();
  world.later([1, () => leave.abort()]);
  expect(await world.run(requestOf(), { signal: leave.signal })).toMatchObject({
    status: { phase: "Pending" },
    failure: { reason: "Interrupted" },
  });
});

test("deleted by somebody while it runs: the run has ended, and failed", async () => {
  const end = (): void => {
    world.resource = undefined;
    world.changed();
  };
  world.later([1, () => world.show({ phase: "Running" })], [5, end]);
  expect(await world.run()).toMatchObject({ status: { phase: "Failed" }, failure: { reason: "Cancelled" } });
});

test("a resource that is on its way out is waited for, and made anew", async () => {
  world.make({ owner });
  world.show({ phase: "Completed" });
  await world.clock.settle(world.port.remove({ namespace, name }, "uid-1"));
  world.later(
    [5, () => world.unmark()],
    [9, () => world.show({ phase: "Completed", runId: "run2", completionTime: "t" })],
  );
  expect((await world.run()).runId).toBe("run2");
  expect(world.resource?.uid).toBe("uid-2");
});

test("how it stands is the resource's word", async () => {
  const ref = { name, namespace };
  const status = (): Promise<unknown> => world.clock.settle(world.engine.status(ref));
  expect(await status()).toBeUndefined();
  world.make({ owner });
  expect(await status()).toBeUndefined();
  world.show({ phase: "Running" });
  expect(await status()).toMatchObject({ runId: "run1", status: { phase: "Running" } });
  world.show(failed("t"));
  expect(await status()).toMatchObject({ failure: { reason: "JobFailed" } });
});
