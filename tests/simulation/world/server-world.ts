/** What a simulated server needs of the world around it, and how a story makes it misbehave. */
import type { VirtualClock } from "./virtual-clock.js";
import type { Store } from "./volume.js";

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
  /** As a member of a cluster it gets no copy, and says this. */
  readonly refusesCopy?: string;
  /** Another server's files of a dropped database stay for so long. */
  readonly dropMs?: number;
  /** It serves something else than what lies there. */
  readonly txnShift?: number;
}

export interface ServerWorld {
  readonly clock: VirtualClock;
  readonly options: ServerOptions;
  readonly misbehaviour: (database: string, store: Store | undefined, pod: string) => Misbehaviour;
  readonly changed: () => void;
  readonly onViolation: (what: string) => void;
  readonly freshSet: () => string;
}
