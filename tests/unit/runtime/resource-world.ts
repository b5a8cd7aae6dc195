/**
 * One Neo4jRestore resource on a virtual clock, and an operator that does what a story says: enough of the world for
 * the engine that applies and follows a resource. What tests assert is what stands in the resource, and the report.
 */
import { annotations as names } from "../../../provider/plan/names.js";
import { runIdentity } from "../../../provider/plan/identity.js";
import type { Engine, Progress, RunOptions, RunReport } from "../../../provider/runtime/engine.js";
import { createResourceEngine } from "../../../provider/runtime/resource-engine.js";
import { parseRestore, type RestoreRequest } from "../../../provider/spec/parse.js";
import type { Neo4jRestoreStatus } from "../../../provider/spec/types.js";
import { RestoreFault } from "../../../provider/workflow/faults.js";
import type {
  ResourceContent,
  ResourcePort,
  ResourceView,
} from "../../../provider/workflow/resource-ports.js";
import { VirtualClock } from "../../simulation/world/virtual-clock.js";

export const owner = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/neo4j:Neo4jRestore::orders";
export const namespace = "neo4j";
export const name = "orders";
export const operatorMark = "neo4j.com/restore-operator";

export function requestOf(more: object = {}, spec: object = {}): RestoreRequest {
  const parsed = parseRestore({
    metadata: { name, namespace },
    mode: "operator",
    spec: {
      clusterRef: "graph",
      databaseName: "orders",
      source: { type: "backup", backupRef: "nightly" },
      force: true,
      ...spec,
    },
    ...more,
  });
  if (!parsed.ok) throw new Error(parsed.issues.map(({ message }) => message).join("\n"));
  return parsed.request;
}

interface Stored {
  readonly uid: string;
  generation: number;
  revision: number;
  deleting: boolean;
  finalizers: readonly string[];
  annotations: Readonly<Record<string, string>>;
  spec: object;
  status: Neo4jRestoreStatus | undefined;
}

export class World {
  readonly clock = new VirtualClock(() => undefined);
  resource: Stored | undefined;
  /** What the direct engine was asked for. */
  readonly asked: string[] = [];
  /** What it answers to status(); a fault where journals may not be read. */
  journal: RunReport | RestoreFault | undefined;
  /** No event arrives. */
  deaf = false;
  outageUntil = 0;
  /** Somebody makes a resource of that name right before ours. */
  faster: (() => void) | undefined;
  private made = 0;
  private listeners: (() => void)[] = [];

  make(content: Partial<ResourceContent> = {}): Stored {
    const { spec = requestOf().spec, annotations = {}, owner: whose } = content;
    const marks = whose === undefined ? {} : { [names.owner]: whose };
    this.resource = {
      uid: `uid-${++this.made}`,
      generation: 1,
      revision: 1,
      deleting: false,
      finalizers: [],
      annotations: { ...annotations, ...marks },
      spec,
      status: undefined,
    };
    this.changed();
    return this.resource;
  }

  changed(): void {
    if (this.resource) this.resource.revision += 1;
    if (!this.deaf) this.listeners.splice(0).forEach((listener) => listener());
  }

  /** The operator writes a status, about the resource as it stands. */
  show(status: Partial<Neo4jRestoreStatus>, request = requestOf()): void {
    const { resource } = this;
    if (!resource) throw new Error("there is no resource");
    resource.finalizers = [operatorMark];
    resource.status = {
      phase: "Running",
      runId: "run1",
      identity: runIdentity(request, namespace),
      observedGeneration: resource.generation,
      ...status,
    };
    this.changed();
  }

  /** What happens so many seconds into the story, one after the other. */
  later(...happenings: readonly (readonly [seconds: number, happen: () => void])[]): void {
    for (const [seconds, happen] of happenings) this.clock.after(seconds * 1000, happen);
  }

  readonly port: ResourcePort = {
    defaultNamespace: namespace,
    read: () => this.answer(() => this.view()),
    apply: (_, uid, content) =>
      this.answer(() => {
        this.faster?.();
        if (this.resource?.uid !== uid) return undefined;
        const there = this.resource ?? this.make(content);
        if (JSON.stringify(there.spec) !== JSON.stringify(content.spec)) there.generation += 1;
        there.spec = content.spec;
        there.annotations = { ...content.annotations, [names.owner]: content.owner };
        this.changed();
        return this.view();
      }),
    remove: (_, uid) =>
      this.answer(() => {
        if (this.resource?.uid !== uid) return;
        this.resource.deleting = true;
        if (this.resource.finalizers.length === 0) this.resource = undefined;
        this.changed();
      }),
    annotate: (_, uid, added) =>
      this.answer(() => {
        if (this.resource?.uid !== uid) return;
        this.resource.annotations = { ...this.resource.annotations, ...added };
        this.changed();
      }),
    unmark: (_, uid, finalizer) =>
      this.answer(() => {
        if (this.resource?.uid === uid) this.unmark(finalizer);
      }),
    follow: () => ({
      changed: (signal) =>
        new Promise((resolve) => {
          this.listeners.push(resolve);
          signal.addEventListener("abort", () => resolve(), { once: true });
        }),
      end: () => Promise.resolve(),
    }),
  };

  mark(finalizer: string): void {
    if (!this.resource) return;
    this.resource.finalizers = [...this.resource.finalizers, finalizer];
    this.changed();
  }

  unmark(finalizer = operatorMark): void {
    if (!this.resource) return;
    this.resource.finalizers = this.resource.finalizers.filter((one) => one !== finalizer);
    if (this.resource.deleting && this.resource.finalizers.length === 0) this.resource = undefined;
    this.changed();
  }

  private view(): ResourceView | undefined {
    const { resource } = this;
    if (!resource) return undefined;
    const { annotations, spec, revision, ...rest } = resource;
    const document = { metadata: { name, namespace, annotations }, spec };
    return { ...rest, revision: String(revision), owner: annotations[names.owner], document };
  }

  private async answer<T>(give: () => T): Promise<T> {
    await this.clock.sleep(1);
    if (this.clock.monotonic() < this.outageUntil)
      throw new RestoreFault("retry", "KubernetesUnreachable", "the API does not answer");
    return give();
  }

  readonly direct = {
    run: () => this.directly("run"),
    record: () => this.directly("record"),
    remove: () => this.directly("remove").then(() => undefined),
    status: () =>
      this.journal instanceof RestoreFault ? Promise.reject(this.journal) : Promise.resolve(this.journal),
  } as unknown as Engine;

  private directly(work: string): Promise<RunReport> {
    this.asked.push(`${work} ${this.resource === undefined ? "after" : "beside"} the resource`);
    return Promise.resolve({ name, namespace, runId: "run1", status: { phase: "Completed" } });
  }

  get ports(): { readonly resources: ResourcePort; readonly clock: VirtualClock } {
    return { resources: this.port, clock: this.clock };
  }

  readonly engine = createResourceEngine(this.ports, this.direct);
  readonly told: Progress[] = [];

  options(more: Partial<RunOptions> = {}): RunOptions {
    const signal = new AbortController().signal;
    return { owner, signal, onProgress: (progress) => void this.told.push(progress), ...more };
  }

  run(request = requestOf(), options: Partial<RunOptions> = {}): Promise<RunReport> {
    return this.clock.settle(this.engine.run(request, this.options(options)));
  }

  seconds(): number {
    return Math.round(this.clock.monotonic() / 1000);
  }
}

/** A failed end, told apart by its instant. */
export const failed = (completionTime: string, reason = "JobFailed"): Partial<Neo4jRestoreStatus> => ({
  phase: "Failed",
  message: "the Job failed",
  completionTime,
  conditions: [
    { type: "Ready", status: "False", reason, message: "the Job failed", lastTransitionTime: completionTime },
  ],
});
