/** What is counted: for the metrics of the operator, and for nobody where there are none. */
import type { RunReport } from "../../runtime/engine.js";

export interface Meter {
  /** A run, or other work on it, came to its end. */
  readonly ended: (report: RunReport) => void;
  /** A look or a task failed for a reason outside the restore. */
  readonly failed: (reason: string) => void;
  /** Restores that wait to be looked at, or behind another of their target. */
  readonly waiting: (count: number) => void;
  /** Tasks that work at the moment. */
  readonly active: (count: number) => void;
}
