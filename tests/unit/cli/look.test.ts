/**
 * The look ahead in a simulated world: it tells what a run would find, do and be refused for, everything at once,
 * and leaves the world as it was.
 */
import { createEngine } from "../../../provider/runtime/restore-engine.js";
import type { PlanReport } from "../../../provider/runtime/plan-report.js";
import type { RestoreRequest } from "../../../provider/spec/request.js";
import { drive, requestOf, running } from "../../simulation/story.js";
import { createWorld, newestArtifact, oldTxn } from "../../simulation/world/scene.js";
import type { World } from "../../simulation/world/world.js";

/** Looks, and makes sure that it only looked. */
async function planned(world: World, request: RestoreRequest): Promise<PlanReport> {
  const before = world.ledger.whats();
  const { driver, ports } = world.driver();
  const { hold } = world.target();
  const journals = [...world.journals.records.keys()];
  const leases = [...world.journals.leases.keys()];
  const plan = await world.clock.settle(createEngine(ports, () => Promise.resolve()).plan(request));
  expect(world.ledger.whats()).toEqual(before);
  // An exec counts as an effect there; the one that only reads is the volume script's.
  expect(driver.effects.filter((effect) => !effect.includes("exec"))).toEqual([]);
  expect([...world.journals.records.keys()]).toEqual(journals);
  expect([...world.journals.leases.keys()]).toEqual(leases);
  expect(world.target().hold).toBe(hold);
  expect(world.violations).toEqual([]);
  world.mustHoldNoSecret("the plan", JSON.stringify(plan));
  return plan;
}

const reasonsOf = (problems: PlanReport["problems"]): readonly string[] =>
  problems.map(({ reason }) => reason);

test("an existing database: what is there, what is done, what it costs", async () => {
  const world = await createWorld();
  const plan = await planned(world, requestOf({ source: "backup" }));
  expect(plan).toMatchObject({
    name: "back-to-monday",
    namespace: "neo4j",
    due: "begin",
    steps: expect.arrayContaining([
      "stop database orders (seconds): old store aside, new store in place",
    ]) as unknown,
    strategy: "swap",
    waits: [],
    problems: [],
    found: {
      target: { kind: "Neo4jEnterpriseStandalone", name: "solo", running: true, version: "5.26.0" },
      database: { name: "orders", exists: true, status: "online" },
      volume: { storeBytes: 10 * 1024 ** 3 },
      backup: { claim: "backups", paths: [`nightly/${newestArtifact}`], takenAt: "2026-02-28T02:05:00Z" },
    },
  });
  expect(plan.found.database?.lastTransaction).toBeGreaterThanOrEqual(oldTxn);
  expect(plan.consequences.join("\n")).toContain("since the backup of 2026-02-28T02:05:00Z (21h55m ago)");
  expect(plan.consequences.join("\n")).toContain("neo4j-restore undo");
  expect(plan.commands.map((argv) => argv.slice(0, 3).join(" "))).toEqual([
    "neo4j-admin backup inspect",
    "neo4j-admin database restore",
    "neo4j-admin database info",
  ]);
});

test.each<readonly [string, Parameters<typeof requestOf>[0], boolean, string]>([
  ["create", {}, false, "orders"],
  ["swap", {}, true, "restoring-<run>"],
  ["inPlace", { options: { strategy: "inPlace" } }, true, "orders"],
])("strategy %s restores into the right name", async (strategy, wish, existing, into) => {
  const world = await createWorld({ existing });
  const plan = await planned(world, requestOf({ ...wish, source: "folder" }));
  expect(plan.strategy).toBe(strategy);
  const restore = plan.commands[1] ?? [];
  expect(restore.at(-1)).toBe(into);
  expect(restore).toContain("--from-path=<newest artifact in /backup/daily>");
  expect(restore.includes("--overwrite-destination=true")).toBe(existing);
  expect(plan.consequences.length > 0).toBe(existing);
});

test.each<readonly [string, Parameters<typeof requestOf>[0], RegExp]>([
  [
    "kept as asked for",
    { options: { keepPrevious: "48h" } },
    /is set aside; neo4j-restore undo puts it back/,
  ],
  [
    "kept where there is room",
    {},
    /set aside, and removed at the end unless a fifth of the volume is free then/,
  ],
  ["not kept", { options: { keepPrevious: "0" } }, /is removed once the restored one serves: no way back/],
  ["not kept, in other words", { options: { keepPrevious: "0s" } }, /no way back/],
])("the old store that is %s: what becomes of it is told", async (_what, wish, told) => {
  const plan = await planned(await createWorld(), requestOf(wish));
  const [fate = ""] = plan.consequences.filter((line) => line.startsWith("the old store"));
  expect(fate).toMatch(told);
  expect(/undo/.test(fate)).toBe(!/no way back/.test(fate));
});

test.each<readonly [string, RegExp | undefined]>([
  [
    "neo4j",
    /^the backup is of database orders, not of neo4j: its data takes the place of what neo4j has now$/,
  ],
  ["customers", /^the backup is of database orders, not of customers$/],
  ["orders", undefined],
])("restored as %s: whose backup it is, is told where it is another's", async (databaseName, told) => {
  for (const source of ["backup", "exact"] as const) {
    const request = requestOf({ source });
    const plan = await planned(await createWorld(), { ...request, spec: { ...request.spec, databaseName } });
    const lines = plan.consequences.filter((line) => line.startsWith("the backup is of"));
    expect(lines).toEqual(told ? [expect.stringMatching(told)] : []);
  }
});

test("an offline restore names every database that it stops", async () => {
  const plan = await planned(await createWorld(), requestOf({ stopCluster: true }));
  expect(plan.consequences[0]).toMatch(/every database of the server is down .*: neo4j, orders, system$/);
});

test("statements by number and database, never by text", async () => {
  const cypherStatements = ["MATCH (n) SET n.password = 'hunter2'", "ALTER USER a SET PASSWORD 'hunter2'"];
  const wish = { options: { preRestore: { cypherStatements }, postRestore: { cypherStatements } } };
  const plan = await planned(await createWorld(), requestOf(wish));
  expect(plan.statements).toEqual([
    { hook: "preRestore", number: 1, database: "orders" },
    { hook: "preRestore", number: 2, database: "system" },
    { hook: "postRestore", number: 1, database: "orders" },
    { hook: "postRestore", number: 2, database: "system" },
  ]);
});

test("everything that is in the way is told at once", async () => {
  const world = await createWorld({ target: { accessMode: "ReadWriteOncePod" } });
  world.neo4jVersion = "4.4.0";
  world.otherWork = ["nightly-1"];
  const plan = await planned(world, requestOf({ consent: false }));
  expect(reasonsOf(plan.problems)).toEqual(["UnsupportedVersion", "DatabaseExists", "ClaimNotShareable"]);
  expect(reasonsOf(plan.waits)).toEqual(["BackupRunning"]);
  expect(plan.problems[1]?.message).toContain("set spec.force: true");
});

test("missing permissions are told all, and the rest is judged all the same", async () => {
  const world = await createWorld();
  world.missingPermissions = [
    { verb: "create", resource: "jobs.batch", namespace: "neo4j" },
    { verb: "create", resource: "pods/exec", namespace: "neo4j" },
  ];
  const plan = await planned(world, requestOf({ consent: false }));
  expect(reasonsOf(plan.problems)).toEqual(["MissingPermissions", "DatabaseExists"]);
  expect(plan.problems[0]?.message).toContain("create jobs.batch in neo4j; create pods/exec in neo4j");
  expect(plan.found.volume).toBeUndefined();
});

test("a look that is refused tells which permissions are missing", async () => {
  const world = await createWorld();
  world.missingPermissions = [{ verb: "get", resource: "statefulsets.apps", namespace: "neo4j" }];
  const refused = {
    kind: "terminal",
    reason: "KubernetesRefused",
    message: "statefulsets is forbidden",
  } as const;
  world.faults.add({ call: "kubernetes.target", when: "before", times: 9, ...refused });
  const plan = await planned(world, requestOf());
  expect(reasonsOf(plan.problems)).toEqual(["KubernetesRefused", "MissingPermissions"]);
});

test("a target and a backup that are not there are both waited for", async () => {
  const world = await createWorld();
  world.backups.clear();
  const request = requestOf({ source: "backup" });
  const plan = await planned(world, { ...request, spec: { ...request.spec, clusterRef: "gone" } });
  expect(reasonsOf(plan.waits)).toEqual(["TargetNotFound", "BackupNotReady"]);
  expect(plan.problems).toEqual([]);
});

test("a claim and a Secret that are not there are both waited for, and the rest is judged", async () => {
  const world = await createWorld();
  world.claims.remove("backups");
  world.secrets.clear();
  const plan = await planned(world, requestOf({ consent: false }));
  expect(reasonsOf(plan.waits)).toEqual(["ClaimNotFound", "SecretNotFound"]);
  expect(plan.problems.length).toBeGreaterThan(0);
});

describe("what is there under the name", () => {
  test("a restore that is done", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf()));
    const plan = await planned(world, requestOf());
    expect(plan).toMatchObject({ due: "nothing", present: { phase: "Completed" }, problems: [], found: {} });
    expect(await planned(world, requestOf({ trigger: "2" }))).toMatchObject({
      due: "begin",
      strategy: "swap",
    });
  });

  test("the same restore under another name is done as well", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf()));
    const plan = await planned(world, requestOf({ name: "renamed" }));
    expect(plan.due).toBe("begin");
    expect(plan.done).toContain("was restored from this source before");
  });

  test("a restore that is under way, its own or another's", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf()), { crashAfter: 6 });
    expect(await planned(world, requestOf())).toMatchObject({ due: "goOn" });
    expect(await planned(world, requestOf({ trigger: "2" }))).toMatchObject({ due: "endOther" });
    const plan = await planned(world, requestOf({ name: "another", trigger: "2" }));
    expect(reasonsOf(plan.waits)).toEqual(["TargetBusy"]);
    expect(plan.waits[0]?.message).toContain("restore back-to-monday holds solo");
  });
});
