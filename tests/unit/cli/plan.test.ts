/** A plan as people read it: what is there, what is in the way, what to type next, and the exit code for scripts. */
import type { PlanReport } from "../../../provider/runtime/plan-report.js";
import { Console, yaml } from "./console.js";

const files = { "my restore.yaml": yaml };
const base: PlanReport = {
  name: "back-to-monday",
  namespace: "shop",
  due: "begin",
  steps: ["find", "restore"],
  commands: [["neo4j-admin", "database", "restore", "--from-path=<newest>", "orders"]],
  statements: [{ hook: "preRestore", number: 1, database: "system" }],
  strategy: "swap",
  found: {
    target: {
      kind: "Neo4jEnterpriseStandalone",
      name: "solo",
      pod: "solo-0",
      running: true,
      version: "5.26.0",
    },
    database: { name: "orders", exists: true, status: "online", lastTransaction: 90412, created: "2025" },
    volume: { totalBytes: 100 * 1024 ** 3, freeBytes: 89 * 1024 ** 3, storeBytes: 10 * 1024 ** 3 },
    backup: { claim: "backups", paths: ["a", "b"], takenAt: "2026-02-28T02:05:00Z" },
  },
  consequences: ["the old store is set aside"],
  waits: [],
  problems: [],
};

async function shown(plan: Partial<PlanReport>, ...flags: readonly string[]): Promise<[string, number]> {
  const argv = ["plan", "-f", "my restore.yaml", ...flags];
  const { out, code } = await new Console(files).play(argv, {
    plan: () => Promise.resolve({ ...base, ...plan }),
  });
  return [out, code];
}

test("nothing is in the way", async () => {
  const [out, code] = await shown({}, "--trigger", "it's time");
  expect(code).toBe(0);
  expect(out).toBe(`Restore back-to-monday in namespace shop: database orders of solo

Found
  target    Neo4jEnterpriseStandalone solo, pod solo-0 running, Neo4j 5.26.0
  database  orders is online, last transaction 90412, created 2025
  volume    89Gi of 100Gi free, the database takes 10Gi
  backup    a or b on claim backups, taken 2026-02-28T02:05:00Z

Steps (strategy swap)
   1. find
   2. restore

Calls of neo4j-admin in the Job
  neo4j-admin database restore '--from-path=<newest>' orders

Statements of the hooks
  preRestore 1 on database system

What it costs
  - the old store is set aside

Nothing is in the way, and nothing was touched. To restore: neo4j-restore run -f 'my restore.yaml' --trigger 'it'\\''s time'
To follow it from elsewhere: neo4j-restore status back-to-monday --namespace shop
`);
});

const problem = { reason: "DatabaseExists", message: "orders exists: set force" } as const;
const wait = { reason: "TargetNotFound", message: "no solo" } as const;

test.each<readonly [string, Partial<PlanReport>, number, readonly string[]]>([
  [
    "problems",
    { problems: [problem, { ...problem, message: "two\nlines" }], waits: [wait] },
    1,
    ["In the way (2)\n  - DatabaseExists: orders exists: set force\n", "A run would be refused."],
  ],
  ["waits", { waits: [wait] }, 1, ["A run would wait for (1)\n  - TargetNotFound: no solo", "then begin"]],
  ["what is done", { done: "it was restored before" }, 0, ["A run would change nothing: it was restored"]],
  [
    "the name's own restore, done",
    { due: "nothing", present: { phase: "Completed", message: "serves" } },
    0,
    ["The restore of this name is Completed: serves", "--trigger TEXT restores again"],
  ],
  ["one under way", { due: "goOn", present: { phase: "Running", message: "x" } }, 0, ["would go on with it"]],
  ["one that failed late", { due: "resumeAtStep" }, 0, ["at the step that failed"]],
  ["one that was not given back", { due: "giveBack" }, 0, ["first finish giving back"]],
  ["another source", { due: "endOther" }, 0, ["would end it first"]],
  ["a silent server", { found: { database: { name: "orders" } } }, 0, ["orders: Neo4j does not answer"]],
  ["a new database", { found: { database: { name: "orders", exists: false } } }, 0, ["it is created"]],
  ["nothing found", { found: {} }, 0, ["Steps"]],
])("%s", async (_name, plan, code, said) => {
  const [out, ended] = await shown(plan);
  for (const text of said) expect(out).toContain(text);
  expect(ended).toBe(code);
});

test("steps that will not be taken are not shown", async () => {
  expect((await shown({ done: "it was restored before" }))[0]).not.toContain("Steps");
  expect((await shown({ due: "nothing" }))[0]).not.toContain("Steps");
  expect((await shown({ due: "goOn" }))[0]).toContain("Steps");
});

test("for programs: the report, with the document's warnings", async () => {
  const [out, code] = await shown({ problems: [problem] }, "-o", "json");
  expect(code).toBe(1);
  expect(JSON.parse(out)).toEqual({ type: "plan", ...base, problems: [problem], warnings: [] });
});
