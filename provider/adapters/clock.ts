/**
 * The real clock: wall time for instants, monotonic time for spans.
 * Invariant: a wait leaves neither timer nor listener behind, and measures by wall time, so that a machine
 * that slept does not wait for the hours it slept through.
 */
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { Instant } from "../plan/elapsed.js";
import type { Clock } from "../workflow/ports.js";

/** Now, by both clocks. */
export const instantNow = (): Instant => ({ wall: Date.now(), steady: performance.now() });

/** A timer stands still while the machine sleeps, and cannot span more than 24 days: look again this often. */
const longestNap = 30_000;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),

  async wait(until: number, signal: AbortSignal): Promise<void> {
    for (let left = until - Date.now(); left > 0 && !signal.aborted; left = until - Date.now()) {
      await nap(Math.min(left, longestNap), signal);
    }
  },
};

/** An abort is an ordinary end. */
async function nap(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
