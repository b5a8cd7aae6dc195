/**
 * Journal and lease outlast an outage of the Kubernetes API: a driver that gave up there in the middle of an
 * interruption would leave the database stopped. (Looks and effects have their patience in the workflow.)
 * Invariant: only a fault that asks for another try is tried again, and never a conflict; beside them the
 * refusals that whoever asks wants to outlast. A limit of our own is none of them: nobody raises it meanwhile.
 */
import { RestoreFault } from "../workflow/faults.js";
import { limits } from "../workflow/limits.js";
import type { Ports } from "../workflow/ports.js";
import type { Reason } from "../workflow/reasons.js";

export interface Patience {
  /** Nobody waits for the answer any more. */
  readonly giveUp: () => boolean;
  /** Refusals that are outlasted too, because giving up would cost more: they may be taken back meanwhile. */
  readonly outlasts: (reason: Reason) => boolean;
  /** Told once for each call that has to be made again. */
  readonly onTrouble?: (fault: RestoreFault) => void;
}

/** Calls again until there is an answer, the patience is at its end or nobody waits for the answer any more. */
export async function insist<T>(
  { clock }: Pick<Ports, "clock">,
  { giveUp, outlasts, onTrouble }: Patience,
  call: () => Promise<T>,
): Promise<T> {
  const since = clock.monotonic();
  for (let told = false; ; told = true) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof RestoreFault) || !passing(error, outlasts) || giveUp()) throw error;
      if (clock.monotonic() - since > limits.outage) throw error;
      if (!told) onTrouble?.(error);
    }
    await clock.wait(clock.now() + limits.outagePause, new AbortController().signal);
  }
}

const passing = ({ kind, reason }: RestoreFault, outlasts: Patience["outlasts"]): boolean =>
  !ofOurOwn.includes(reason) && (kind === "retry" || outlasts(reason));

/** What no waiting changes: another driver's write, a bound of this program. */
const ofOurOwn: readonly Reason[] = ["JournalConflict", "TooLarge"];

/** The same ports, with a journal that is insisted on. Leases and ledger are asked again by who uses them. */
export function withPatience(ports: Ports, patience: Patience): Ports {
  const { journal } = ports;
  return {
    ...ports,
    journal: {
      view: (...at) => insist(ports, patience, () => journal.view(...at)),
      load: (...at) => insist(ports, patience, () => journal.load(...at)),
      save: (...what) => insist(ports, patience, () => journal.save(...what)),
      requestCancel: (...at) => insist(ports, patience, () => journal.requestCancel(...at)),
      remove: (...at) => insist(ports, patience, () => journal.remove(...at)),
      kept: (...what) => insist(ports, patience, () => journal.kept(...what)),
      keep: (...what) => journal.keep(...what),
      ledger: (...at) => journal.ledger(...at),
      writeLedger: (...what) => journal.writeLedger(...what),
      lease: (...what) => journal.lease(...what),
      renewLease: (...what) => journal.renewLease(...what),
      driver: (...at) => journal.driver(...at),
      releaseLease: (...what) => journal.releaseLease(...what),
    },
  };
}
