// A restore's ordinary life in a program: previewed, carried out, left alone, run again on purpose, moved, destroyed.

import { readFileSync } from "node:fs";
import path from "node:path";
import { place } from "./double/engine.js";
import { spec, TestStack } from "./stack.js";

jest.setTimeout(120_000);

describe("a restore in a Pulumi program", () => {
  const stack = new TestStack("lifecycle");
  beforeAll(() => stack.init());
  afterAll(() => stack.remove());

  test("the preview shows the plan and touches nothing", async () => {
    stack.restore({ metadata: { namespace: "prod" }, spec: spec() });
    const { code, output } = await stack.pulumi("preview", "--diff");
    expect(output).toMatch(/plan\s*: \[\s*\[0\]: "/);
    expect(code).toBe(0);
    expect(output).not.toContain(place);
    expect(stack.allCalls()).toEqual([]);
  });

  test("up runs it once; the outputs tell how it went", async () => {
    const { code, output } = await stack.up();
    expect(output).toContain('phase: "Completed"');
    expect(output).toContain(place);
    expect(JSON.stringify(stack.state())).not.toContain("double.example.com");
    expect(code).toBe(0);
    expect(stack.methods()).toEqual(["run"]);
    const { id, outputs } = stack.restored();
    expect(id).toBe("prod/orders");
    expect(outputs).toMatchObject({
      apiVersion: "neo4j.neo4j.com/v1beta1",
      kind: "Neo4jRestore",
      metadata: { name: "orders", namespace: "prod" },
      spec: spec(),
      status: { phase: "Completed", message: "double is Completed" },
      runId: "run-1",
    });
    expect(stack.allCalls().map(({ method }) => method)).toEqual(["open", "run", "close"]);
  });

  test("what is stored of the provider is small and the same for inputs and outputs", () => {
    const { inputs, outputs } = stack.restored();
    const text = String(inputs?.["__provider"]);
    // The very text: stacks made with every release hold it, and code that changes it changes them all.
    expect(text).toBe(readFileSync(path.join(__dirname, "provider.txt"), "utf8"));
    expect(text.length).toBeLessThan(2_000);
    expect(outputs?.["__provider"]).toBe(text);
    expect(text).toMatch(/require\("pulumi-neo4j-restore\/dynamic"\)/);
    expect(text).not.toContain(stack.folder);
  });

  test("the URN that it reports progress on is its own", () => {
    const { urn, inputs } = stack.restored();
    expect(inputs?.["__urn"]).toBe(urn);
  });

  test("an unchanged program changes nothing", async () => {
    const { output } = await stack.up();
    expect(output).toMatch(/2 unchanged/);
    expect(stack.methods()).toEqual(["run"]);
  });

  test("writing the same target in other words changes nothing", async () => {
    stack.restore({ metadata: { namespace: "prod", name: "orders" }, spec: spec() });
    const { output } = await stack.up();
    expect(output).toMatch(/2 unchanged/);
  });

  test("a hook added later is recorded, not run", async () => {
    stack.restore({
      metadata: { namespace: "prod" },
      spec: spec({ options: { postRestore: { cypherStatements: ["CALL db.awaitIndexes()"] } } }),
    });
    const preview = await stack.pulumi("preview", "--diff");
    expect(preview.output).toContain("CALL db.awaitIndexes()");
    expect((await stack.up()).output).toMatch(/1 updated/);
    expect(stack.methods()).toEqual(["run", "status", "record"]);
  });

  test("a new trigger runs it again", async () => {
    stack.restore({ metadata: { namespace: "prod" }, spec: spec(), trigger: "again" });
    expect((await stack.up()).output).toMatch(/1 updated/);
    expect(stack.methods()).toEqual(["run", "status", "record", "run"]);
    expect(stack.restored().outputs?.["runId"]).toBe("run-again");
  });

  test("another source runs it again", async () => {
    stack.restore({
      metadata: { namespace: "prod" },
      spec: spec({ source: { type: "backup", backupRef: "weekly" } }),
      trigger: "again",
    });
    expect((await stack.up()).output).toMatch(/1 updated/);
    expect(stack.methods().at(-1)).toBe("run");
  });

  test("another target is another restore: the old one is removed first", async () => {
    stack.restore({ metadata: { namespace: "prod" }, spec: spec({ databaseName: "invoices" }) });
    const { output } = await stack.up();
    expect(output).toMatch(/1 replaced/);
    expect(stack.methods().slice(-2)).toEqual(["remove", "run"]);
    const { urn } = stack.restored();
    expect(stack.calls().at(-2)).toMatchObject({ name: "orders", runId: "run-again", owner: urn });
  });

  test("destroy removes its own run and nothing else", async () => {
    const { urn, outputs } = stack.restored();
    const { code, output } = await stack.pulumi("destroy", "--yes", "--skip-preview");
    expect(code).toBe(0);
    expect(output).toContain(place);
    expect(stack.calls().at(-1)).toMatchObject({
      method: "remove",
      name: "orders",
      runId: outputs?.["runId"],
      owner: urn,
    });
    expect(stack.journal()).toBeUndefined();
  });
});

describe("the type checker of restores", () => {
  const stack = new TestStack("check");
  beforeAll(() => stack.init());
  afterAll(() => stack.remove());

  test("every mistake is listed at once, with its place, and nothing is touched", async () => {
    stack.restore({
      specc: 1,
      spec: { databaseName: "system", source: { type: "backup" }, timeout: "soon", databasName: "x" },
    });
    const { code, output } = await stack.pulumi("preview");
    expect(code).not.toBe(0);
    for (const place of [
      "specc",
      "spec.clusterRef",
      "spec.databaseName",
      "spec.timeout",
      "spec.databasName",
    ]) {
      expect(output).toContain(place);
    }
    expect(stack.allCalls()).toEqual([]);
  });

  test("arguments that come from another resource are judged when they are known", async () => {
    stack.program(`
const first = new Neo4jRestore("first", { spec: ${JSON.stringify(spec())} });
new Neo4jRestore("second", { spec: { ...${JSON.stringify(spec())}, databaseName: first.runId, timeout: first.status.message } });`);
    const preview = await stack.pulumi("preview", "--diff");
    expect(preview.output).toContain("2 to create".replace("2", "3"));
    expect(preview.code).toBe(0);
    const { code, output } = await stack.up();
    expect(code).not.toBe(0);
    expect(output).toContain("spec.timeout");
    expect(stack.methods()).toEqual(["run"]);
    expect(stack.restores()).toHaveLength(1);
  });
});
