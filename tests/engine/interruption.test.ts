// Ctrl-C, killed engines, closed terminals: whatever happens to the engine, the database is not left out of service,
// no process stays behind, and the next up goes on where things stand.

import type { Running } from "../pulumi-cli.js";
import { spec, TestStack } from "./stack.js";

jest.setTimeout(120_000);

const stacks: TestStack[] = [];
afterAll(() => stacks.forEach((stack) => stack.remove()));

/** An `up` whose restore is under way, outside or inside the interruption window. */
async function underWay(name: string, holds: "outside" | "inside"): Promise<[TestStack, Running]> {
  const stack = new TestStack(name);
  stacks.push(stack);
  stack.script({ orders: [{ ends: "Completed", holds, rollbackMs: 1_500 }, { ends: "Completed" }] });
  await stack.restore({ spec: spec() }).init();
  const running = stack.start("up", "--yes", "--skip-preview");
  const waiting = (): boolean => stack.journal()?.phase === "Running";
  await stack.until(() => waiting() && (holds === "outside" || stack.journal()?.interrupted === true));
  return [stack, running];
}

async function secondCtrlC({ process: pulumi, ended }: Running): ReturnType<TestStack["pulumi"]> {
  const acknowledged = new Promise<void>((resolve) => {
    pulumi.stderr?.on("data", (text: string) => text.includes("^C received") && resolve());
    pulumi.stdout?.on("data", (text: string) => text.includes("^C received") && resolve());
  });
  pulumi.kill("SIGINT");
  await acknowledged;
  pulumi.kill("SIGINT");
  return ended;
}

test("one Ctrl-C: the restore goes to its end, safely, and is kept", async () => {
  const [stack, running] = await underWay("once", "outside");
  running.process.kill("SIGINT");
  stack.release();
  const { code } = await running.ended;
  expect(code).toBe(1);
  const { resources, pending_operations } = stack.state();
  expect(pending_operations ?? []).toEqual([]);
  expect(resources?.at(-1)?.outputs).toMatchObject({ status: { phase: "Completed" } });
  await stack.deserted(1_000);
});

test("two, outside the interruption window: it leaves at once and the next up joins the run", async () => {
  const [stack, running] = await underWay("twice", "outside");
  const { code } = await secondCtrlC(running);
  expect(code).toBe(8);
  await stack.deserted(1_000);
  expect(stack.journal()).toMatchObject({ phase: "Running", interrupted: false });
  expect(stack.state().pending_operations).toMatchObject([{ type: "creating" }]);

  const next = await stack.up();
  expect(next.code).toBe(0);
  expect(next.output).toContain("1 pending operations");
  expect(stack.methods()).toEqual(["run", "run"]);
  expect(stack.restored().outputs).toMatchObject({ runId: "run-1", status: { phase: "Completed" } });

  // The engine keeps its note of the interrupted create until it is told otherwise.
  await stack.pulumi("refresh", "--clear-pending-creates", "--yes");
  expect(stack.state().pending_operations ?? []).toEqual([]);
  expect((await stack.up()).output).toMatch(/2 unchanged/);
});

test("two, inside the window: the service is given back before the process ends", async () => {
  const [stack, running] = await underWay("window", "inside");
  const { code, output } = await secondCtrlC(running);
  expect(code).toBe(8);
  await stack.deserted(4_000);
  expect(stack.journal()).toMatchObject({ phase: "Failed", interrupted: false });
  expect(output).toContain("run neo4j-restore status");
  expect((await stack.up()).code).toBe(0);
});

test.each([
  ["SIGKILL", "inside"],
  ["SIGHUP", "inside"],
  ["SIGKILL", "outside"],
] as const)(
  "the engine ended by %s, %s the window: nothing half done, no process left",
  async (signal, where) => {
    const [stack, running] = await underWay(`${signal.toLowerCase()}-${where}`, where);
    running.process.kill(signal);
    await running.ended;
    await stack.deserted(4_000);
    expect(stack.journal()).toMatchObject({
      phase: where === "inside" ? "Failed" : "Running",
      interrupted: false,
    });

    // What an engine leaves that could not clean up: a lock and a pending operation.
    expect((await stack.up()).output).toContain("pulumi cancel");
    await stack.pulumi("cancel", "--yes", "dev");
    expect((await stack.up()).code).toBe(0);
    expect(stack.restored().outputs).toMatchObject({
      runId: "run-1",
      status: { phase: "Completed" },
    });
  },
);

test("ordinary commands end without waiting for the host", async () => {
  const stack = new TestStack("ordinary");
  stacks.push(stack);
  await stack.restore({ spec: spec() }).init();
  for (const command of ["up", "refresh", "destroy"]) {
    const { code } = await stack.pulumi(command, "--yes", "--skip-preview");
    expect(code).toBe(0);
    // A host that doesn't leave when it is told costs five seconds.
    expect(stack.idleMs()).toBeLessThan(4_500);
  }
});
