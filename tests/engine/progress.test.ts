// Progress appears on the restore's own row while it runs, and leaves no trace in the summary; what it acts on does.

import { place } from "./double/engine.js";
import { spec, TestStack } from "./stack.js";

jest.setTimeout(120_000);

interface DiagnosticEvent {
  readonly diagnosticEvent?: {
    readonly urn?: string;
    readonly message: string;
    readonly ephemeral?: boolean;
  };
}

const stack = new TestStack("progress");
beforeAll(() => stack.init());
afterAll(() => stack.remove());

test("under a component too, each line once, the step first", async () => {
  const progress = [
    { step: "Lock", message: "held" },
    { step: "Lock", message: "held" },
    ...[0, 1, 2, 50, 51, 100].map((percent) => ({ step: "Restore", message: `${percent} MiB`, percent })),
    { step: "Open", message: "" },
  ];
  stack.script({ orders: [{ ends: "Completed", progress }] }).program(`
class Data extends pulumi.ComponentResource {
  constructor(name) {
    super("shop:index:Data", name);
    new Neo4jRestore("orders", { spec: ${JSON.stringify(spec())} }, { parent: this });
  }
}
new Data("data");`);
  const { output, code } = await stack.up("--json");
  expect(code).toBe(0);
  const { urn } = stack.restored();
  expect(urn).toContain("shop:index:Data$pulumi-nodejs:dynamic/neo4j:Neo4jRestore::orders");
  const events = output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .flatMap((line) => (JSON.parse(line) as DiagnosticEvent).diagnosticEvent ?? []);
  const own = events.filter((event) => event.urn === urn);
  const [first, ...others] = own;
  expect(first).toMatchObject({ message: expect.stringContaining(place) as unknown });
  expect(first?.ephemeral ?? false).toBe(false);
  expect(others.every(({ ephemeral }) => ephemeral)).toBe(true);
  expect(others.map(({ message }) => message.trim())).toEqual([
    "Lock held",
    "Restore 0% 0 MiB",
    "Restore 50% 50 MiB",
    "Restore 100% 100 MiB",
    "Open",
  ]);
});
