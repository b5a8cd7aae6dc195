/**
 * A Neo4j instance: its custom resource, StatefulSet, pods, claims and the server in each pod, and the owner
 * controller that re-asserts replicas (also where it should not, if a story wants that). Pods come and go in
 * virtual seconds. Invariant: a claim that the set's policy deletes is deleted only once its pod is gone.
 */
import type {
  PodShape,
  PodView,
  TargetKind,
  TargetView,
  TlsView,
} from "../../../provider/plan/observation.js";
import type { Claims } from "./claims.js";
import { Neo4jServer } from "./neo4j-server.js";
import type { ServerWorld } from "./server-world.js";
import { type Members, SystemGraph } from "./system-graph.js";

export interface TargetOptions {
  readonly name: string;
  readonly kind: TargetKind;
  readonly servers: number;
  /** honours: leaves replicas alone while the hold is set; contests: never does; none: nobody re-asserts. */
  readonly owner: "honours" | "contests" | "none";
  readonly whenScaled: "Retain" | "Delete";
  readonly accessMode: string;
  readonly capacityBytes: number;
  readonly podStartMs: number;
  readonly podStopMs: number;
  readonly tls?: TlsView;
}

interface Pod {
  readonly name: string;
  readonly uid: string;
  phase: "pending" | "running" | "terminating";
  server: Neo4jServer | undefined;
}

export class Target {
  terminating = false;
  rolling = false;
  readonly uid: string;
  readonly statefulSetUid: string;
  replicas: number;
  private readonly pods = new Map<number, Pod>();
  private readonly podNames: readonly string[];
  /** Who leads `system` while it is up. */
  preferredLeader = 0;
  /** Ordinals whose pods do not come to run. */
  readonly stuck = new Set<number>();
  /** What `system` remembers; on every member the same. */
  readonly graph = new SystemGraph();
  private born = 0;
  private kept: string | undefined;
  private held: string | undefined;
  /** The resourceVersion of the target's own resource, as far as restores write it. */
  holdRevision = 0;
  private writes = 0;
  private readyBefore = 0;
  private ownerWoken = false;

  constructor(
    readonly options: TargetOptions,
    private readonly claims: Claims,
    private readonly world: ServerWorld,
  ) {
    this.uid = `uid-${options.name}`;
    this.statefulSetUid = `uid-set-${options.name}`;
    this.replicas = options.servers;
    this.podNames = Array.from({ length: options.servers }, (_, ordinal) => this.podName(ordinal));
    for (let ordinal = 0; ordinal < options.servers; ordinal++) {
      this.claims.add({
        name: this.claimName(ordinal),
        accessModes: [options.accessMode],
        capacityBytes: options.capacityBytes,
      });
    }
  }

  get setName(): string {
    return this.options.kind === "Neo4jEnterpriseStandalone"
      ? this.options.name
      : `${this.options.name}-server`;
  }

  claimName(ordinal: number): string {
    const cluster = this.options.kind === "Neo4jEnterpriseCluster";
    return cluster ? `data-${this.setName}-${ordinal}` : `neo4j-data-${this.setName}-${ordinal}`;
  }

  podName(ordinal: number): string {
    return `${this.setName}-${ordinal}`;
  }

  members(): Members {
    const { pods, podNames: names } = this;
    const inOrder = pods.size < 2 ? [...pods] : [...pods].sort(([a], [b]) => a - b);
    const up = inOrder.flatMap(([, pod]) => (pod.server?.answers === true ? pod.server : []));
    const preferred = this.podName(this.preferredLeader);
    return {
      names,
      up,
      // Few ask.
      get leader() {
        const leader = up.find((server) => server.pod === preferred) ?? up[0];
        return up.length * 2 > names.length ? leader?.pod : undefined;
      },
    };
  }

  /** Lets the set and the owner do what they would do at the next glance. */
  reconcile(): void {
    const { options } = this;
    for (let ordinal = 0; ordinal < this.replicas; ordinal++)
      if (!this.pods.has(ordinal)) this.startPod(ordinal);
    for (const [ordinal, pod] of this.pods) if (ordinal >= this.replicas) this.stopPod(ordinal, pod);
    const astray = this.replicas !== options.servers;
    const paused = options.owner === "none" || (options.owner === "honours" && this.hold !== undefined);
    if (!astray || paused || this.ownerWoken) return;
    this.ownerWoken = true;
    this.world.clock.after(1_000, () => {
      this.ownerWoken = false;
      if (options.owner === "honours" && this.hold !== undefined) return;
      this.scale(options.servers);
    });
  }

  get hold(): string | undefined {
    return this.held;
  }

  set hold(value: string | undefined) {
    if (value !== this.held) this.holdRevision++;
    this.held = value;
  }

  get returnState(): string | undefined {
    return this.kept;
  }

  set returnState(value: string | undefined) {
    // Taking away what is not there is no write.
    if (value !== this.kept) this.writes++;
    this.kept = value;
  }

  /** The set's resourceVersion: its status counts as well. */
  get revision(): string {
    const ready = this.servers().filter((server) => server.answers).length;
    if (ready !== this.readyBefore) this.writes++;
    this.readyBefore = ready;
    return String(this.writes);
  }

  scale(replicas: number): void {
    if (replicas !== this.replicas) this.writes++;
    this.replicas = replicas;
    this.reconcile();
    this.world.changed();
  }

  /** Neo4j in it ends and stays away; the container does not. */
  halt(ordinal: number): void {
    this.pods.get(ordinal)?.server?.end();
    this.world.changed();
  }

  /** The pod dies and the set makes another. */
  crashPod(ordinal: number): void {
    const pod = this.pods.get(ordinal);
    if (!pod) return;
    pod.server?.end();
    this.pods.delete(ordinal);
    this.reconcile();
    this.world.changed();
  }

  pod(name: string): Pod | undefined {
    return [...this.pods.values()].find((pod) => pod.name === name);
  }

  server(name: string): Neo4jServer | undefined {
    const pod = this.pod(name);
    return pod?.phase === "pending" ? undefined : pod?.server;
  }

  servers(): readonly Neo4jServer[] {
    return [...this.pods.values()].flatMap((pod) => pod.server ?? []);
  }

  /** Whether any server could start a database now or soon. */
  get mayServe(): boolean {
    return this.replicas > 0 || this.pods.size > 0;
  }

  view(): TargetView {
    const { options } = this;
    const pods = [...this.pods].sort(([a], [b]) => a - b).map(([ordinal, pod]) => this.podView(ordinal, pod));
    return {
      kind: options.kind,
      name: options.name,
      namespace: "neo4j",
      uid: this.uid,
      terminating: this.terminating,
      servers: options.servers,
      ...(this.hold === undefined ? {} : { hold: this.hold }),
      adminSecret: `${options.name}-admin`,
      ...(options.tls === undefined ? {} : { tls: options.tls }),
      statefulSet: {
        name: this.setName,
        uid: this.statefulSetUid,
        revision: this.revision,
        replicas: this.replicas,
        readyReplicas: pods.filter((pod) => pod.ready).length,
        rolling: this.rolling,
        ...(this.returnState === undefined ? {} : { returnState: this.returnState }),
        shape: this.shape(0),
      },
      pods,
      dataClaims: Array.from({ length: options.servers }, (_, ordinal) =>
        this.claims.view(this.claimName(ordinal)),
      ),
    };
  }

  mounts(pod: string): ReadonlyMap<string, string> {
    return new Map([["/data", this.claimName(Number(pod.slice(pod.lastIndexOf("-") + 1)))]]);
  }

  private podView(ordinal: number, pod: Pod): PodView {
    return {
      name: pod.name,
      uid: pod.uid,
      ready: pod.phase === "running" && (pod.server?.answers ?? false),
      terminating: pod.phase === "terminating",
      running: pod.phase !== "pending",
      node: "node-1",
      ip: "10.0.0.9",
      shape: this.shape(ordinal),
    };
  }

  private shape(ordinal: number): PodShape {
    return {
      container: "neo4j",
      image: "docker.io/local/neo4j@sha256:abc",
      imagePullSecrets: [],
      volumes: [
        { name: "neo4j-data", persistentVolumeClaim: { claimName: this.claimName(ordinal) } },
        { name: "conf", configMap: { name: `${this.options.name}-config` } },
      ],
      mounts: [
        { name: "neo4j-data", mountPath: "/data" },
        { name: "conf", mountPath: "/conf" },
      ],
      env: [{ name: "NEO4J_ACCEPT_LICENSE_AGREEMENT", value: "eval" }],
      tolerations: [],
    };
  }

  private startPod(ordinal: number): void {
    const name = `${this.setName}-${ordinal}`;
    const pod: Pod = { name, uid: `uid-${name}-${++this.born}`, phase: "pending", server: undefined };
    this.pods.set(ordinal, pod);
    this.world.clock.after(this.options.podStartMs, () => {
      if (pod.phase !== "pending" || this.pods.get(ordinal) !== pod || this.stuck.has(ordinal)) return;
      const volume = this.claims.volume(this.claimName(ordinal));
      if (!volume) throw new Error(`${this.claimName(ordinal)} is gone: the data are lost`);
      this.claims.use(this.claimName(ordinal), name, "node-1");
      pod.phase = "running";
      pod.server = new Neo4jServer(name, volume, this.graph, this.world, () => this.members());
      this.world.changed();
    });
  }

  private stopPod(ordinal: number, pod: Pod): void {
    if (pod.phase === "terminating") return;
    pod.phase = "terminating";
    this.world.clock.after(this.options.podStopMs, () => {
      if (this.pods.get(ordinal) !== pod) return;
      pod.server?.end();
      this.pods.delete(ordinal);
      const claim = this.claimName(ordinal);
      this.claims.unuse(claim, pod.name);
      if (this.options.whenScaled === "Delete" && ordinal >= this.replicas)
        this.claims.deleteUnlessProtected(claim);
      this.reconcile();
      this.world.changed();
    });
  }
}
