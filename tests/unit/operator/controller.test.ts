/**
 * Many restores of few targets: in whatever order they come and whatever becomes of each, one at a time works on a
 * target, those behind it ask the cluster for nothing, and all of them come to their end.
 */
import fc from "fast-check";
import type { OperatorWorld, RestoreKey, RestoreView } from "../../../provider/compose.js";
import { systemClock } from "../../../provider/adapters/clock.js";
import { Controller } from "../../../provider/faces/operator/controller.js";
import { finalizer } from "../../../provider/faces/operator/decide.js";
import { runIdentity } from "../../../provider/plan/identity.js";
import type { Engine, RunReport, Standing } from "../../../provider/runtime/engine.js";
import type { RestoreRequest } from "../../../provider/spec/request.js";
import type { Neo4jRestoreStatus } from "../../../provider/spec/types.js";

const namespace = "neo4j";

/** Resources and an engine whose runs end when they are told to. */
class Small {
  readonly views = new Map<string, RestoreView>();
  readonly standings = new Map<string, Standing>();
  readonly atWork = new Map<string, { readonly name: string; readonly end: (well: boolean) => void }>();
  readonly began: string[] = [];
  readonly shown: string[] = [];
  readonly collisions: string[] = [];
  private tell: (key: RestoreKey) => void = () => undefined;

  add(name: string, clusterRef: string, trigger = "1", generation = 1): void {
    const spec = { clusterRef, databaseName: "orders", source: { type: "backup", backupRef: "nightly" } };
    const annotations = { "neo4j.com/restore-trigger": trigger };
    const document = { metadata: { name, namespace, annotations }, spec };
    const { status } = this.views.get(name) ?? {};
    const more = { finalizers: [finalizer], deleting: false, status, document };
    this.views.set(name, { namespace, name, uid: name, revision: "1", generation, ...more });
    this.tell({ namespace, name });
  }

  change(name: string, trigger: string): void {
    this.add(name, "graph", trigger, 2);
  }

  world(): OperatorWorld {
    const { views } = this;
    const engine = {
      run: (request: RestoreRequest) => this.run(request),
      standing: ({ name }: RestoreKey) => Promise.resolve(this.standings.get(name)),
    };
    const resources: OperatorWorld["resources"] = {
      watch: (_namespaces, onChange, _onLine, signal) => {
        this.tell = onChange;
        for (const name of views.keys()) onChange({ namespace, name });
        return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      },
      get: ({ name }) => Promise.resolve(views.get(name)),
      mark: () => Promise.resolve(),
      writeStatus: (view, status) => {
        this.shown.push(`${view.name}: ${status.message ?? ""}`);
        views.set(view.name, { ...view, status });
        return Promise.resolve(true);
      },
      tell: () => Promise.resolve(),
    };
    const none = (): Promise<undefined> => Promise.resolve(undefined);
    const rest = { clock: systemClock, defaultNamespace: "", lead: none, ownImage: none };
    return { engine: engine as unknown as Engine, resources, ...rest };
  }

  private async run(request: RestoreRequest): Promise<RunReport> {
    const { name, spec } = request;
    const target = spec.clusterRef;
    const other = this.atWork.get(target);
    if (other) this.collisions.push(`${name} beside ${other.name} on ${target}`);
    this.began.push(name);
    const well = await new Promise<boolean>((end) => this.atWork.set(target, { name, end }));
    this.atWork.delete(target);
    const status: Neo4jRestoreStatus = { phase: well ? "Completed" : "Failed", message: "over" };
    const about = { runId: name, attempt: 1, active: false, locked: false };
    this.standings.set(name, { ...about, identity: runIdentity(request, namespace), status });
    return { name, namespace, runId: name, status };
  }
}

/** Until everything that can happen without time has happened. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 40; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

const meter = { ended: noted, failed: noted, waiting: noted, active: noted };
function noted(): void {
  // What is counted is another test's.
}

test("in any order and with any end, restores of one target follow each other and none is left", async () => {
  const wishes = fc.array(fc.record({ target: fc.nat(2), late: fc.boolean(), well: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(wishes, fc.infiniteStream(fc.nat(2)), async (all, choices) => {
      const small = new Small();
      const named = all.map((wish, index) => ({ ...wish, name: `r${index}` }));
      for (const { name, target, late } of named) if (!late) small.add(name, `graph-${target}`);
      const stop = new AbortController();
      const running = new Controller(small.world(), noted, meter).run([namespace], stop.signal);
      await settled();
      for (const { name, target, late } of named) if (late) small.add(name, `graph-${target}`);
      for (let step = 0; step < named.length; step += 1) {
        await settled();
        const ends = [...small.atWork.values()];
        const next = ends[(choices.next().value as number) % ends.length];
        if (!next) break;
        next.end(named.find(({ name }) => name === next.name)?.well ?? true);
      }
      await settled();
      expect(small.collisions).toEqual([]);
      expect([...small.began].sort()).toEqual(named.map(({ name }) => name).sort());
      expect([...small.views.values()].map(({ status }) => status?.message)).toEqual(named.map(() => "over"));
      stop.abort();
      await running;
    }),
    { numRuns: 60 },
  );
});

test("who waits is told for whom, and those who came first go first", async () => {
  const small = new Small();
  for (const name of ["one", "two", "three"]) small.add(name, "graph");
  const stop = new AbortController();
  const running = new Controller(small.world(), noted, meter).run([namespace], stop.signal);
  await settled();
  expect(small.shown).toContain("two: restore one works on graph: begins after it");
  for (const name of ["one", "two", "three"]) {
    expect(small.atWork.get("graph")?.name).toBe(name);
    small.atWork.get("graph")?.end(true);
    await settled();
  }
  expect(small.shown).toContain("three: restore two works on graph: begins after it");
  stop.abort();
  await running;
});

test("who has been restored before and waits for its next run shows neither its old end nor a new one", async () => {
  const small = new Small();
  small.add("again", "graph");
  const stop = new AbortController();
  const running = new Controller(small.world(), noted, meter).run([namespace], stop.signal);
  await settled();
  small.atWork.get("graph")?.end(true);
  await settled();
  small.add("first", "graph");
  await settled();
  small.change("again", "2");
  await settled();
  expect(small.views.get("again")?.status).toMatchObject({
    phase: "Pending",
    message: "restore first works on graph: begins after it",
    observedGeneration: 1,
  });
  small.atWork.get("graph")?.end(true);
  await settled();
  expect(small.atWork.get("graph")?.name).toBe("again");
  small.atWork.get("graph")?.end(true);
  await settled();
  expect(small.views.get("again")?.status).toMatchObject({ phase: "Completed", observedGeneration: 2 });
  stop.abort();
  await running;
});
