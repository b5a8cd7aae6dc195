// A failed restore: its state is kept, the next up goes on with it, nothing that depends on it is made meanwhile, and
// no command makes anyone forget that it failed.

import { spec, TestStack } from "./stack.js";

jest.setTimeout(120_000);

const dependent = `
const r = new Neo4jRestore("orders", { spec: ${JSON.stringify(spec())} });
new Neo4jRestore("reports", { spec: { ...${JSON.stringify(spec({ databaseName: "reports" }))}, timeout: r.status.apply(() => "1h") } });`;

describe("a create that fails", () => {
  const stack = new TestStack("failure");
  beforeAll(() => stack.init());
  afterAll(() => stack.remove());

  test("keeps what is known of the run, says why and what to do, and stops what depends on it", async () => {
    stack
      .script({ orders: [{ ends: "Failed" }, { ends: "Failed" }, { ends: "Completed" }] })
      .program(dependent);
    const { code, output } = await stack.up();
    expect(code).not.toBe(0);
    expect(output).toContain("VerifyFailed: orders did not restore");
    expect(output).toContain("run neo4j-restore status");
    const { id, outputs, initErrors } = stack.restored();
    expect(id).toBe("default/orders");
    expect(outputs).toMatchObject({ status: { phase: "Failed" }, runId: "run-1" });
    expect(initErrors).toEqual(["VerifyFailed: orders did not restore", "run neo4j-restore status"]);
    expect(stack.methods()).toEqual(["run"]);
  });

  test("the preview says that up goes on with it", async () => {
    const { output } = await stack.pulumi("preview");
    expect(output).toMatch(/orders.*update|~.*update/);
    expect(output).toContain("the last run is Failed; pulumi up goes on with it");
  });

  test("refresh and what follows it never takes the failure for a success", async () => {
    const refreshed = await stack.pulumi("refresh", "--yes", "--skip-preview");
    expect(refreshed.code).toBe(0);
    expect(refreshed.output).toContain("the last run is Failed; pulumi up goes on with it");
    // The engine has forgotten: only our diff remembers.
    expect(stack.restored().initErrors ?? []).toEqual([]);
    const { code } = await stack.up("--refresh");
    expect(code).not.toBe(0);
    expect(stack.methods().filter((method) => method !== "status")).toEqual(["run", "run"]);
    expect(stack.restores()).toHaveLength(1);
  });

  test("the next up goes on with the same run, and then with what waited for it", async () => {
    const { code, output } = await stack.up();
    expect(output).toMatch(/1 created\s+~ 1 updated|1 updated/);
    expect(code).toBe(0);
    const restores = stack.restores();
    expect(restores.map(({ outputs }) => outputs?.["status"])).toEqual([
      expect.objectContaining({ phase: "Completed" }),
      expect.objectContaining({ phase: "Completed" }),
    ]);
    expect(restores[0]?.outputs?.["runId"]).toBe("run-1");
    expect(restores.flatMap(({ initErrors }) => initErrors ?? [])).toEqual([]);
  });

  test("an update that fails keeps the new run's state; going on with it is no further restore", async () => {
    stack.script({ orders: [{ ends: "Failed" }] });
    const changed = (trigger: string): string =>
      `new Neo4jRestore("orders", { spec: ${JSON.stringify(spec())}, trigger: "${trigger}" });`;
    expect((await stack.program(changed("two")).up()).code).not.toBe(0);
    const { outputs, initErrors } = stack.restored("orders");
    expect(outputs).toMatchObject({ trigger: "two", runId: "run-two", status: { phase: "Failed" } });
    expect(initErrors).toHaveLength(2);
    expect((await stack.up()).code).not.toBe(0);
    expect(stack.restored("orders").outputs?.["runId"]).toBe("run-two");
  });

  test("a failed one can be destroyed", async () => {
    const { code } = await stack.pulumi("destroy", "--yes", "--skip-preview");
    expect(code).toBe(0);
    expect(stack.state().resources ?? []).toEqual([]);
    expect(stack.calls().find(({ method, name }) => method === "remove" && name === "orders")).toMatchObject({
      runId: "run-two",
    });
  });
});

describe("odd ends", () => {
  const stack = new TestStack("odd");
  beforeAll(() => stack.init());
  afterAll(() => stack.remove());

  test("a cluster that doesn't answer leaves nothing in the state; the whole message is shown", async () => {
    const { code, output } = await stack.restore({ spec: spec() }).reachable(false).up();
    stack.reachable(true);
    expect(code).not.toBe(0);
    expect(output).toContain("cluster unreachable\n");
    expect(output).toContain("second line");
    expect(stack.restores()).toEqual([]);
  });

  test.each(["Failed", "Completed"] as const)(
    "a status that JSON can't carry ends %s, and doesn't hang",
    async (ends) => {
      stack.script({ orders: [{ ends, unclean: true }] });
      const { code } = await stack.up();
      expect(code === 0).toBe(ends === "Completed");
      expect(stack.restored().outputs).toMatchObject({
        status: { phase: ends, stats: { fileCount: null } },
      });
    },
  );

  test("a completed restore whose journal is gone stays, with a warning", async () => {
    stack.script({ orders: [{ ends: "Completed" }] });
    await stack.up();
    stack.forget();
    const { code, output } = await stack.pulumi("refresh", "--yes", "--skip-preview");
    expect(code).toBe(0);
    expect(output).toContain("warning: no journal of restore default/orders is left");
    expect(stack.restored().outputs).toMatchObject({ status: { phase: "Completed" } });
    expect((await stack.up()).output).toMatch(/2 unchanged/);
  });

  test.each(["refresh", "destroy"])(
    "%s of a cluster that doesn't answer keeps the state and shows no stack",
    async (command) => {
      const before = stack.restored();
      const { code, output } = await stack.reachable(false).pulumi(command, "--yes", "--skip-preview");
      stack.reachable(true);
      expect(code).not.toBe(0);
      expect(output).toContain("cluster unreachable");
      expect(output).not.toMatch(/^\s+at /m);
      expect(stack.restored().outputs).toEqual(before.outputs);
    },
  );
});
