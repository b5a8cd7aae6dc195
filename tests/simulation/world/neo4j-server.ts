/**
 * One Neo4j server process: databases with requested and current status over a system graph that lies on the
 * volume and so outlives the process. Commands are asynchronous, as Neo4j's are. It does what the real one
 * does to files: a START without any store makes an EMPTY database, one of two directories fails closed.
 */
import type { DatabaseRow } from "../../../provider/plan/observation.js";
import type { VirtualClock } from "./virtual-clock.js";
import type { Logs, Store, Volume } from "./volume.js";

/** A database as the system graph remembers it. */
export interface Known {
  readonly id: string;
  readonly creationTime: string;
  readonly requested: "online" | "offline";
  readonly access: "read-only" | "read-write";
}

export type SystemGraph = Map<string, Known>;

interface Running {
  readonly status: "starting" | "online" | "stopping" | "offline";
  readonly message: string;
  readonly lastStart?: string;
}

export interface ServerOptions {
  readonly startMs: number;
  readonly stopMs: number;
  readonly bootMs: number;
}

/** How a database misbehaves; told by a story. */
export interface Misbehaviour {
  /** It does not come online and says this. */
  readonly refusesStart?: string;
  /** It stays `starting` for ever. */
  readonly hangsStarting?: boolean;
  /** Open transactions hold its stop up for so long. */
  readonly stopMs?: number;
  /** It serves something else than what lies there. */
  readonly txnShift?: number;
}

export interface ServerWorld {
  readonly clock: VirtualClock;
  readonly options: ServerOptions;
  readonly misbehaviour: (database: string, store: Store | undefined) => Misbehaviour;
  readonly changed: () => void;
  readonly onViolation: (what: string) => void;
  readonly freshSet: () => string;
}

export class Neo4jServer {
  readonly who: string;
  private readonly running = new Map<string, Running>();
  private state: "booting" | "up" | "down" = "booting";

  constructor(
    readonly pod: string,
    private readonly volume: Volume,
    private readonly graph: SystemGraph,
    private readonly world: ServerWorld,
  ) {
    this.who = `server ${pod}`;
    world.clock.after(world.options.bootMs, () => {
      if (this.state !== "booting") return;
      this.state = "up";
      for (const [name, known] of graph) if (known.requested === "online") this.bringUp(name);
      world.changed();
    });
  }

  get answers(): boolean {
    return this.state === "up";
  }

  /** The process ends, cleanly or not: every store is closed. */
  end(): void {
    this.state = "down";
    this.running.clear();
    this.volume.closeAll(this.who);
  }

  known(name: string): Known | undefined {
    return this.graph.get(name);
  }

  serves(name: string): Store | undefined {
    return this.running.get(name)?.status === "online" ? this.volume.store(`databases/${name}`) : undefined;
  }

  start(name: string): void {
    this.request(name, "online");
    const status = this.running.get(name)?.status ?? "offline";
    if (status === "offline") this.bringUp(name);
  }

  stop(name: string): void {
    this.request(name, "offline");
    const status = this.running.get(name)?.status ?? "offline";
    if (status === "online" || status === "starting") this.takeDown(name);
  }

  create(name: string): void {
    if (this.graph.has(name)) return;
    const { clock } = this.world;
    const id = `id-${name}-${clock.now()}`;
    this.graph.set(name, { id, creationTime: clock.iso(), requested: "online", access: "read-write" });
    this.bringUp(name);
  }

  drop(name: string): void {
    this.volume.close(`databases/${name}`, this.who);
    this.graph.delete(name);
    this.running.delete(name);
    for (const kind of ["databases", "transactions", "scripts"])
      this.volume.remove(`${kind}/${name}`, this.who);
  }

  setAccess(name: string, access: Known["access"]): void {
    const known = this.graph.get(name);
    if (known) this.graph.set(name, { ...known, access });
  }

  /** A client's transaction. @returns whether it was accepted */
  write(name: string): boolean {
    const store = this.serves(name);
    if (!store || this.graph.get(name)?.access !== "read-write") return false;
    const next = { ...store, txn: store.txn + 1, writes: store.writes + 1 };
    this.volume.put(`databases/${name}`, next, this.who);
    return true;
  }

  rows(): readonly DatabaseRow[] {
    return [this.systemRow(), ...[...this.graph].map(([name, known]) => this.row(name, known))];
  }

  private row(name: string, known: Known): DatabaseRow {
    const running = this.running.get(name) ?? { status: "offline", message: "" };
    const store = this.serves(name);
    const shift = this.world.misbehaviour(name, store).txnShift ?? 0;
    return {
      ...{ name, type: "standard", access: known.access, serverId: `server-${this.pod}` },
      ...{ address: `${this.pod}:7687`, role: "primary", writer: running.status === "online" },
      requestedStatus: known.requested,
      currentStatus: running.status,
      statusMessage: running.message,
      databaseId: known.id,
      creationTime: known.creationTime,
      ...("lastStart" in running && running.lastStart ? { lastStartTime: running.lastStart } : {}),
      ...(store ? { store: store.format, lastCommittedTxn: store.txn + shift } : {}),
      isDefault: name === "neo4j",
    };
  }

  private systemRow(): DatabaseRow {
    return {
      ...{
        name: "system",
        type: "system",
        access: "read-write",
        address: `${this.pod}:7687`,
        role: "primary",
      },
      ...{ serverId: `server-${this.pod}`, writer: true, requestedStatus: "online", currentStatus: "online" },
      ...{ statusMessage: "", databaseId: "00000000", isDefault: false },
    };
  }

  private request(name: string, requested: Known["requested"]): void {
    const known = this.graph.get(name);
    if (known) this.graph.set(name, { ...known, requested });
  }

  private bringUp(name: string): void {
    this.set(name, { status: "starting", message: "" });
    const path = `databases/${name}`;
    const store = this.volume.store(path);
    const wrong = this.world.misbehaviour(name, store);
    this.volume.open(path, this.who);
    this.later(name, "starting", this.world.options.startMs, () => {
      if (wrong.hangsStarting) return;
      const refused = wrong.refusesStart ?? this.trouble(name);
      if (refused !== undefined) {
        this.volume.close(path, this.who);
        const message = `An error occurred! Unable to start database with name \`${name}\`. ${refused}`;
        this.set(name, { status: "offline", message });
        return;
      }
      this.set(name, { status: "online", message: "", lastStart: this.world.clock.iso() });
    });
  }

  private takeDown(name: string): void {
    this.set(name, { ...this.running.get(name), status: "stopping", message: "" });
    const wrong = this.world.misbehaviour(name, this.volume.store(`databases/${name}`));
    this.later(name, "stopping", wrong.stopMs ?? this.world.options.stopMs, () => {
      this.volume.close(`databases/${name}`, this.who);
      this.set(name, { ...this.running.get(name), status: "offline", message: "" });
      if (this.graph.get(name)?.requested === "online") this.bringUp(name);
    });
  }

  /** What keeps a store from being opened; makes an empty one where there is none at all. */
  private trouble(name: string): string | undefined {
    const store = this.volume.get(`databases/${name}`);
    const logs = this.volume.get(`transactions/${name}`);
    if (!store && !logs) {
      const set = this.world.freshSet();
      this.world.onViolation(`${this.who} made an EMPTY database ${name}: there was no store`);
      const empty: Store = {
        ...{ type: "store", set, origin: "empty", storeId: `empty-${set}`, format: "record-aligned-1.1" },
        ...{ bytes: 1_000_000, complete: true, txn: 1, writes: 0 },
      };
      const fresh: Logs = { type: "logs", set };
      this.volume.put(`databases/${name}`, empty, this.who);
      this.volume.put(`transactions/${name}`, fresh, this.who);
      return undefined;
    }
    if (store?.type !== "store") return "Transaction logs were found, while database files are missing.";
    if (logs?.type !== "logs") return "Transaction logs are missing and recovery is not possible.";
    if (store.set !== logs.set) {
      this.world.onViolation(`${this.who} opened ${name} with the logs of another store`);
      return "Mismatching store id.";
    }
    return store.complete ? undefined : "The store is not complete.";
  }

  private set(name: string, state: Running): void {
    this.running.set(name, state);
    this.world.changed();
  }

  private later(name: string, during: Running["status"], ms: number, then: () => void): void {
    this.world.clock.after(ms, () => {
      if (this.state === "up" && this.running.get(name)?.status === during) then();
    });
  }
}
