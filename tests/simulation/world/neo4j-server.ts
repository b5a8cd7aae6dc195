/**
 * One Neo4j server process: databases with requested and current status over a system graph that outlives the
 * process and is shared by a cluster's servers. Commands are asynchronous, as Neo4j's are. It does what the real
 * one does to files: a START without any store makes an EMPTY database, one of two directories fails closed; a
 * member without a copy takes one from a member that serves, and of several copies the furthest one wins.
 */
import type { DatabaseRow, JsonObject } from "../../../provider/plan/observation.js";
import { allocationRow, type Known, type Members, type SystemGraph } from "./system-graph.js";
import { isReadOnly, type ServerWorld } from "./server-world.js";
import { openingTrouble, refusal } from "./opening-trouble.js";
import { from, type Origin, seededStore } from "./origin.js";
import type { Store, Volume } from "./volume.js";

interface Running {
  readonly status: "starting" | "online" | "stopping" | "offline";
  readonly message: string;
  readonly lastStart?: string;
}

export class Neo4jServer {
  readonly who: string;
  private readonly running = new Map<string, Running>();
  private state: "booting" | "up" | "down" = "booting";

  constructor(
    readonly pod: string,
    private readonly volume: Volume,
    readonly graph: SystemGraph,
    private readonly world: ServerWorld,
    private readonly members: () => Members,
  ) {
    this.who = `server ${pod}`;
    world.clock.after(world.options.bootMs, () => {
      if (this.state !== "booting") return;
      this.state = "up";
      for (const path of volume.below("cluster-state")) this.follow(path.slice("cluster-state/".length));
      for (const name of graph.keys()) this.follow(name);
      world.changed();
    });
  }

  get answers(): boolean {
    return this.state === "up";
  }

  get isLeader(): boolean {
    return this.members().leader === this.pod;
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
  }

  stop(name: string): void {
    this.request(name, "offline");
  }

  /** @param seed the pod whose store it is made from, where that is said */
  create(name: string, seed?: Origin & { readonly primaries?: number; readonly options: JsonObject }): void {
    if (this.graph.has(name)) return;
    const { clock } = this.world;
    const id = `id-${name}-${clock.now()}`;
    const { names, up } = this.members();
    const isUp = (pod: string): number => Number(up.some((one) => one.pod === pod));
    const others = names.filter((pod) => pod !== seed?.pod).sort((a, b) => isUp(b) - isUp(a));
    const hosts = [...(seed?.pod === undefined ? [] : [seed.pod]), ...others].slice(0, seed?.primaries ?? 3);
    const cluster = seed ? { hosts, ...from(seed), options: seed.options } : {};
    this.graph.set(name, {
      ...{ id, creationTime: clock.iso(), requested: "online", access: "read-write" },
      ...cluster,
    });
    this.tellAll(name);
  }

  drop(name: string): void {
    this.graph.delete(name);
    const on = ["`" + name + "`", name];
    for (const command of this.graph.privileges)
      if (on.some((text) => command.includes(` ${text} `))) this.graph.privileges.delete(command);
    this.tellAll(name);
  }

  /** Each member gives its copy up but the seeder. */
  recreate(name: string, origin: Origin): void {
    const known = this.graph.get(name);
    if (!known) return;
    const { seed: _seed, uri: _uri, ...rest } = known;
    const id = `id-${name}-${this.world.clock.now()}`;
    this.graph.set(name, { ...rest, id, ...from(origin), requested: "online" });
    this.tellAll(name);
  }

  setAccess(name: string, access: Known["access"]): void {
    const known = this.graph.get(name);
    if (known) this.graph.set(name, { ...known, access });
  }

  /** A client's transaction, on every member at once. @returns whether it was accepted */
  write(name: string): boolean {
    const store = this.serves(name);
    if (!store || isReadOnly(this.world, name, this.graph.get(name)?.access) || this.writerOf(name) !== this)
      return false;
    for (const member of this.members().up) member.replicate(name, store);
    return true;
  }

  row(name: string, known: Known): DatabaseRow {
    const running = this.running.get(name) ?? { status: "offline", message: "" };
    const wrong = this.world.misbehaviour(name, this.serves(name), this.pod);
    const seen = { ...running, pod: this.pod, writer: this.writerOf(name) === this };
    return allocationRow(name, known, { ...seen, store: this.serves(name), wrong });
  }

  /** Does what the system graph says about a database. */
  follow(name: string): void {
    if (this.state !== "up") return;
    const known = this.graph.get(name);
    const local = this.localId(name);
    const status = this.running.get(name)?.status ?? "offline";
    const hosts = known !== undefined && (known.hosts?.includes(this.pod) ?? true);
    const another = local !== undefined && local !== known?.id;
    if (another && (!hosts || known.seed !== this.pod)) {
      this.leave(name, known?.id);
      return;
    }
    if (!hosts) return;
    if (known.requested === "online" && status === "offline") this.bringUp(name);
    if (known.requested === "offline" && (status === "online" || status === "starting")) this.takeDown(name);
  }

  private replicate(name: string, store: Store): void {
    const own = this.serves(name);
    if (own?.set !== store.set) return;
    this.volume.put(
      `databases/${name}`,
      { ...store, txn: store.txn + 1, writes: store.writes + 1 },
      this.who,
    );
  }

  private writerOf(name: string): Neo4jServer | undefined {
    return this.members().up.find((one) => one.running.get(name)?.status === "online");
  }

  /** Which database the copy on the volume belongs to, as this member's cluster state has it. */
  private localId(name: string): string | undefined {
    if (this.members().names.length < 2) return undefined;
    const leaf = this.volume.get(`cluster-state/${name}`);
    return leaf?.type === "file" ? leaf.text : undefined;
  }

  private belongsTo(name: string, known: Known): void {
    if (this.members().names.length > 1)
      this.volume.put(`cluster-state/${name}`, { type: "file", text: known.id }, this.who);
  }

  private tellAll(name: string): void {
    for (const member of this.members().up) member.follow(name);
    this.world.changed();
  }

  private request(name: string, requested: Known["requested"]): void {
    const known = this.graph.get(name);
    if (known) this.graph.set(name, { ...known, requested });
    this.tellAll(name);
  }

  /** The copy of a database that is no more, or another by now, is deleted after a moment. */
  private leave(name: string, id: string | undefined): void {
    this.volume.close(`databases/${name}`, this.who);
    this.running.delete(name);
    const before = this.localId(name);
    const { dropMs } = this.world.misbehaviour(name, this.volume.store(`databases/${name}`), this.pod);
    this.world.clock.after(dropMs ?? 150, () => {
      if (this.state !== "up" || this.localId(name) !== before) return;
      for (const kind of ["databases", "transactions", "scripts", "cluster-state"])
        this.volume.remove(`${kind}/${name}`, this.who);
      if (id !== undefined || this.graph.has(name)) this.follow(name);
      this.world.changed();
    });
  }

  private bringUp(name: string): void {
    const known = this.graph.get(name);
    if (!known) return;
    this.set(name, { status: "starting", message: "" });
    if (known.hosts && known.seed !== this.pod && this.localId(name) !== known.id) {
      if (known.uri === undefined) this.copyFrom(name);
      else this.readFrom(name, known, known.uri);
      return;
    }
    const path = `databases/${name}`;
    const store = this.volume.store(path);
    const wrong = this.world.misbehaviour(name, store, this.pod);
    this.volume.open(path, this.who);
    this.later(name, "starting", this.world.options.startMs, () => {
      if (wrong.hangsStarting) return;
      const seeding = known.seed === this.pod && this.localId(name) !== known.id && !store;
      const refused =
        refusal(wrong, this.world, name, known.access) ??
        (seeding
          ? "No store found on any of the seeders"
          : openingTrouble(this.volume, name, this.who, this.world));
      if (refused !== undefined) {
        this.volume.close(path, this.who);
        const message = `An error occurred! Unable to start database with name \`${name}\`. ${refused}`;
        this.set(name, { status: "offline", message });
        return;
      }
      this.join(name, known);
    });
  }

  /** Several copies of one database: the one that is furthest wins, whoever has been changed by hand. */
  private join(name: string, known: Known): void {
    const own = this.volume.store(`databases/${name}`);
    const others = this.members().up.flatMap((one) => (one === this ? [] : one.copyOf(name, known)));
    const winner = others.find((copy) => copy.txn > (own?.txn ?? 0) && copy.set !== own?.set);
    if (winner && this.localId(name) === known.id) this.take(name, winner);
    this.belongsTo(name, known);
    this.set(name, { status: "online", message: "", lastStart: this.world.clock.iso() });
  }

  private copyOf(name: string, known: Known): readonly Store[] {
    const store = this.volume.store(`databases/${name}`);
    return store && this.localId(name) === known.id ? [store] : [];
  }

  private take(name: string, store: Store): void {
    this.volume.put(`databases/${name}`, store, this.who);
    this.volume.put(`transactions/${name}`, { type: "logs", set: store.set }, this.who);
  }

  private copyFrom(name: string): void {
    this.obtain(name, 1, () => {
      const store = this.members()
        .up.find((one) => one !== this && one.serves(name))
        ?.serves(name);
      return this.world.misbehaviour(name, store, this.pod).refusesCopy ?? store;
    });
  }

  /** The old copy, if there is one, is gone by now: `leave` comes before. */
  private readFrom(name: string, known: Known, uri: string): void {
    const { refusesSeed } = this.world.misbehaviour(name, undefined, this.pod);
    this.obtain(name, 3, () => refusesSeed ?? seededStore(known, uri, this.world.artifactAt(uri)));
  }

  /** A store from elsewhere: why there is none, or nothing as long as it is waited for. */
  private obtain(name: string, starts: number, find: () => Store | string | undefined): void {
    this.later(name, "starting", starts * this.world.options.startMs, () => {
      const store = find();
      const known = this.graph.get(name);
      if (typeof store === "string") this.set(name, { status: "offline", message: store });
      else if (!store || !known) this.obtain(name, starts, find);
      else {
        this.volume.open(`databases/${name}`, this.who);
        this.take(name, store);
        this.belongsTo(name, known);
        this.set(name, { status: "online", message: "", lastStart: this.world.clock.iso() });
      }
    });
  }

  private takeDown(name: string): void {
    this.set(name, { ...this.running.get(name), status: "stopping", message: "" });
    const wrong = this.world.misbehaviour(name, this.volume.store(`databases/${name}`), this.pod);
    this.later(name, "stopping", wrong.stopMs ?? this.world.options.stopMs, () => {
      this.volume.close(`databases/${name}`, this.who);
      this.set(name, { ...this.running.get(name), status: "offline", message: "" });
      if (this.graph.get(name)?.requested === "online") this.bringUp(name);
    });
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
