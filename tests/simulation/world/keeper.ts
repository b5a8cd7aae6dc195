/**
 * The guardian's rule for what clients wrote: no store that ever took a client's write is deleted before its time. Its
 * time is what the run that put it aside was asked for; before it only the user's discard removes it, or the consent to
 * write over it (inPlace, seedURI). What lies in its place has no time at all.
 */
import { parseDuration } from "../../../provider/spec/duration.js";
import type { Target } from "./target.js";
import { isBeingRemoved, type Store, type Volume } from "./volume.js";
import type { World } from "./world.js";

const day = 24 * 3_600_000;

interface Held {
  readonly target: string;
  readonly bytes: number;
  /** Since when, and by which run; undefined while it lies in its place. */
  readonly aside: { readonly since: number; readonly run: string } | undefined;
}

export class Keeper {
  private readonly held = new Map<string, Held>();
  private readonly given = new Set<string>();

  constructor(private readonly world: World) {}

  look(): void {
    const seen = new Map<string, Held>();
    for (const target of this.world.targets.values())
      for (const volume of volumesOf(this.world, target)) this.note(target.options.name, volume, seen);
    for (const [set, held] of this.held) if (!seen.has(set)) this.judge(set, held);
    this.held.clear();
    for (const [set, held] of seen) this.held.set(set, held);
  }

  /** A person has asked for what lies aside now, by that run or any, to be removed. */
  giveUpWhatLiesAside(run?: string): void {
    for (const [set, { aside }] of this.held)
      if (aside && (run ?? aside.run) === aside.run) this.given.add(set);
  }

  private note(target: string, volume: Volume, seen: Map<string, Held>): void {
    for (const [path, leaf] of volume.leaves) {
      if (leaf.type !== "store" || !leaf.complete || leaf.writes === 0 || isBeingRemoved(path)) continue;
      const there = seen.get(leaf.set);
      const aside = there && !there.aside ? undefined : this.since(leaf, path);
      seen.set(leaf.set, { target, bytes: leaf.bytes, aside });
    }
  }

  private since({ set }: Store, path: string): Held["aside"] {
    const [, run] = /^\.neo4j-restore\/(\w+)\//.exec(path) ?? [];
    if (run === undefined) return undefined;
    const before = this.held.get(set)?.aside;
    return before?.run === run ? before : { since: this.world.clock.now(), run };
  }

  private judge(set: string, { target, aside, bytes }: Held): void {
    // Somebody has deleted it, and its claims with it.
    if (!this.world.targets.has(target)) return;
    if (this.given.has(set) || this.world.guardian.mayLose(set) || this.consented()) return;
    const now = this.world.clock.now();
    if (aside && now >= aside.since + this.promised(aside.run, bytes)) return;
    const where = aside ? `aside for ${(now - aside.since) / 1000}s, by ${aside.run}` : "in its place";
    this.world.violate(`the store ${set}, which took clients' writes and lay ${where}, was deleted`);
  }

  /** By the words of the run, as its journal had them. */
  private promised(run: string, bytes: number): number {
    const keep = this.world.journals.keeps.get(run);
    if (keep !== undefined) return parseDuration(keep) ?? 0;
    const full = [...this.world.targets.values()].some((target) =>
      volumesOf(this.world, target).some((volume) => volume.freeBytes() - bytes < volume.capacityBytes / 5),
    );
    return full ? 0 : day;
  }

  private consented(): boolean {
    return [...this.world.journals.records.values()].some(({ state }) =>
      /"strategy":"(inPlace|seedURI)"/.test(state),
    );
  }
}

export function volumesOf(world: World, target: Target): readonly Volume[] {
  return Array.from({ length: target.options.servers }, (_, ordinal) =>
    world.claims.volume(target.claimName(ordinal)),
  ).flatMap((volume) => volume ?? []);
}
