/**
 * One process drives a restore at a time: a Lease, renewed while it drives. Whether another driver is gone is
 * judged by what this process saw change, never by comparing clocks.
 */
import { RestoreFault } from "../workflow/faults.js";
import type { Ports } from "../workflow/ports.js";
import { insist, type Patience } from "./patience.js";

const renewEveryMs = 4_000;
/** A lease that was not renewed for so long while we watched belongs to nobody. */
const expiredAfterMs = 15_000;
/** Who waits for a run also tells what becomes of it. */
const lookEveryMs = 1_000;

export interface DriverLease {
  /** The lease is still ours, as far as this process knows. */
  readonly mine: () => boolean;
  readonly release: () => Promise<void>;
}

/** What was seen of a driver: its last sign of life, and since when that is the same by the monotonic clock. */
export interface Sign {
  readonly renewed: string;
  readonly since: number;
}

export function seen(before: Sign | undefined, renewed: string, now: number): Sign {
  return before?.renewed === renewed ? before : { renewed, since: now };
}

/** From then on it counts as gone, if it is still the same. */
export const silentFrom = ({ since }: Sign): number => since + expiredAfterMs;

interface Place {
  readonly namespace: string;
  readonly name: string;
  readonly driver: string;
  /** The last sign of life of a driver that was watched for long enough before. */
  readonly gone?: string | undefined;
  /** Milliseconds between two looks while another one has it; default one second. */
  readonly lookEvery?: number;
}

/**
 * Waits until the lease is ours.
 * @param whileWaiting asked between looks; true ends the waiting without the lease.
 */
export async function acquireLease(
  ports: Ports,
  at: Place,
  signal: AbortSignal,
  patience: Patience,
  whileWaiting: (holder: string) => Promise<boolean>,
): Promise<DriverLease | undefined> {
  const { journal, clock } = ports;
  let sign: Sign | undefined = at.gone === undefined ? undefined : { renewed: at.gone, since: -Infinity };
  let expired = false;
  for (;;) {
    let asked = -Infinity;
    const answer = await insist(ports, patience, () => {
      asked = clock.monotonic();
      return journal.lease(at.namespace, at.name, at.driver, expired);
    });
    if (answer.mine) return keep(ports, at, asked);
    sign = seen(sign, answer.renewed ?? "", clock.monotonic());
    // By this look, not by a later clock: in an outage nobody renews.
    expired = clock.monotonic() > silentFrom(sign);
    if ((await whileWaiting(answer.holder ?? "another process")) || signal.aborted) return undefined;
    if (!expired) await clock.wait(clock.now() + (at.lookEvery ?? lookEveryMs), signal);
  }
}

/**
 * @param taken when the Lease was asked for. Others count from what the server wrote, and an answer may be long on its
 * way: it is ours from the question on, not from the answer.
 */
function keep(ports: Ports, at: Place, taken: number): DriverLease {
  const { journal, clock } = ports;
  const stop = new AbortController();
  let ours = true;
  let renewedAt = taken;
  const renewing = (async (): Promise<void> => {
    for (;;) {
      await clock.wait(clock.now() + renewEveryMs, stop.signal);
      if (stop.signal.aborted) return;
      const asked = clock.monotonic();
      try {
        ours = (await journal.lease(at.namespace, at.name, at.driver, false)).mine;
        if (!ours) return;
        renewedAt = asked;
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
