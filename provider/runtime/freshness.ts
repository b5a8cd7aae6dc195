/**
 * How old what was seen may be when it is acted upon. Pure. What others do meanwhile is refused where it matters
 * (resourceVersions, epochs, the volume's own look), and no other driver comes in while the Lease is renewed: what is
 * left is that a process which stood still acts on what was. Where nothing stood still, calls are slow, and looking again
 * gives nothing newer: so a turn may take twice as long as the one before it, within a bound.
 */
import { limits } from "../workflow/limits.js";

export interface Freshness {
  /** @param age milliseconds from the beginning of the look to the act. */
  readonly isFresh: (age: number) => boolean;
}

export function createFreshness(): Freshness {
  let before = 0;
  return {
    isFresh: (age) => {
      const oldest = Math.min(Math.max(limits.stale, 2 * before), limits.longStale);
      before = age;
      return age <= oldest;
    },
  };
}
