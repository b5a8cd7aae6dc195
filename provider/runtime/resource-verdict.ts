/**
 * What a resource's status says to those who wait for it. Pure. Invariant: only an end that answers to what was asked
 * for counts; the status may still tell of the run before, or of the very failure that is to be tried again.
 */
import type { Neo4jRestoreStatus } from "../spec/types.js";
import type { ResourceView } from "../workflow/resource-ports.js";

/** What was asked for, as far as it tells an answer to it from an older one. */
export interface Asked {
  readonly uid: string;
  readonly generation: number;
  readonly identity: string;
  /** The mark of the failed end that is to be tried again. */
  readonly retried: string | undefined;
}

export type Verdict =
  /** Somebody has deleted the resource. */
  | { readonly kind: "gone" }
  /** Nobody has answered yet. */
  | { readonly kind: "unanswered" }
  /** waits: for something that is missing. */
  | { readonly kind: "waits" | "runs" | "ended"; readonly status: Neo4jRestoreStatus };

export function judge(view: ResourceView | undefined, asked: Asked): Verdict {
  if (view?.uid !== asked.uid) return { kind: "gone" };
  const { status, deleting } = view;
  if (!status) return { kind: deleting ? "gone" : "unanswered" };
  switch (status.phase) {
    case "Running":
      return { kind: "runs", status };
    case "Pending":
      return { kind: reasonOf(status) === "InProgress" ? "runs" : "waits", status };
    case "Completed":
    case "Failed":
      if (answers(status, asked)) return { kind: "ended", status };
      return { kind: deleting ? "gone" : "unanswered" };
  }
}

function answers(status: Neo4jRestoreStatus, asked: Asked): boolean {
  const mark = endMark(status);
  if (mark !== undefined && mark === asked.retried) return false;
  // What was refused before a run began has no identity.
  const same = status.runId === undefined ? status.phase === "Failed" : status.identity === asked.identity;
  return same && (status.observedGeneration ?? 0) >= asked.generation;
}

/** The failed end after which to try again; not where a person has to decide first (resume --skip-hook). */
export function endToRetry(status: Neo4jRestoreStatus | undefined): string | undefined {
  const tried = status?.phase === "Failed" && reasonOf(status) !== "HookOutcomeUnknown";
  return tried ? endMark(status) : undefined;
}

/** Tells the end of one attempt from every other end; undefined while there is none. */
export function endMark(status: Neo4jRestoreStatus): string | undefined {
  return status.completionTime === undefined ? undefined : `${status.runId ?? ""} ${status.completionTime}`;
}

export function reasonOf({ conditions = [] }: Neo4jRestoreStatus): string {
  return conditions.find(({ type }) => type === "Ready")?.reason ?? "InProgress";
}
