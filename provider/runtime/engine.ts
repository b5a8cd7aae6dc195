/** The facade that faces use: what one can ask of the engine. Implemented by runtime/restore-engine.ts. */
import type { Neo4jRestoreStatus } from "../spec/types.js";
import type { RestoreRequest } from "../spec/request.js";
import type { SignOfLife } from "../workflow/ports.js";
import type { PlanReport } from "./plan-report.js";

export type { SignOfLife } from "../workflow/ports.js";

/** One line of progress: the step first, then what is known of it. */
export interface Progress {
  readonly step: string;
  readonly message: string;
  readonly percent?: number;
}

export interface RunReport {
  readonly name: string;
  readonly namespace: string;
  readonly runId: string;
  readonly status: Neo4jRestoreStatus;
  /** Present when the run did not end Completed; hints are commands or remedies, most useful first. */
  readonly failure?: { readonly reason: string; readonly message: string; readonly hints: readonly string[] };
}

/** The owner of what a person asks for at a terminal. */
export const terminalOwner = "cli";

export interface RunOptions {
  /** Who asks (a URN, terminalOwner, …): remove() acts only for the same owner. */
  readonly owner: string;
  /** Give up: leave at once outside the interruption window, else finish or roll back first. */
  readonly signal: AbortSignal;
  /** End the run: before the point of no return everything is given back first. */
  readonly cancel?: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** The last sign of life of a driver that is known to be gone (driver-lease.ts): it is not waited for once more. */
  readonly gone?: string | undefined;
}

/** How to go on where the answer to a hook statement was lost. */
export type HookChoice = "skip" | "repeat";

export interface RestoreRef {
  readonly name: string;
  readonly namespace: string | undefined;
}

/** A store that the ledger of a target knows; without a run, the refusal tells which there are. */
export interface AsideRef {
  readonly namespace: string | undefined;
  readonly target: string;
  readonly database: string;
  readonly runId: string | undefined;
}

/** Where the run under a restore's name stands, as its journal tells. */
export interface Standing {
  readonly runId: string;
  /** Equal for two requests that mean the same run (plan/identity.ts). */
  readonly identity: string;
  readonly active: boolean;
  /** It holds its target: what it changes is given back before it ends. */
  readonly locked: boolean;
  /** Each attempt of a run that failed has a number. */
  readonly attempt: number;
  readonly status: Neo4jRestoreStatus;
}

export interface Engine {
  /** Only looks: what a run would find, do and be refused for. */
  plan(request: RestoreRequest): Promise<PlanReport>;
  /** Begins, joins, resumes or retries. A failed run is a report with `failure`, not an exception. */
  run(request: RestoreRequest, options: RunOptions): Promise<RunReport>;
  /** Takes note of changes that do not define a run; an unfinished run takes them up and goes on. */
  record(request: RestoreRequest, options: RunOptions): Promise<RunReport>;
  /** From the journal; undefined where there is none. */
  status(ref: RestoreRef): Promise<RunReport | undefined>;
  standing(ref: RestoreRef): Promise<Standing | undefined>;
  /** The last sign of life of the process that drives it; undefined: none does. */
  driver(ref: RestoreRef): Promise<SignOfLife | undefined>;
  /** Cancels with compensation if unfinished, then removes Jobs and journal, if it is this run of this owner. */
  remove(ref: RestoreRef & { readonly runId: string }, options: RunOptions): Promise<void>;
  /** Puts the previous store back. */
  undo(ref: RestoreRef, options: RunOptions): Promise<RunReport>;
  /** Removes the previous store. */
  discard(ref: RestoreRef, options: RunOptions): Promise<RunReport>;
  /**
   * Removes a store that lies aside by the ledger of its target, where the restore that put it there is gone.
   * @returns what was removed, in words
   */
  discardAside(at: AsideRef): Promise<readonly string[]>;
  /** Drives an unfinished run on. */
  resume(ref: RestoreRef, options: RunOptions & { readonly hook?: HookChoice }): Promise<RunReport>;
  /** Rolls back and gives the target free; with force even where rolling back is impossible. */
  release(ref: RestoreRef, options: RunOptions & { readonly force: boolean }): Promise<RunReport>;
  close(): Promise<void>;
}
