/**
 * Which restore is looked at next. One key is never in two hands; what comes in while it is in hand is remembered
 * and brings it back once; a look that failed comes back after a growing pause. No clock: time is an argument.
 */
const firstPause = 1_000;
const longestPause = 300_000;

/** Each asks the API server twice: after a start a thousand are due at once. */
export const looksAtOnce = 16;

/** How long to wait after so many failures in a row. */
export function pauseAfter(failures: number): number {
  return Math.min(firstPause * 2 ** (failures - 1), longestPause);
}

export class KeyedQueue {
  private readonly waiting = new Set<string>();
  private readonly inHand = new Set<string>();
  private readonly again = new Set<string>();
  private readonly later = new Map<string, number>();
  private readonly failures = new Map<string, number>();

  /** To be looked at as soon as possible. */
  add(key: string): void {
    if (this.inHand.has(key)) this.again.add(key);
    else this.waiting.add(key);
  }

  /** To be looked at from then on at the latest; the earliest of several counts. */
  addAt(key: string, instant: number): void {
    this.later.set(key, Math.min(instant, this.later.get(key) ?? Infinity));
  }

  /** The next key, now in the caller's hand until it says finish. */
  take(now: number): string | undefined {
    for (const [key, instant] of this.later) {
      if (instant > now) continue;
      this.later.delete(key);
      this.add(key);
    }
    const [key] = this.waiting;
    if (key === undefined) return undefined;
    this.waiting.delete(key);
    this.inHand.add(key);
    return key;
  }

  finish(key: string, outcome: "done" | "failed", now: number): void {
    this.inHand.delete(key);
    if (this.again.delete(key)) this.waiting.add(key);
    if (outcome === "done") {
      this.failures.delete(key);
      return;
    }
    const count = (this.failures.get(key) ?? 0) + 1;
    this.failures.set(key, count);
    this.addAt(key, now + pauseAfter(count));
  }

  /** It is no more. What came in meanwhile stays: it may be there again, under the same name. */
  forget(key: string): void {
    this.later.delete(key);
    this.failures.delete(key);
  }

  /** When take() may have something that it has not now. */
  nextAt(): number | undefined {
    return this.later.size === 0 ? undefined : Math.min(...this.later.values());
  }

  get depth(): number {
    return this.waiting.size;
  }
}
