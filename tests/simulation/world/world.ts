/**
 * The simulated world: a Kubernetes and its Neo4j instances on a virtual clock, with everything that a story
 * can turn. Invariants of the product are checked after every event and every effect; what breaks one is
 * collected in `violations`, and a test fails on it whatever the outcome of its story.
 */
import type { BackupView, JsonObject, MissingPermission } from "../../../provider/plan/observation.js";
import type { Ports } from "../../../provider/workflow/ports.js";
import { Claims } from "./claims.js";
import { Driver } from "./driver.js";
import { EffectsLedger } from "./effects-ledger.js";
import { type Call, Faults } from "./faults.js";
import { Guardian } from "./guardian.js";
import type { JobBehaviour } from "./job-behaviour.js";
import { Jobs } from "./jobs.js";
import { Journals } from "./journal-port.js";
import { kubernetesPort } from "./kubernetes-port.js";
import type { Neo4jServer } from "./neo4j-server.js";
import type { Misbehaviour } from "./server-world.js";
import { size } from "./size.js";
import { neo4jPort } from "./neo4j-port.js";
import { Target, type TargetOptions } from "./target.js";
import { Lines, Transit } from "./transit.js";
import { VirtualClock } from "./virtual-clock.js";
import { type Artifact, Volume, type Store } from "./volume.js";

export const usualJob: JobBehaviour = {
  startMs: 2_000,
  restoreMs: 60_000,
  hook: { runMs: 5_000, exitCode: 0 },
};

export class World {
  readonly clock = new VirtualClock(() => this.check());
  readonly ledger = new EffectsLedger(() => this.clock.now());
  readonly faults = new Faults();
  readonly transit = new Transit();
  readonly lines = new Lines();
  readonly violations: string[] = [];
  readonly claims = new Claims(
    (what) => this.violate(what),
    (by, path) => this.guardian.changes(by, path),
  );
  readonly targets = new Map<string, Target>();
  readonly backups = new Map<string, BackupView>();
  readonly secrets = new Map<string, Readonly<Record<string, string>>>();
  readonly journals = new Journals();
  readonly guardian = new Guardian(this);
  readonly jobs: Jobs;

  /** Buckets by URI, such as `s3://bucket`. */
  readonly stores = new Map<string, Volume>();
  /** With the runs that use it, where it is of our making. */
  readonly serviceAccounts = new Map<
    string,
    { readonly annotations: Readonly<Record<string, string>>; readonly users?: Set<string> }
  >();

  password = "pa/ss-w0rd-of-the-admin";
  /** Texts that may stand in no state, status or message. */
  secretTexts: readonly string[] = [this.password, "hunter2"];
  neo4jVersion = "5.26.0";
  aliases: readonly string[] = [];
  otherWork: readonly string[] = [];
  /** Pods of nobody that the simulation knows. */
  readonly runningPods = new Set<string>();
  missingPermissions: readonly MissingPermission[] = [];
  noDefinitions = false;
  ambiguous = false;
  /** Why Neo4j does not let the login end connections. */
  endsNoConnections: string | undefined;
  /** No server answers Bolt. */
  deaf = false;
  /** Servers with TLS show a certificate that is not to be believed. */
  certificateRefused = false;
  /** Servers speak TLS where their target has none, and none where it has. */
  speaksOtherwise = false;
  /** Clients write to `orders` whenever they can. */
  clients = true;
  /** How Jobs behave, by component label. */
  jobBehaviour: Readonly<Record<string, Partial<JobBehaviour>>> = {};
  misbehaviour: (database: string, store: Store | undefined, pod: string) => Misbehaviour = () => ({});
  /** Why a cluster refuses to create a database now. */
  createFailure: () => string | undefined = () => undefined;
  /** Why a privilege is not given, such as a role that is gone. */
  refusesPrivilege: (command: string) => string | undefined = () => undefined;
  /** Between CREATE and the DENYs that go with it. */
  afterCreate: (driver: string) => void = () => undefined;
  /** Why the namespace would not take an object: quota, limits, admission. */
  refusal: (manifest: JsonObject) => string | undefined = () => undefined;
  /** Settings of the servers. */
  readonly settings = new Map([["dbms.databases.seed_from_uri_providers", "CloudSeedProvider"]]);
  /** A cluster gives servers that are away a part in a new database as well; documented is neither. */
  placesOnAway = false;
  /** Where the scheduler puts a pod that may run on any node; servers are on `node-1`. */
  anyNode = "node-1";
  statementFailure: (statement: string) => string | undefined = () => undefined;
  /** How long a script stands still whose stream breaks, before it goes on. */
  runsOnAfterMs = 0;
  /** After how many moves the stream of an exec of that verb breaks; the moves go on. */
  execBreaks: (verb: string) => number | undefined = () => undefined;
  /** Called right after each effect of a driver. */
  onEffect: (call: Call) => void = () => undefined;
  version = 0;

  private readonly processes = new Map<string, Driver>();
  private sets = 0;
  private ids = 0;
  private drivers = 0;
  private readonly waiting = new Set<() => void>();

  constructor() {
    size.runs++;
    this.jobs = new Jobs({
      clock: this.clock,
      claims: this.claims,
      stores: this.stores,
      behaviour: (component) => ({ ...usualJob, ...this.jobBehaviour[component] }),
      changed: () => this.changed(),
      hookBegins: (job, run) => this.guardian.hookBegins(job, run),
      freshSet: () => this.freshSet(),
      anyNode: () => this.anyNode,
    });
  }

  addTarget(options: TargetOptions): Target {
    const target = new Target(options, this.claims, {
      clock: this.clock,
      options: { startMs: 400, stopMs: 300, bootMs: 6_000 },
      misbehaviour: (database, store, pod) => this.misbehaviour(database, store, pod),
      artifactAt: (uri) => this.artifactAt(uri),
      settings: this.settings,
      changed: () => this.changed(),
      onViolation: (what) => this.violate(what),
      freshSet: () => this.freshSet(),
    });
    this.targets.set(options.name, target);
    return target;
  }

  addStore(uri: string): Volume {
    const volume = new Volume(uri, Infinity, (what) => this.violate(what));
    this.stores.set(uri, volume);
    return volume;
  }

  artifactAt(uri: string): Artifact | undefined {
    const [bucket, volume] = [...this.stores].find(([root]) => uri.startsWith(`${root}/`)) ?? [];
    const leaf = bucket === undefined ? undefined : volume?.get(uri.slice(bucket.length + 1));
    return leaf?.type === "artifact" ? leaf : undefined;
  }

  /** A process that drives restores. @param crashAfter dies right after that many effects */
  driver(crashAfter?: number): { readonly driver: Driver; readonly ports: Ports } {
    const name = `d${++this.drivers}`;
    const driver = new Driver(
      name,
      {
        clock: this.clock,
        faults: this.faults,
        transit: this.transit,
        afterEffect: (call) => {
          this.check();
          this.onEffect(call);
        },
      },
      crashAfter,
    );
    this.processes.set(name, driver);
    const ports = driver.wrap({
      kubernetes: kubernetesPort(this, name),
      neo4j: neo4jPort(this, name),
      journal: this.journals.port(this, name),
      newId: () => `run${String(++this.ids).padStart(7, "0")}`,
    });
    return { driver, ports };
  }

  isDead(driver: string): boolean {
    return this.processes.get(driver)?.alive === false;
  }

  /** At once, in the middle of a call. */
  kill(driver: string): void {
    this.processes.get(driver)?.kill();
  }

  changed(): void {
    this.version++;
    for (const wake of [...this.waiting]) wake();
  }

  nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener("abort", wake, { once: true });
    });
  }

  freshSet(): string {
    return `set-${++this.sets}`;
  }

  target(): Target {
    const [target] = this.targets.values();
    if (!target) throw new Error("the world has no target");
    return target;
  }

  targetOfPod(pod: string): Target | undefined {
    return [...this.targets.values()].find((target) => target.pod(pod) !== undefined);
  }

  servers(): readonly Neo4jServer[] {
    return [...this.targets.values()].flatMap((target) => target.servers());
  }

  /** What clients of a database get now. */
  serving(database = "orders"): (Store & { readonly access: string }) | undefined {
    for (const server of this.servers()) {
      const store = server.answers ? server.serves(database) : undefined;
      if (store) return { ...store, access: server.known(database)?.access ?? "unknown" };
    }
    return undefined;
  }

  /** What each server of a database serves. */
  copies(database = "orders"): readonly Store[] {
    return this.servers().flatMap((server) => (server.answers ? (server.serves(database) ?? []) : []));
  }

  violate(what: string): void {
    this.violations.push(`${(this.clock.now() - this.guardian.born) / 1000}s: ${what}`);
  }

  mustHoldNoSecret(where: string, text: string): void {
    for (const secret of this.secretTexts)
      if (text.includes(secret)) this.violate(`${where} holds a secret: ${text}`);
  }

  check(): void {
    const up = this.servers().filter((server) => server.answers);
    if (up.length > 1) for (const server of up) server.catchUp("orders");
    if (this.clients) for (const server of up) server.write("orders");
    this.guardian.look();
  }
}
