// A client that uses the database every 50 ms for as long as the demo restores, and remembers when it could not.

import { setTimeout as pause } from "node:timers/promises";
import { withDriver, type Cluster } from "../lab/index.js";

export interface Outages {
  /** Longest time between two answers that came, in milliseconds. */
  readonly reads: number;
  readonly writes: number;
  readonly answered: number;
  readonly refused: number;
}

export interface Where {
  readonly namespace: string;
  readonly target: string;
  readonly database: string;
}

const everyMs = 50;

/** Reads and writes until the signal; the returned promise then tells what was seen. */
export async function useDatabase(cluster: Cluster, where: Where, signal: AbortSignal): Promise<Outages> {
  return withDriver(cluster, where.namespace, where.target, async (driver) => {
    const gaps = { reads: new Gap(), writes: new Gap() };
    const counts = { answered: 0, refused: 0 };
    const attempt = async (gap: Gap, statement: string): Promise<void> => {
      const session = driver.session({ database: where.database });
      try {
        await session.run(statement);
        gap.answered();
        counts.answered += 1;
      } catch {
        // A refusal is what this client is here to count: the next answer closes the gap.
        counts.refused += 1;
      } finally {
        await session.close();
      }
    };
    while (!signal.aborted) {
      await attempt(gaps.reads, "MATCH (o:Order) RETURN count(o)");
      await attempt(gaps.writes, "MERGE (b:Beat) SET b.at = timestamp()");
      await pause(everyMs);
    }
    return { reads: gaps.reads.longest, writes: gaps.writes.longest, ...counts };
  });
}

class Gap {
  longest = 0;
  private last = performance.now();

  answered(): void {
    const now = performance.now();
    this.longest = Math.max(this.longest, now - this.last);
    this.last = now;
  }
}
