/** What a run remembers of servers that were to seed the database and had fallen behind. */
import type { Seeder } from "../plan/seeder.js";

export interface SeederFacts {
  /** Chosen, and not yet in the place of the present one. */
  readonly next?: Seeder;
  readonly left: readonly string[];
  /** Of how many of them the rehearsal is gone. */
  readonly cleared: number;
}
