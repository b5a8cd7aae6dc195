/**
 * What a look ahead tells: plain data for people and programs, in the order in which one wants to know it.
 * Invariant: no statement, env value or password is in it, so all of it may be shown.
 */
import type { TargetKind } from "../plan/observation.js";
import type { Strategy } from "../plan/strategy.js";
import type { Reason } from "../workflow/reasons.js";
import type { Due } from "./due.js";

export interface PlanReport {
  readonly name: string;
  readonly namespace: string;
  /** What a run would do, given what is there under this name; only where it would begin is the cluster judged. */
  readonly due: Due;
  /** The run that is there under this name. */
  readonly present?: { readonly phase: string; readonly message: string };
  /** Why nothing would be done: this very restore has been done. */
  readonly done?: string;
  /** The steps in words. */
  readonly steps: readonly string[];
  /** What neo4j-admin would be called with, in order, in the restore's Job. */
  readonly commands: readonly (readonly string[])[];
  readonly statements: readonly PlannedStatement[];
  readonly found: PlanFindings;
  readonly strategy?: Strategy;
  /** What stops serving and what would no longer be there; empty where nothing is lost. */
  readonly consequences: readonly string[];
  /** What a run would wait for. */
  readonly waits: readonly PlanProblem[];
  /** What a run would be refused for. */
  readonly problems: readonly PlanProblem[];
}

/** A hook's statement by its place; its text may hold secrets. */
export interface PlannedStatement {
  readonly hook: "preRestore" | "postRestore";
  readonly number: number;
  readonly database: string;
}

export interface PlanProblem {
  readonly reason: Reason;
  readonly message: string;
}

export interface PlanFindings {
  readonly target?: {
    readonly kind: TargetKind;
    readonly name: string;
    readonly pod: string;
    readonly running: boolean;
    readonly version?: string;
  };
  readonly database?: {
    readonly name: string;
    /** Absent where the server does not answer. */
    readonly exists?: boolean;
    readonly status?: string;
    readonly lastTransaction?: number;
    readonly created?: string;
  };
  readonly volume?: { readonly totalBytes: number; readonly freeBytes: number; readonly storeBytes: number };
  readonly backup?: {
    /** Absent where it lies in a store: the paths are URIs then. */
    readonly claim?: string;
    /** Where it is looked for; a folder means its newest artifact. */
    readonly paths: readonly string[];
    readonly takenAt?: string;
    readonly neo4jVersion?: string;
    /** Whose backup it is, where the Neo4jBackup or the artifact's name tells; else only the Job finds out. */
    readonly database?: string;
  };
}
