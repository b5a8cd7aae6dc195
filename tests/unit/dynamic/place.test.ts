/** Which cluster a run acts on: a line of the run's diagnostics, before anything is asked; in nothing that is stored. */
import { dynamicProvider } from "../../../provider/faces/dynamic/provider.js";
import type { EngineLog } from "../../../provider/faces/dynamic/engine-log.js";
import type { Engine, RunReport } from "../../../provider/runtime/engine.js";

const place = "context prod, server api.example.com:6443";
const status = { phase: "Completed", message: "done", runId: "run0000001" } as const;
const report: RunReport = { name: "orders", namespace: "shop", runId: "run0000001", status };
const news = {
  __urn: "urn:pulumi:dev::shop::neo4j:Neo4jRestore::orders",
  metadata: { name: "orders", namespace: "shop" },
  spec: {
    clusterRef: "graph",
    databaseName: "orders",
    source: { type: "backup", backupRef: "nightly" },
    force: true,
  },
};

function provider(left: boolean) {
  const said: string[] = [];
  const note =
    (level: string) =>
    (_urn: string, text: string): void =>
      void said.push(`${level}: ${text}`);
  const log: EngineLog = {
    progress: note("progress"),
    info: note("info"),
    warn: note("warn"),
    flush: () => Promise.resolve(),
  };
  const answer = <T>(what: string, value: T): Promise<T> => {
    said.push(`asked: ${what}`);
    return Promise.resolve(value);
  };
  const engine: Partial<Engine> = {
    run: () => answer("run", report),
    record: () => answer("record", report),
    remove: () => answer("remove", undefined),
    status: () => answer("status", left ? report : undefined),
    close: () => Promise.resolve(),
  };
  const open = (_connection: unknown, _modes: unknown, tell: (place: string) => void): Promise<Engine> => {
    tell(place);
    return Promise.resolve(engine as Engine);
  };
  const shield = <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    work(new AbortController().signal);
  return { said, ...dynamicProvider(open, { log, shield }) };
}

test("a preview says nothing, because it contacts nobody", async () => {
  const { said, check, diff } = provider(true);
  const { inputs } = await check({}, news);
  await diff("shop/orders", { ...inputs, status, runId: status.runId }, inputs);
  expect(said).toEqual([]);
  expect(JSON.stringify(inputs)).not.toContain("api.example.com");
});

test("create, update and delete say it first, and keep it nowhere", async () => {
  const { said, check, create, update, delete: remove } = provider(true);
  const { inputs } = await check({}, news);
  const { id, outs } = await create(inputs);
  const again = await update(id, outs, { ...inputs, trigger: "again" });
  await remove(id, again.outs);
  const first = `info: ${place}`;
  expect(said).toEqual([first, "asked: run", first, "asked: run", first, "asked: remove"]);
  expect(JSON.stringify([id, outs, again])).not.toContain("api.example.com");
});

test("a refresh says it only where it finds nothing", async () => {
  const there = provider(true);
  await there.read("shop/orders", news);
  expect(there.said).toEqual(["asked: status"]);
  const gone = provider(false);
  const { props } = await gone.read("shop/orders", news);
  expect(gone.said).toEqual([
    "asked: status",
    `warn: no journal of restore shop/orders is left in the cluster (${place}); the status shown is the last known one`,
  ]);
  expect(JSON.stringify(props)).not.toContain("api.example.com");
});
