/**
 * A controller's world in memory: resources, and an engine whose runs wait, work and end as they are told to. What tests
 * assert is what stands in the resources, and what was told.
 */
import type { OperatorWorld, RestoreEvent, RestoreKey, RestoreView } from "../../../provider/compose.js";
import { systemClock } from "../../../provider/adapters/clock.js";
import { Controller } from "../../../provider/faces/operator/controller.js";
import { finalizer } from "../../../provider/faces/operator/decide.js";
import type { Meter } from "../../../provider/faces/operator/meter.js";
import { runIdentity } from "../../../provider/plan/identity.js";
import type { Engine, RunOptions, RunReport, Standing } from "../../../provider/runtime/engine.js";
import type { RestoreRequest } from "../../../provider/spec/request.js";
import type { Neo4jRestoreStatus, RestorePhase } from "../../../provider/spec/types.js";

export const namespace = "neo4j";
export const foreign = "neo4j.com/restore-finalizer";

export const statusOf = (phase: RestorePhase, reason: string, message: string): Neo4jRestoreStatus => {
  const lastTransitionTime = "2026-01-01T00:00:00Z";
  return {
    phase,
    message,
    conditions: [{ type: "Ready", status: "False", reason, message, lastTransitionTime }],
  };
};

/** A run that has begun: what a story does to it. */
interface AtWork {
  readonly name: string;
  readonly end: (well: boolean) => void;
}

export class Small {
  readonly views = new Map<string, RestoreView>();
  readonly standings = new Map<string, Standing>();
  /** By target: the run that holds it. */
  readonly atWork = new Map<string, AtWork>();
  /** Runs that find something missing, and what brings it. */
  readonly waiting = new Map<string, () => void>();
  /** What a run waits for before it takes hold of its target; one that is not here waits for nothing. */
  readonly missing = new Map<string, string>();
  /** The namespace is being deleted. */
  going = false;
  readonly began: string[] = [];
  readonly requests: RestoreRequest[] = [];
  readonly shown: string[] = [];
  readonly events: RestoreEvent[] = [];
  readonly collisions: string[] = [];
  private readonly freed: (() => void)[] = [];
  private tell: (key: RestoreKey) => void = () => undefined;

  add(name: string, clusterRef: string, trigger = "1", generation = 1): void {
    const spec = { clusterRef, databaseName: "orders", source: { type: "backup", backupRef: "nightly" } };
    const annotations = { "neo4j.com/restore-trigger": trigger };
    const document = { metadata: { name, namespace, annotations }, spec };
    const { status } = this.views.get(name) ?? {};
    const more = { finalizers: [finalizer], deleting: false, status, document };
    this.put({ namespace, name, uid: name, revision: "1", generation, ...more });
  }

  change(name: string, trigger: string): void {
    this.add(name, "graph", trigger, 2);
  }

  /** Somebody writes to the resource. */
  edit(name: string, more: Partial<RestoreView>): void {
    this.put({ ...this.view(name), ...more });
  }

  view(name: string): RestoreView {
    const view = this.views.get(name);
    if (!view) throw new Error(`there is no resource ${name}`);
    return view;
  }

  stand(name: string, standing: Standing): void {
    this.standings.set(name, standing);
    this.tell({ namespace, name });
  }

  private put(view: RestoreView): void {
    const gone = view.deleting && view.finalizers.length === 0;
    if (gone) this.views.delete(view.name);
    else this.views.set(view.name, view);
    this.tell(view);
  }

  world(engine: Partial<Engine> = {}): OperatorWorld {
    const { views } = this;
    const own: Partial<Engine> = {
      run: (request, options) => this.run(request, options),
      remove: ({ name }) => {
        this.standings.delete(name);
        return Promise.resolve();
      },
      standing: ({ name }) => Promise.resolve(this.standings.get(name)),
      ...engine,
    };
    const resources: OperatorWorld["resources"] = {
      watch: (_namespaces, onChange, _onLine, signal) => {
        this.tell = onChange;
        for (const name of views.keys()) onChange({ namespace, name });
        return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      },
      get: ({ name }) => Promise.resolve(views.get(name)),
      mark: ({ name, finalizers }, mark, present) => {
        const others = finalizers.filter((one) => one !== mark);
        this.edit(name, { finalizers: present ? [...others, mark] : others });
        return Promise.resolve();
      },
      writeStatus: (view, status) => {
        this.shown.push(`${view.name}: ${status.message ?? ""}`);
        if (views.has(view.name)) this.edit(view.name, { status });
        return Promise.resolve(true);
      },
      tell: (_view, event) => {
        this.events.push(event);
        return Promise.resolve();
      },
      isGoing: () => Promise.resolve(this.going),
      letJournalGo: (key) => {
        this.standings.delete(key.name);
        this.tell(key);
        return Promise.resolve();
      },
    };
    const none = (): Promise<undefined> => Promise.resolve(undefined);
    const missingRights = (): Promise<[]> => Promise.resolve([]);
    const rest = { clock: systemClock, defaultNamespace: "", lead: none, missingRights, ownImage: none };
    return { engine: own as Engine, resources, ...rest };
  }

  private async run(request: RestoreRequest, { cancel }: RunOptions): Promise<RunReport> {
    const { name, spec } = request;
    const target = spec.clusterRef;
    const other = this.atWork.get(target);
    if (other) this.collisions.push(`${name} beside ${other.name} on ${target}`);
    this.began.push(name);
    this.requests.push(request);
    const about = { runId: name, attempt: 1, identity: runIdentity(request, namespace) };
    const cancelled = new Promise<void>((resolve) =>
      cancel?.addEventListener("abort", () => resolve(), { once: true }),
    );
    const stands = (active: boolean, locked: boolean, status: Neo4jRestoreStatus): void =>
      this.stand(name, { ...about, active, locked, status: { ...status, runId: name } });
    const missing = this.missing.get(name);
    if (missing !== undefined) {
      stands(true, false, statusOf("Pending", missing, `${missing} is missing`));
      await Promise.race([new Promise<void>((resolve) => this.waiting.set(name, resolve)), cancelled]);
      this.waiting.delete(name);
    }
    while (this.atWork.has(target) && cancel?.aborted !== true) {
      stands(true, false, statusOf("Pending", "TargetBusy", "held"));
      await Promise.race([new Promise<void>((resolve) => this.freed.push(resolve)), cancelled]);
    }
    const work = new Promise<boolean>((end) => this.atWork.set(target, { name, end }));
    stands(true, true, statusOf("Running", "InProgress", "restoring"));
    const well = await Promise.race([work, cancelled.then(() => false)]);
    this.atWork.delete(target);
    this.freed.splice(0).forEach((again) => again());
    const end = statusOf(well ? "Completed" : "Failed", well ? "Restored" : "JobFailed", "over");
    const status = { ...end, runId: name, completionTime: new Date(systemClock.now()).toISOString() };
    stands(false, false, status);
    return { name, namespace, runId: name, status };
  }
}

/** A controller at work on that world, until the returned stop. */
export function started(
  world: OperatorWorld,
  meter: Partial<Meter> = {},
): { readonly stop: () => Promise<void>; readonly logged: readonly string[] } {
  const ignored = (): void => undefined;
  const logged: string[] = [];
  const all = { ended: ignored, failed: ignored, waiting: ignored, active: ignored, ...meter };
  const over = new AbortController();
  const controller = new Controller(world, (level, text) => logged.push(`${level} ${text}`), all, {
    toolsImage: () => undefined,
    lacking: () => undefined,
  });
  const running = controller.run([namespace], over.signal);
  const stop = (): Promise<void> => {
    over.abort();
    return running;
  };
  return { stop, logged };
}

/** Until everything that can happen without time has happened. */
export const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 40; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};
