/**
 * What the engine needs to remember a run, what it has to give back, a target's restores, and who drives. Of two writers
 * of one journal exactly one wins; what must be given back is there before the state that refers to it.
 */
import type { Ledger, LedgerChange } from "../plan/ledger.js";
import type { KeptRef } from "./kept.js";
import type { TargetRef } from "./ports.js";

/** One stored run, as far as it is public. */
export interface JournalView {
  /** JSON of the RunState (ConfigMap). */
  readonly state: string;
  /** JSON of the status as shown (ConfigMap). */
  readonly status: string;
  /** Opaque; a save with an outdated one fails with `conflict`. */
  readonly revision: string;
  readonly cancelRequested: boolean;
  /** Who asked for it (URN, CLI …). */
  readonly owner: string;
}

/** With the request, which may hold secrets. */
export interface JournalRecord extends JournalView {
  /** JSON of the request (Secret). */
  readonly request: string;
}

/** What must be given back: JSON, gzip, base64. */
export interface PackedKept {
  /** SHA-256 of the JSON. */
  readonly digest: string;
  readonly content: string;
}

export interface SignOfLife {
  /** Changes with each renewal. */
  readonly renewed: string;
  /** Milliseconds that it said to live by that. */
  readonly lasts?: number;
}

export interface LeaseLook extends Partial<SignOfLife> {
  readonly mine: boolean;
  readonly holder?: string;
}

export interface JournalPort {
  /** What load() gives, without reading the request. */
  view(namespace: string, name: string): Promise<JournalView | undefined>;
  load(namespace: string, name: string): Promise<JournalRecord | undefined>;
  /** Creates or replaces, `kept` before all else. `active` keeps the finalizer on it. Throws a fault with reason JournalConflict when outdated. @returns the new revision. */
  save(
    namespace: string,
    name: string,
    record: Omit<JournalRecord, "revision" | "cancelRequested"> & { readonly kept?: PackedKept },
    options: { readonly revision: string | undefined; readonly active: boolean },
  ): Promise<string>;
  requestCancel(namespace: string, name: string): Promise<void>;
  remove(namespace: string, name: string): Promise<void>;
  /** The content that a state refers to; undefined where it is not there, or not whole. */
  kept(namespace: string, name: string, ref: KeptRef): Promise<string | undefined>;
  /** Writes it where it is not there as it should be, and reads it back. save() does so too, before it writes the state. */
  keep(namespace: string, name: string, runId: string, kept: PackedKept): Promise<void>;
  /** What is remembered of a database of that target beyond every journal; undefined: nothing. */
  ledger(ref: TargetRef, database: string): Promise<Ledger | undefined>;
  /** Applies the changes to what is there, whoever else writes at that moment. */
  writeLedger(ref: TargetRef, database: string, changes: readonly LedgerChange[]): Promise<void>;
  /**
   * Takes the driver's Lease of a restore where nobody has it: "mine", or the holder that renewed it last and `renewed`,
   * a token that changes with each renewal (expiry is judged by locally observed change of it), and for how many
   * milliseconds it said to live by that. Another's is taken only where it is still as the token `silent` says.
   * @param lasts milliseconds, whole seconds of them, that are said to others where it is taken.
   */
  lease(
    namespace: string,
    name: string,
    driver: string,
    silent: string | undefined,
    lasts: number,
  ): Promise<LeaseLook>;
  /** Renews it for so long. @returns whether it is still this driver's: one that is gone, or another's, is not taken. */
  renewLease(namespace: string, name: string, driver: string, lasts: number): Promise<boolean>;
  /** The driver's last sign of life, as lease() has it; undefined: nobody has the Lease. Takes nothing. */
  driver(namespace: string, name: string): Promise<SignOfLife | undefined>;
  releaseLease(namespace: string, name: string, driver: string): Promise<void>;
}
