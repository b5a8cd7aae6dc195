/**
 * What the ledger beside a target remembers of one database: its restores, the latest last, and the stores that were
 * set aside. Pure. Invariants: a change may be applied again without harm; the oldest restores are forgotten first and
 * a store that lies aside never is; an entry takes 8 KiB at most, all of it 768 KiB, so that one object holds it.
 */

/** A restore that was opened, or may have been: it is not done again. */
export interface LedgerEntry {
  readonly runId: string;
  readonly restore: string;
  /** Hash of the fields that define the run. */
  readonly identity: string;
  readonly artifact?: string;
  /** It was about to do what cannot be undone at `completedAt`; nothing is known yet of its end. */
  readonly begun?: true;
  readonly completedAt: string;
  /** Uids of the target's resource and of its data claims then: none of them there any more, and it was built anew. */
  readonly uids: readonly string[];
  /** When its undo put the data from before it back. */
  readonly undoneAt?: string;
}

/** A store that a run has put aside, or is about to. */
export interface StoreAside {
  readonly runId: string;
  readonly restore: string;
  /** The server on whose data volume it lies. */
  readonly pod: string;
  readonly claim: string;
  readonly path: string;
  readonly bytes?: number;
  /** The last transaction that it is known to hold. */
  readonly lastTxn?: number;
  /** From then on it may be removed; absent: only when somebody asks for it. */
  readonly keptUntil?: string;
}

export interface Ledger {
  /** Oldest first. */
  readonly restores: readonly LedgerEntry[];
  readonly aside: readonly StoreAside[];
}

export type LedgerChange =
  | { readonly kind: "restored"; readonly entry: LedgerEntry }
  | { readonly kind: "begun"; readonly entry: LedgerEntry }
  /** One that began has given everything back. */
  | { readonly kind: "notRestored"; readonly runId: string }
  | { readonly kind: "undone"; readonly runId: string; readonly at: string }
  /** In place of what was known of that run's store. */
  | { readonly kind: "aside"; readonly store: StoreAside }
  /** Only where nothing is known of that run's store. */
  | { readonly kind: "found"; readonly store: StoreAside }
  | { readonly kind: "removed"; readonly runId: string };

export const emptyLedger: Ledger = { restores: [], aside: [] };

export const bounds = { restores: 50, entryBytes: 8 * 1024, bytes: 768 * 1024, uids: 128 } as const;

export function changed(ledger: Ledger, change: LedgerChange): Ledger {
  switch (change.kind) {
    case "restored":
      return fitting({ ...ledger, restores: replaced(ledger.restores, bounded(change.entry)) });
    case "begun": {
      const known = ledger.restores.some(({ runId }) => runId === change.entry.runId);
      const entry = bounded({ ...change.entry, begun: true });
      return known ? ledger : fitting({ ...ledger, restores: [...ledger.restores, entry] });
    }
    case "notRestored": {
      const its = (entry: LedgerEntry): boolean => entry.runId === change.runId && entry.begun === true;
      return { ...ledger, restores: ledger.restores.filter((entry) => !its(entry)) };
    }
    case "undone":
      return { ...ledger, restores: ledger.restores.map((entry) => undone(entry, change)) };
    case "aside":
      return fitting({ ...ledger, aside: replaced(ledger.aside, change.store) });
    case "found": {
      const known = ledger.aside.some(({ runId }) => runId === change.store.runId);
      return known ? ledger : fitting({ ...ledger, aside: [...ledger.aside, change.store] });
    }
    case "removed":
      return { ...ledger, aside: ledger.aside.filter(({ runId }) => runId !== change.runId) };
  }
}

/**
 * Restores of this very instance, oldest first. A resource that was made anew over claims that were kept is the same
 * instance, and so are claims made anew by a set, one after the other.
 * @param uids of the target's resource and of its data claims now
 */
export function ofInstance({ restores }: Ledger, uids: readonly string[]): readonly LedgerEntry[] {
  const known = new Set(uids);
  return [...restores]
    .reverse()
    .filter((entry) => {
      const its = entry.uids.length === 0 || entry.uids.some((uid) => known.has(uid));
      if (its) for (const uid of entry.uids) known.add(uid);
      return its;
    })
    .reverse();
}

/** Stores whose time is over; what has none stays until somebody asks for its removal. */
export function overdue({ aside }: Ledger, now: number): readonly StoreAside[] {
  return aside.filter(({ keptUntil }) => keptUntil !== undefined && Date.parse(keptUntil) <= now);
}

function replaced<T extends { readonly runId: string }>(all: readonly T[], one: T): readonly T[] {
  const there = all.some(({ runId }) => runId === one.runId);
  return there ? all.map((other) => (other.runId === one.runId ? one : other)) : [...all, one];
}

function undone(
  entry: LedgerEntry,
  { runId, at }: { readonly runId: string; readonly at: string },
): LedgerEntry {
  return entry.runId === runId ? { ...entry, undoneAt: entry.undoneAt ?? at } : entry;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** The artifact is for people; the target's resource and its first claims tell the instance. */
function bounded(entry: LedgerEntry): LedgerEntry {
  if (bytesOf(entry) <= bounds.entryBytes) return entry;
  const { artifact: _tooLong, ...rest } = entry;
  return { ...rest, uids: rest.uids.slice(0, bounds.uids) };
}

function fitting(ledger: Ledger): Ledger {
  const restores = ledger.restores.slice(-bounds.restores);
  const kept = { ...ledger, restores };
  if (restores.length === 0 || bytesOf(kept) <= bounds.bytes) return kept;
  return fitting({ ...ledger, restores: restores.slice(1) });
}
