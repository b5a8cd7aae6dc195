/** Restores that fail: before the point of no return the old data serves on, after it the new data stays. */
import type { RestoreHooks } from "../../provider/spec/types.js";
import { debianReference } from "../../tools/lab/index.js";
import { useDatabase, type Outages } from "../../tools/demo/client.js";
import { expectGivenBack, expectRestored } from "./expectations.js";
import { conditionOf, jobsOf, online, restoreJob, serving, untilIntent, untilJobRuns } from "./look.js";
import { type Going, Stage, target } from "./stage.js";

jest.setTimeout(180_000);

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
}, 300_000);
afterEach(() => stage.behave());
afterAll(() => stage.close());

async function broken(name: string): Promise<void> {
  await stage.database(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
}

/** What a client sees that uses the database every 50 ms while this goes on. */
async function seenDuring<T>(database: string, work: () => Promise<T>): Promise<[T, Outages]> {
  const stop = new AbortController();
  const client = useDatabase(stage.cluster, { namespace: stage.namespace, target, database }, stop.signal);
  try {
    const result = await work();
    stop.abort();
    return [result, await client];
  } finally {
    stop.abort();
  }
}

test.each([
  ["fails midway", "restore-fail-midway", "1 The artifact broke off.", "The artifact broke off."],
  ["crashes midway", "restore-crash-midway", "on", "137"],
])("a Job that %s never interrupted the old data", async (_, fault, value, evidence) => {
  const name = fault.includes("crash") ? "crash" : "fail";
  await broken(name);
  await stage.fault("restore-seconds", "2");
  await stage.fault(fault, value);
  const [report, seen] = await seenDuring(name, () => stage.restore({ name, force: true }));
  await expectGivenBack(stage, report, "JobFailed", ["monday", "tuesday"]);
  expect(JSON.stringify(report.failure)).toContain(evidence);
  expect(seen.refused).toBe(0);
  expect(seen.answered).toBeGreaterThan(20);
  await stage.behave();
  await expectRestored(stage, await stage.restore({ name, force: true }), ["monday"]);
});

test("a start that fails rolls back to the old data", async () => {
  const name = "start";
  await broken(name);
  await stage.fault(`start-fail.${name}.once`, "The store is not to my liking.");
  const report = await stage.restore({ name, force: true });
  await expectGivenBack(stage, report, "BringUpFailed", ["monday", "tuesday"]);
  expect(report.failure?.message).toContain("The store is not to my liking.");
});

/** Full-text indexes are asked for far faster than they are built, until the run takes the database offline. */
async function buildIndexes(name: string, { told }: Going): Promise<void> {
  const properties = ["a", "b", "c", "d", "e"];
  const stopped = (): boolean => told.some(({ step }) => step === "TakeOffline");
  for (let set = 1; set < 2 ** properties.length && !stopped(); set++) {
    const keys = properties.filter((_, bit) => (set & (2 ** bit)) !== 0).map((property) => `m.${property}`);
    const statement = `CREATE FULLTEXT INDEX FOR (m:P) ON EACH [${keys.join(", ")}]`;
    await stage.cypher(name, statement).catch((error: unknown) => {
      if (!stopped()) throw error;
    });
  }
}

test("an old database that was stopped while its indexes are built comes back", async () => {
  const name = "building";
  await stage.database(name, "monday");
  await stage.backup(name, name);
  const texts = "a: 'one ' + n, b: 'two ' + n, c: 'three ' + n, d: 'four ' + n, e: 'five ' + n";
  // In parts, for the memory that a transaction may take.
  for (let part = 0; part < 5; part++)
    await stage.cypher(name, `UNWIND range(1, 40000) AS n CREATE (:P {${texts}})`);
  await stage.fault(`start-fail.${name}.once`, "The store is not to my liking.");
  const going = stage.begin((engine, options) => engine.run(stage.request({ name, force: true }), options));
  await untilJobRuns(stage, name);
  await buildIndexes(name, going);
  const report = await going.ended;
  await expectGivenBack(stage, report, "BringUpFailed", ["monday"]);
  // Else the STOP came too late to show anything.
  const states = await stage.cypher(
    name,
    "SHOW INDEXES YIELD state RETURN collect(DISTINCT state) AS states",
  );
  expect(states[0]?.["states"]).toContain("POPULATING");
  await stage.cypher("system", "DROP DATABASE $name WAIT", { name });
});

test("a swap that breaks off halfway rolls back to the old data", async () => {
  const name = "swap";
  await broken(name);
  await stage.fault(`stop-delay.${name}`, "3");
  const going = stage.begin((engine, options) => engine.run(stage.request({ name, force: true }), options));
  await untilIntent(stage, name, "stop");
  const run = `/data/.neo4j-restore/${(await stage.engine.status({ name, namespace: stage.namespace }))?.runId}`;
  // The old logs are aside by then, the old store finds its place taken.
  await stage.exec("mkdir", "-p", `${run}/previous`);
  await stage.exec("touch", `${run}/previous/databases`);
  const report = await going.ended;
  await expectGivenBack(stage, report, "SwapFailed", ["monday", "tuesday"]);
  expect(JSON.stringify(report.failure)).toContain(`${run}/previous/databases`);
  await stage.behave();
  await expectRestored(stage, await stage.restore({ name, force: true }), ["monday"]);
});

const statements = (...cypherStatements: readonly string[]): RestoreHooks => ({ cypherStatements });
const job = (script: string): RestoreHooks => ({
  job: {
    template: {
      container: {
        image: debianReference,
        command: ["sh", "-c", script],
        env: [
          { name: "GREETING", valueFrom: { secretKeyRef: { name: "greeting", key: "text" } } },
          { name: "PRICE", value: "5$" },
        ],
      },
    },
  },
});

test.each([
  [
    "a statement",
    "statement",
    statements("CREATE (:Mark {text: 'hook'})", "BOOM"),
    statements("CREATE (:Mark {text: 'hook'})"),
  ],
  ["a Job", "job", job("exit 4"), job('test "$GREETING $PRICE" = "hello 5\\$"')],
])(
  "%s that fails after the restore keeps the new data; repaired, only it runs",
  async (_, name, bad, good) => {
    await secretOnce();
    await broken(name);
    const wish = (postRestore: RestoreHooks) => ({ name, force: true, options: { postRestore } });
    const failed = await stage.restore(wish(bad));
    expect(failed.status.phase).toBe("Failed");
    expect(failed.failure?.reason).toBe("PostHookFailed");
    expect(conditionOf(failed, "Ready")).toBe("False PostHookFailed");
    expect(await serving(stage, name)).toMatchObject(online);
    const restored = (await restoreJob(stage, name)).metadata?.uid;
    await stage.mark(name, "written since");
    const before = await serving(stage, name);

    const report = await stage.restore(wish(good));
    const marks = name === "statement" ? ["hook", "hook", "monday"] : ["monday"];
    await expectRestored(stage, report, [...marks, "written since"]);
    expect((await restoreJob(stage, name)).metadata?.uid).toBe(restored);
    expect(await serving(stage, name)).toEqual(before);
  },
);

test("a hook that fails before the restore: nothing was touched", async () => {
  const name = "early";
  await broken(name);
  const before = await serving(stage, name);
  const preRestore = job("echo 'not today' >&2; exit 3");
  const report = await stage.restore({ name, force: true, options: { preRestore } });
  await expectGivenBack(stage, report, "PreHookFailed", ["monday", "tuesday"]);
  expect(JSON.stringify(report.failure)).toContain("not today");
  expect(await serving(stage, name)).toEqual(before);
  expect((await jobsOf(stage, name)).map(({ metadata }) => metadata?.name)).not.toContain(`${name}-restore`);
});

async function secretOnce(): Promise<void> {
  const { core } = stage.cluster;
  const { namespace } = stage;
  const secrets = (await core.listNamespacedSecret({ namespace })).items;
  if (secrets.some(({ metadata }) => metadata?.name === "greeting")) return;
  const body = { metadata: { name: "greeting" }, stringData: { text: "hello" } };
  await core.createNamespacedSecret({ namespace, body });
}
