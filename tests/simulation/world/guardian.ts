/**
 * The product's promises about data, looked at after every event: what clients were served is never lost
 * before something else serves them, a name is never without its store while a server could start it, and what
 * clients wrote is kept for its time (keeper.ts).
 * (Two writers, empty databases, mixed logs and deleted claims are reported where they happen.)
 */
import { Keeper, volumesOf } from "./keeper.js";
import type { Target } from "./target.js";
import { isBeingRemoved, type Volume } from "./volume.js";
import type { World } from "./world.js";

const kinds = ["databases", "transactions"] as const;

export class Guardian {
  readonly born: number;
  /** The user gave up the old data (inPlace): from then on it may be lost. */
  mayLose: (set: string) => boolean = () => false;
  /** Copies that clients have been served from. Replicas of a store are one. */
  readonly keeper: Keeper;
  private readonly served = new Map<Target, Set<string>>();
  /** The furthest transaction of the old data that a client may have been told of. */
  private mostTxn = 0;
  private readonly over = new Set<string>();
  /** Found again only where something lies otherwise. */
  private readonly volumes = new Map<
    Target,
    { readonly shape: number; readonly volumes: readonly Volume[] }
  >();
  /** What was judged last; nothing can be lost while that is the same. */
  private judged = "";
  private readonly reported = new Set<string>();

  constructor(private readonly world: World) {
    this.born = world.clock.now();
    this.keeper = new Keeper(world);
  }

  /** A role that may read all databases, and by its DENY must not read `orders`, reads whenever it can. */
  denied: string | undefined;
  /** Its first and last read that went well. */
  readonly reads: number[] = [];
  /** A process died between CREATE and the DENYs that go with it: as long as nobody drives on, it can read. */
  mayRead = false;

  look(): void {
    this.nobodyReadsWhoIsDenied();
    const sets = this.noteServed();
    this.noNameWithoutStore();
    const now = `${this.world.claims.shape} ${this.world.targets.size} ${sets}`;
    if (now === this.judged) return;
    this.judged = now;
    this.nothingServedIsLost();
    this.keeper.look();
  }

  /** DROP deletes what lies under the name; what was set aside must be all that clients were told is there. */
  beforeDrop(name: string): void {
    for (const volume of this.volumesOf(this.world.target())) {
      const paths = [...volume.leaves.keys()];
      if (!paths.some((path) => /^\.neo4j-restore\/[^/]+\/swap$/.test(path))) continue;
      if (volume.store(`databases/${name}`) || volume.has(`transactions/${name}`))
        this.world.violate(`DROP ${name} while a store of ours lies under the name`);
      const aside = paths.flatMap((path) =>
        path.endsWith("/previous/databases") ? (volume.store(path) ?? []) : [],
      );
      const whole = aside.some(
        ({ set, complete, txn }) => complete && holdsSet(volume, set) && txn >= this.mostTxn,
      );
      if (!whole) this.world.violate(`DROP ${name} while nothing set aside has all of it`);
    }
  }

  private nobodyReadsWhoIsDenied(): void {
    const { denied, world } = this;
    if (denied === undefined || world.target().graph.privileges.has(denied) || !world.serving()) return;
    this.reads.push(world.clock.now());
    if (!this.mayRead) this.once("a role reads orders although it is denied");
  }

  /** A run has given its target free, and has not taken it again since. */
  runIsOver(run: string, over: boolean): void {
    if (over) this.over.add(run);
    else this.over.delete(run);
  }

  /** Nothing of a closed run changes the volume, however late it comes. */
  changes(by: string, path: string): void {
    if (this.over.size === 0) return;
    const run = / for ([a-z0-9]+)$/.exec(by)?.[1];
    if (run !== undefined && this.over.has(run)) this.once(`${by} changes ${path} after that run was over`);
  }

  /** Nor does a hook, which knows nothing of the volume, begin then. */
  hookBegins(job: string, run: string): void {
    if (this.over.has(run)) this.once(`${job} of ${run} begins after that run was over`);
  }

  /** @returns how many sets were served so far */
  private noteServed(): number {
    for (const target of this.world.targets.values()) {
      for (const server of target.servers()) {
        const store = server.answers ? server.serves("orders") : undefined;
        if (!store) continue;
        this.servedBy(target).add(store.set);
        if (store.origin === "old") this.mostTxn = Math.max(this.mostTxn, store.txn);
      }
    }
    return [...this.served.values()].reduce((sum, sets) => sum + sets.size, 0);
  }

  private servedBy(target: Target): Set<string> {
    const sets = this.served.get(target) ?? new Set();
    this.served.set(target, sets);
    return sets;
  }

  private nothingServedIsLost(): void {
    for (const [target, sets] of this.served) {
      for (const set of sets) {
        if (this.volumesOf(target).some((volume) => holdsSet(volume, set))) continue;
        sets.delete(set);
        const now = this.world.serving();
        const replaced = now !== undefined && now.set !== set && now.access === "read-write";
        if (!replaced && !this.mayLose(set))
          this.world.violate(`the store ${set} was lost: nothing else serves`);
      }
    }
  }

  /** On a cluster one server with the store is enough: the others take a copy. */
  private noNameWithoutStore(): void {
    for (const target of this.world.targets.values()) {
      if (!target.mayServe) continue;
      for (const [name, known] of target.graph) {
        // Where it comes from a URI, no server starts what lies there.
        if (known.requested !== "online" || known.uri !== undefined) continue;
        const volumes = this.volumesOf(target);
        if (volumes.some((volume) => kinds.every((kind) => volume.has(`${kind}/${name}`)))) continue;
        const missing = volumes.map((volume) => kinds.filter((kind) => !volume.has(`${kind}/${name}`)));
        const least = missing.sort((a, b) => a.length - b.length)[0] ?? [];
        if (least.length > 0) this.once(`${name} is wanted online without its ${least.join(" and ")}`);
      }
    }
  }

  private volumesOf(target: Target): readonly Volume[] {
    const { shape } = this.world.claims;
    const known = this.volumes.get(target);
    if (known?.shape === shape) return known.volumes;
    const volumes = volumesOf(this.world, target);
    this.volumes.set(target, { shape, volumes });
    return volumes;
  }

  private once(what: string): void {
    if (this.reported.has(what)) return;
    this.reported.add(what);
    this.world.violate(what);
  }
}

function holdsSet(volume: Volume, set: string): boolean {
  const found = new Set(
    [...volume.leaves].flatMap(([path, leaf]) =>
      isBeingRemoved(path)
        ? []
        : leaf.type === "logs" && leaf.set === set
          ? ["logs"]
          : leaf.type === "store" && leaf.set === set && leaf.complete
            ? ["store"]
            : [],
    ),
  );
  return found.size === 2;
}
