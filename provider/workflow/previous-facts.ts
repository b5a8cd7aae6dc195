/** What a run remembers of the store that it has set aside, and of what its journal knew of runs before it. */
import type { StoreAside } from "../plan/ledger.js";

export interface PreviousFacts {
  readonly runId: string;
  readonly path: string;
  readonly bytes?: number;
  readonly keptUntil?: number;
  readonly discarded?: boolean;
  /** The ledger has it: where it is no more, it went by its own time. */
  readonly noted?: true;
  /** Kept because the run failed after it was set aside: how long is judged anew when it ends well. */
  readonly afterFailure?: true;
  /** Why it was discarded: the user had not said how long to keep it, and the volume was too full. */
  readonly noRoom?: boolean;
}

/** Of which database of which target it was. */
export interface FormerStore {
  readonly target: string;
  readonly database: string;
  readonly store: StoreAside;
}
