// Secrets given to a restore stay out of everything that Pulumi shows or stores in the clear.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { spec, TestStack } from "./stack.js";

jest.setTimeout(120_000);

const stack = new TestStack("secrets");
beforeAll(() => stack.init());
afterAll(() => stack.remove());

const program = (spice: string): TestStack =>
  stack.program(`
const word = pulumi.secret("topsecret${spice}");
new Neo4jRestore("orders", {
  connection: { context: "kind", kubeconfig: "apiVersion: v1 # topsecret${spice}" },
  spec: {
    ...${JSON.stringify(spec())},
    options: {
      preRestore: { cypherStatements: [pulumi.interpolate\`CREATE (:Key {value: '\${word}'})\`] },
      postRestore: { job: { template: { container: { image: "busybox", env: [{ name: "KEY", value: word }] } } } },
    },
  },
});`);

/** Everything the backend holds, checkpoints, history and backups of them. */
const stored = (): string =>
  readdirSync(stack.file("stacks"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8"))
    .join("\n");

test("a failed create, its repetition and a change print and store none of them", async () => {
  stack.script({ orders: [{ ends: "Failed" }, { ends: "Completed" }] });
  const shown = [
    await program("").pulumi("preview", "--diff"),
    await stack.up("--diff"),
    await stack.up("--diff"),
    await program("-changed").pulumi("preview", "--diff"),
    await stack.pulumi("preview", "--json"),
    await stack.up("--diff"),
    await stack.pulumi("refresh", "--yes", "--skip-preview", "--diff"),
  ];
  expect(shown.map(({ code }) => code)).toEqual([0, expect.any(Number), 0, 0, 0, 0, 0]);
  expect(shown[1]?.code).not.toBe(0);
  for (const { output } of shown) expect(output).not.toContain("topsecret");
  expect(stored()).not.toContain("topsecret");
  // The work itself gets the plain value.
  expect(stack.methods()).toEqual(["run", "run", "status", "record", "status"]);
  expect(JSON.stringify(stack.calls().at(-2)?.spec)).toContain("topsecret-changed");
});

test("a mistake in a secret argument is named without its value", async () => {
  stack.program(`
new Neo4jRestore("orders", {
  trigger: pulumi.secret(["topsecret"]),
  spec: pulumi.secret({ ...${JSON.stringify(spec())}, timeout: "topsecret" }),
});`);
  const { code, output } = await stack.pulumi("preview");
  expect(code).not.toBe(0);
  expect(output).toContain("trigger");
  expect(output).toContain("spec.timeout");
  expect(output).not.toContain("{&{{");
});
