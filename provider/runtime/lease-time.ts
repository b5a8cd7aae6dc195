/**
 * For how long a driver may act on its Lease, counted from its questions: others count from what the server wrote, which
 * was later. Pure. Invariants: it is ours no longer than what any Lease says that may have been written, answered or not;
 * where answers are slow it is asked for longer, so that enough is left once the answer is there.
 */
import { limits } from "../workflow/limits.js";
import { between, type Instant } from "./spans.js";

/** A Lease as this process knows it. */
export interface Held {
  readonly asked: Instant;
  readonly lasts: number;
}

/** @param usual milliseconds that an answer takes. @returns milliseconds, whole seconds of them. */
export function leaseFor(usual: number): number {
  if (usual <= limits.prompt) return limits.lease;
  const seconds = Math.ceil((limits.lease + 2 * usual) / 1000);
  return Math.min(seconds * 1000, limits.longLease);
}

export const leftOf = ({ asked, lasts }: Held, now: Instant): number => lasts - between(asked, now);

/** From the question on, a shorter one may be what others see. */
export function whileAsking(held: Held, asked: Instant, lasts: number): Held {
  return leftOf(held, asked) > lasts ? { asked, lasts } : held;
}
