/**
 * One process drives a restore at a time: a Lease, renewed while it drives. Whether another driver is gone is judged by
 * what this process saw change (silence.ts), never by comparing clocks, and the Lease is taken as it was last seen or
 * not at all. Its holder counts it as lost by whichever of its clocks says so first.
 */
import { RestoreFault } from "../workflow/faults.js";
import { limits } from "../workflow/limits.js";
import type { Ports } from "../workflow/ports.js";
import { insist, type Patience } from "./patience.js";
import { type Held, leaseFor, leftOf, whileAsking } from "./lease-time.js";
import { isGone, knownToBeSilent, type Sign, usually, watched } from "./silence.js";
import { between, instant } from "./spans.js";

const renewEveryMs = 4_000;
/** After a renewal that failed. */
const renewAgainMs = 1_000;
/** Who waits for a run also tells what becomes of it. */
const lookEveryMs = 1_000;
/** Beside the pause, two looks may be apart by what telling takes; longer where answers are slow. */
const betweenLooksMs = 3_000;

export interface DriverLease {
  /** The lease is still ours, as far as this process knows. */
  readonly mine: () => boolean;
  /** It stays ours for as long as an act may take; renewed for that where need be. */
  readonly lasts: () => Promise<boolean>;
  readonly release: () => Promise<void>;
}

interface Place {
  readonly namespace: string;
  readonly name: string;
  readonly driver: string;
  /** The last sign of life of a driver that was found silent by rarer looks before. */
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
  const lookEvery = at.lookEvery ?? lookEveryMs;
  let sign: Sign | undefined = at.gone === undefined ? undefined : knownToBeSilent(at.gone);
  let silent: string | undefined;
  let usual = 0;
  for (;;) {
    const began = instant(clock);
    const lasts = leaseFor(usual);
    let asked = began;
    const answer = await insist(ports, patience, () => {
      asked = instant(clock);
      return journal.lease(at.namespace, at.name, at.driver, silent, lasts);
    });
    const answered = instant(clock);
    usual = usually(usual, between(asked, answered));
    if (answer.mine) {
      const lease = await keep(ports, at, { asked, lasts });
      if (lease.mine()) return lease;
      // It ran out on its way: whoever has it now is watched.
      await lease.release();
      [sign, silent] = [undefined, undefined];
      if (signal.aborted) return undefined;
      await clock.wait(clock.now() + lookEvery, signal);
      continue;
    }
    const look = {
      renewed: answer.renewed ?? "",
      lasts: answer.lasts,
      asked: began,
      answered,
    };
    sign = watched(sign, look, lookEvery + betweenLooksMs);
    // By this look, not by a later clock: in an outage nobody renews.
    silent = isGone(sign) ? sign.renewed : undefined;
    if ((await whileWaiting(answer.holder ?? "another process")) || signal.aborted) return undefined;
    if (silent === undefined) await clock.wait(clock.now() + lookEvery, signal);
  }
}

/**
 * @param taken when the Lease was asked for. Others count from what the server wrote, and an answer may be long on its
 * way: it is ours from the question on, not from the answer. One that was slow is renewed at once, for longer.
 */
async function keep(ports: Ports, at: Place, taken: Held): Promise<DriverLease> {
  const { journal, clock } = ports;
  const stop = new AbortController();
  const own = { ours: true, held: taken, usual: between(taken.asked, instant(clock)) };
  const mine = (ms = 0): boolean => own.ours && leftOf(own.held, instant(clock)) > ms;
  const renewOnce = async (): Promise<boolean> => {
    const asked = instant(clock);
    const lasts = leaseFor(own.usual);
    own.held = whileAsking(own.held, asked, lasts);
    try {
      own.ours = (await journal.renewLease(at.namespace, at.name, at.driver, lasts)) && own.ours;
      if (own.ours) own.held = { asked, lasts };
      own.usual = usually(own.usual, between(asked, instant(clock)));
      return true;
    } catch (error) {
      if (error instanceof RestoreFault) return false;
      throw error;
    }
  };
  let underWay: Promise<boolean> | undefined;
  /**
   * One at a time, so that what was asked last is what is written last.
   * @returns false where it is out of reach: then the Lease is ours only as long as nobody may have taken it.
   */
  const renew = (): Promise<boolean> =>
    (underWay ??= renewOnce().finally(() => {
      underWay = undefined;
    }));
  const isShort = (): boolean => leaseFor(own.usual) > own.held.lasts;
  if (isShort()) await renew();
  const renewing = (async (): Promise<void> => {
    for (let answered = true; own.ours; answered = await renew()) {
      const pause = !answered ? renewAgainMs : isShort() ? 0 : renewEveryMs;
      await clock.wait(clock.now() + pause, stop.signal);
      if (stop.signal.aborted) return;
    }
  })();
  return {
    mine,
    lasts: async () => mine(limits.act) || ((await renew()) && mine(limits.act)),
    release: async () => {
      stop.abort();
      await renewing;
      if (!own.ours) return;
      try {
        await journal.releaseLease(at.namespace, at.name, at.driver);
      } catch (error) {
        // It runs out by itself; what the run came to is not lost over it.
        if (!(error instanceof RestoreFault)) throw error;
      }
    },
  };
}
