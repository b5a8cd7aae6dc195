/**
 * How long ago something was, by whichever clock says longer: the monotonic one stands still while a machine sleeps,
 * the other one is put right now and then. What is measured so may count as older than it is, never as younger.
 */

export interface Instant {
  readonly wall: number;
  readonly steady: number;
}

/** Milliseconds from the one instant to the other. */
export function between(earlier: Instant, later: Instant): number {
  return Math.max(later.wall - earlier.wall, later.steady - earlier.steady);
}
