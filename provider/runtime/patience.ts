/**
 * Journal and lease outlast an outage of the Kubernetes API: a driver that gave up there in the middle of an
 * interruption would leave the database stopped. (Looks and effects have their patience in the workflow.)
 * Invariant: only a fault that asks for another try is tried again, and never a conflict.
 */
import { RestoreFault } from "../workflow/faults.js";
import { limits } from "../workflow/limits.js";
import type { Ports } from "../workflow/ports.js";

/** Calls again until there is an answer, the patience is at its end or nobody waits for the answer any more. */
export async function insist<T>(
  { clock }: Pick<Ports, "clock">,
  giveUp: () => boolean,
  call: () => Promise<T>,
): Promise<T> {
  const since = clock.monotonic();
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const passing =
        error instanceof RestoreFault && error.kind === "retry" && error.reason !== "JournalConflict";
      if (!passing || giveUp() || clock.monotonic() - since > limits.outage) throw error;
    }
    await clock.wait(clock.now() + limits.outagePause, new AbortController().signal);
  }
}

/** The same ports, with a journal that is insisted on. Leases and ledger are asked again by who uses them. */
export function withPatience(ports: Ports, giveUp: () => boolean): Ports {
  const { journal } = ports;
  return {
    ...ports,
    journal: {
      view: (...at) => insist(ports, giveUp, () => journal.view(...at)),
      load: (...at) => insist(ports, giveUp, () => journal.load(...at)),
      save: (...what) => insist(ports, giveUp, () => journal.save(...what)),
      requestCancel: (...at) => insist(ports, giveUp, () => journal.requestCancel(...at)),
      remove: (...at) => insist(ports, giveUp, () => journal.remove(...at)),
      ledger: (...at) => journal.ledger(...at),
      writeLedger: (...what) => journal.writeLedger(...what),
      lease: (...what) => journal.lease(...what),
      driver: (...at) => journal.driver(...at),
      releaseLease: (...what) => journal.releaseLease(...what),
    },
  };
}
