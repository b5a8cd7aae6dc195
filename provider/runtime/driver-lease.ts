/**
 * One process drives a restore at a time: a Lease, renewed while it drives. Whether another driver is gone is
 * judged by what this process saw change, never by comparing clocks.
 */
import { RestoreFault } from "../workflow/faults.js";
import type { Ports } from "../workflow/ports.js";
import { insist } from "./patience.js";

const renewEveryMs = 4_000;
/** A lease that was not renewed for so long while we watched belongs to nobody. */
const expiredAfterMs = 15_000;
const lookEveryMs = 1_000;

export interface DriverLease {
  /** The lease is still ours, as far as this process knows. */
  readonly mine: () => boolean;
  readonly release: () => Promise<void>;
}

/**
 * Waits until the lease is ours.
 * @param whileWaiting asked between looks; true ends the waiting without the lease.
 */
export async function acquireLease(
  ports: Ports,
  at: { readonly namespace: string; readonly name: string; readonly driver: string },
  signal: AbortSignal,
  giveUp: () => boolean,
  whileWaiting: (holder: string) => Promise<boolean>,
): Promise<DriverLease | undefined> {
  const { journal, clock } = ports;
  let token: string | undefined;
  let since = clock.monotonic();
  for (;;) {
    const expired = token !== undefined && clock.monotonic() - since > expiredAfterMs;
    const answer = await insist(ports, giveUp, () =>
      journal.lease(at.namespace, at.name, at.driver, expired),
    );
    if (answer.mine) return keep(ports, at);
    if (answer.renewed !== token) {
      token = answer.renewed ?? "";
      since = clock.monotonic();
    }
    if ((await whileWaiting(answer.holder ?? "another process")) || signal.aborted) return undefined;
    await clock.wait(clock.now() + lookEveryMs, signal);
  }
}

function keep(
  ports: Ports,
  at: { readonly namespace: string; readonly name: string; readonly driver: string },
): DriverLease {
  const { journal, clock } = ports;
  const stop = new AbortController();
  let ours = true;
  let renewedAt = clock.monotonic();
  const renewing = (async (): Promise<void> => {
    for (;;) {
      await clock.wait(clock.now() + renewEveryMs, stop.signal);
      if (stop.signal.aborted) return;
      try {
        ours = (await journal.lease(at.namespace, at.name, at.driver, false)).mine;
        if (!ours) return;
        renewedAt = clock.monotonic();
      } catch (error) {
        // The API server is out of reach: the lease counts as ours only as long as nobody may have taken it.
        if (!(error instanceof RestoreFault)) throw error;
      }
    }
  })();
  return {
    mine: () => ours && clock.monotonic() - renewedAt < expiredAfterMs,
    release: async () => {
      stop.abort();
      await renewing;
      if (!ours) return;
      try {
        await journal.releaseLease(at.namespace, at.name, at.driver);
      } catch (error) {
        // It runs out by itself; what the run came to is not lost over it.
        if (!(error instanceof RestoreFault)) throw error;
      }
    },
  };
}
