/**
 * Connections that are being closed while nobody waits for it. Invariants: none is left open because another one could
 * not be closed; what goes wrong is told once, to whoever closes all of it, and is no rejection that nobody handles.
 */
export interface Closings {
  begin(closing: Promise<void>): void;
  /** Until all have ended. @throws what went wrong first */
  end(): Promise<void>;
}

export function createClosings(): Closings {
  const under: Set<Promise<void>> = new Set();
  return {
    begin(closing) {
      under.add(closing);
      closing.then(
        () => under.delete(closing),
        // Kept for end().
        () => undefined,
      );
    },
    async end() {
      const ends = await Promise.allSettled(under);
      under.clear();
      const failed = ends.find((end) => end.status === "rejected");
      if (failed) throw failed.reason;
    },
  };
}
