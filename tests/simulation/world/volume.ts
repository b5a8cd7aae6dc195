/**
 * A claim's volume as a tree of leaves: stores, their transaction logs, files. A path names a leaf; folders
 * exist where something lies below them. Invariant: a leaf that a server has open, or that a process writes,
 * is never moved, removed or written by somebody else; who tries is reported to `onViolation`.
 */

/** A database's store directory. */
export interface Store {
  readonly type: "store";
  /** Identity of this very copy; the logs carry the same. */
  readonly set: string;
  readonly origin: "old" | "backup" | "empty" | "other";
  readonly storeId: string;
  readonly format: string;
  readonly bytes: number;
  readonly complete: boolean;
  readonly txn: number;
  /** Transactions of clients since it lies here. */
  readonly writes: number;
}

export interface Logs {
  readonly type: "logs";
  readonly set: string;
}

export interface TextFile {
  readonly type: "file";
  readonly text: string;
}

export interface Artifact {
  readonly type: "artifact";
  readonly database: string;
  readonly takenAt: string;
  readonly bytes: number;
  readonly readable: boolean;
  readonly consistent: boolean;
  readonly metadata: boolean;
  /** What a restore of it yields. */
  readonly content: {
    readonly txn: number;
    readonly storeId: string;
    readonly format: string;
    readonly bytes: number;
  };
}

export type Leaf = Store | Logs | TextFile | Artifact;

/** What the volume knows of a run: see world/volume-lock.ts. */
export interface Fence {
  readonly epoch: number;
  readonly turn: number;
  readonly closed: boolean;
  readonly doneTurn: number;
  readonly doneVerb: string;
}

/** A verb that has the volume's lock, or had it when it was killed. */
export interface Holder {
  readonly verb: string;
  readonly pod: string;
  readonly process?: number;
  alive: boolean;
}

/** Nobody takes what lies there for a store. */
export const isBeingRemoved = (path: string): boolean => path.startsWith(".neo4j-restore/removed.");

export class Volume {
  readonly leaves = new Map<string, Leaf>();
  /** By run, the latest last. */
  readonly fences = new Map<string, Fence>();
  lock: Holder | undefined;
  /** Nothing can be written: what is thrown off for a write is used up by it, and only a store that goes makes room. */
  full = false;
  /** Somebody goes on to write on it: what becomes free is gone at once. */
  fills = false;
  /** Paths that a server has open or a process writes, and by whom. */
  private readonly claimed = new Map<string, string>();

  constructor(
    readonly claim: string,
    readonly capacityBytes: number,
    private readonly onViolation: (what: string) => void,
    /** Told before each change, with who makes it. */
    private readonly onChange: (by: string, path: string) => void = () => undefined,
    /** Told after each change of what lies where; one more transaction in the same store is none. */
    private readonly onShape: () => void = () => undefined,
  ) {}

  get(path: string): Leaf | undefined {
    return this.leaves.get(path);
  }

  store(path: string): Store | undefined {
    const leaf = this.leaves.get(path);
    return leaf?.type === "store" ? leaf : undefined;
  }

  /** As `[ -e path ]` sees it: a leaf, or a folder with something below. */
  has(path: string): boolean {
    return this.leaves.has(path) || this.below(path).length > 0;
  }

  below(folder: string): readonly string[] {
    return [...this.leaves.keys()].filter((path) => path.startsWith(`${folder}/`)).sort();
  }

  put(path: string, leaf: Leaf, by: string): void {
    this.touch(path, by);
    const before = this.leaves.get(path);
    this.leaves.set(path, leaf);
    if (!before || !isAsBefore(before, leaf)) this.onShape();
  }

  move(from: string, to: string, by: string): void {
    const leaf = this.leaves.get(from);
    if (!leaf) throw new Error(`mv: ${from} does not exist on ${this.claim}`);
    if (this.leaves.has(to)) throw new Error(`mv: ${to} is already there on ${this.claim}`);
    this.touch(from, by);
    this.touch(to, by);
    this.leaves.delete(from);
    this.leaves.set(to, leaf);
    this.onShape();
  }

  /** rm -rf */
  remove(path: string, by: string): void {
    for (const found of [path, ...this.below(path)]) {
      if (this.leaves.has(found)) this.touch(found, by);
      if (bytesOf(this.leaves.get(found)) > 0) this.full = false;
      this.leaves.delete(found);
    }
    this.onShape();
  }

  bytesBelow(path: string): number {
    return [path, ...this.below(path)].reduce((sum, at) => sum + bytesOf(this.leaves.get(at)), 0);
  }

  freeBytes(): number {
    return this.capacityBytes - [...this.leaves.values()].reduce((sum, leaf) => sum + bytesOf(leaf), 0);
  }

  open(path: string, by: string): void {
    this.touch(path, by);
    this.claimed.set(path, by);
  }

  close(path: string, by: string): void {
    if (this.claimed.get(path) === by) this.claimed.delete(path);
  }

  closeAll(by: string): void {
    for (const [path, holder] of this.claimed) if (holder === by) this.claimed.delete(path);
  }

  isOpen(path: string): boolean {
    return this.claimed.has(path);
  }

  /** Whether a complete store of that origin lies anywhere, its logs beside it. */
  holds(origin: Store["origin"]): boolean {
    const leaves = [...this.leaves.values()];
    return leaves.some(
      (leaf) =>
        leaf.type === "store" &&
        leaf.origin === origin &&
        leaf.complete &&
        leaves.some((other) => other.type === "logs" && other.set === leaf.set),
    );
  }

  private touch(path: string, by: string): void {
    this.onChange(by, path);
    const holder = this.claimed.get(path);
    if (holder !== undefined && holder !== by) {
      this.onViolation(`${by} touches ${path} of ${this.claim} while ${holder} has it open`);
    }
  }
}

/** But for the transactions of clients after the first. */
function isAsBefore(before: Leaf, now: Leaf): boolean {
  if (before.type !== "store" || now.type !== "store") return false;
  return (
    before.set === now.set &&
    before.complete === now.complete &&
    before.bytes === now.bytes &&
    before.writes > 0 === now.writes > 0
  );
}

function bytesOf(leaf: Leaf | undefined): number {
  return leaf?.type === "store" || leaf?.type === "artifact" ? leaf.bytes : 0;
}
