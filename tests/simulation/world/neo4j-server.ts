/**
 * One Neo4j server process: databases with requested and current status over a system graph that outlives the
 * process and is shared by a cluster's servers. Commands are asynchronous, as Neo4j's are. It does what the real
 * one does to files: a START without any store makes an EMPTY database, one of two directories fails closed; a
 * member without a copy takes one from a member that serves, and of several copies the furthest one wins.
 */
import { allocationRow, type Known, type Members, type SystemGraph } from "./system-graph.js";
import { isReadOnly, type Misbehaviour, type Running, type ServerWorld } from "./server-world.js";
import { AccessNews, newDatabase, type Seed, writerAmong } from "./placement.js";
import { openingTrouble, refusal, trouble } from "./opening-trouble.js";
import { from, type Origin, seededStore } from "./origin.js";
import type { Store, Volume } from "./volume.js";

export class Neo4jServer {
  readonly who: string;
  private readonly running = new Map<string, Running>();
  private readonly access: AccessNews;
  private state: "booting" | "up" | "down" = "booting";

  constructor(
    readonly pod: string,
    private readonly volume: Volume,
    readonly graph: SystemGraph,
    private readonly world: ServerWorld,
    private readonly members: () => Members,
  ) {
    this.who = `server ${pod}`;
    this.access = new AccessNews(world.clock, world.changed);
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

  isOnline(name: string): boolean {
    return this.running.get(name)?.status === "online";
  }

  serves(name: string): Store | undefined {
    return this.isOnline(name) ? this.volume.store(`databases/${name}`) : undefined;
  }

  start(name: string): void {
    this.request(name, "online");
  }

  stop(name: string): void {
    this.request(name, "offline");
  }

  create(name: string, seed?: Seed): void {
    if (this.graph.has(name)) return;
    this.graph.set(name, newDatabase(name, this.world.clock, this.members(), seed));
    this.tellAll(name);
  }

  drop(name: string): void {
    this.graph.forget(name);
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
    if (!known) return;
    this.graph.set(name, { ...known, access });
    for (const one of this.members().up) one.access.hear(name, known.access, one.wrong(name).accessMs ?? 0);
  }

  accessOf(name: string): Known["access"] {
    return this.access.of(name, this.graph.get(name)?.access);
  }

  /** Takes over what it has missed of the writer's transactions. */
  catchUp(name: string): void {
    const own = this.serves(name);
    const end = this.writerOf(name)?.serves(name);
    if (!own || !end || own.set !== end.set || own.txn >= end.txn || this.wrong(name).lags) return;
    this.volume.put(`databases/${name}`, end, this.who);
  }

  /** A client's transaction, on every member at once. @returns whether it was accepted */
  write(name: string): boolean {
    const store = this.serves(name);
    if (!store || isReadOnly(this.world, name, this.accessOf(name)) || this.writerOf(name) !== this)
      return false;
    for (const member of this.members().up) member.replicate(name, store);
    return true;
  }

  row(name: string, known: Known): ReturnType<typeof allocationRow> {
    const running = this.running.get(name) ?? { status: "offline", message: "" };
    const wrong = this.world.misbehaviour(name, this.serves(name), this.pod);
    const writer = this.writerOf(name);
    const store = this.serves(name);
    const copy = { store, end: writer?.serves(name)?.txn ?? store?.txn ?? 0 };
    return allocationRow(name, known, { ...running, ...copy, pod: this.pod, writer: writer === this, wrong });
  }

  /** Does what the system graph says about a database. */
  follow(name: string): void {
    if (this.state !== "up") return;
    const known = this.graph.get(name);
    const local = this.localId(name);
    const { status = "offline" } = this.running.get(name) ?? {};
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
    if (own?.set !== store.set || this.wrong(name).lags) return;
    this.volume.put(
      `databases/${name}`,
      { ...store, txn: store.txn + 1, writes: store.writes + 1 },
      this.who,
    );
  }

  private wrong(name: string): Misbehaviour {
    return this.world.misbehaviour(name, this.volume.store(`databases/${name}`), this.pod);
  }

  private writerOf(name: string): Neo4jServer | undefined {
    return writerAmong(this.members().up, name);
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
    this.world.clock.after(this.wrong(name).dropMs ?? 150, () => {
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
      const seeds = known.seed === this.pod && this.localId(name) !== known.id && !store;
      const refused =
        refusal(wrong, this.world, name, known.access) ??
        (seeds ? trouble.noStore : openingTrouble(this.volume, name, this.who, this.world));
      if (refused !== undefined) {
        this.volume.close(path, this.who);
        this.set(name, { status: "offline", message: `${trouble.unable} \`${name}\`. ${refused}` });
        return;
      }
      this.join(name, known);
    });
  }

  /** Several copies of one database: the one that is furthest wins, whoever has been changed by hand. */
  private join(name: string, known: Known): void {
    const own = this.volume.store(`databases/${name}`);
    const others = this.members().up.flatMap((one) => {
      const copy =
        one === this || one.localId(name) !== known.id ? [] : one.volume.store(`databases/${name}`);
      return copy ?? [];
    });
    const winner = others.find((copy) => copy.txn > (own?.txn ?? 0) && copy.set !== own?.set);
    if (winner && this.localId(name) === known.id) this.take(name, winner);
    this.belongsTo(name, known);
    this.set(name, { status: "online", message: "", lastStart: this.world.clock.iso() });
  }

  private take(name: string, store: Store): void {
    this.volume.put(`databases/${name}`, store, this.who);
    this.volume.put(`transactions/${name}`, { type: "logs", set: store.set }, this.who);
  }

  private copyFrom(name: string): void {
    this.obtain(name, 1, () => {
      const from = this.members().up.find((one) => one !== this && one.serves(name));
      return this.wrong(name).refusesCopy ?? from?.serves(name);
    });
  }

  /** The old copy, if there is one, is gone by now: `leave` comes before. */
  private readFrom(name: string, known: Known, uri: string): void {
    const { refusesSeed } = this.wrong(name);
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
    this.later(name, "stopping", this.wrong(name).stopMs ?? this.world.options.stopMs, () => {
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
