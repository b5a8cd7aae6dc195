/**
 * What a face is told of a run that an operator drives, from the resource's status alone: who asks needs no right to
 * read journals. Pure. Invariant: a run that was left is never reported as Completed, so that the next `up` joins it.
 */
import { formatDuration } from "../spec/duration.js";
import type { Neo4jRestoreStatus } from "../spec/types.js";
import type { ResourceRef } from "../workflow/resource-ports.js";
import { reasons, type Reason } from "../workflow/reasons.js";
import type { RunReport } from "./engine.js";
import { reasonOf } from "./resource-verdict.js";

/** As the resource tells it, also where it was not asked for just now. */
export function shownReport(at: ResourceRef, status: Neo4jRestoreStatus): RunReport {
  const report = plain(at, status);
  return status.phase === "Failed" ? { ...report, failure: failureOf(at, status) } : report;
}

/** It has not been answered, or what it waits for did not come. */
export function unansweredReport(at: ResourceRef, waitedMs: number): RunReport {
  const message =
    `nobody has answered to Neo4jRestore ${at.name} in ${at.namespace} for ${formatDuration(waitedMs)}: ` +
    "no operator runs, or none that looks after this namespace";
  const hints = [
    `kubectl get deployments -A -l app.kubernetes.io/name=neo4j-restore,app.kubernetes.io/component=operator`,
    reasons.OperatorMissing[1],
    `the resource stays, and an operator that comes later carries it out; deleting it ends that: kubectl -n ${at.namespace} delete n4jr ${at.name}`,
  ];
  return { ...pending(at, message), failure: { reason: "OperatorMissing", message, hints } };
}

/** The operator leaves it alone, and writes nothing into a status that is the other's. */
export function foreignReport(at: ResourceRef, others: readonly string[]): RunReport {
  const message = `another controller works on Neo4jRestore ${at.name} in ${at.namespace} (finalizer ${others.join(", ")}): the operator leaves it alone`;
  const hints = [...remedyOf("ForeignController"), ...look(at)];
  return { ...pending(at, message), failure: { reason: "ForeignController", message, hints } };
}

export function waitedReport(at: ResourceRef, status: Neo4jRestoreStatus): RunReport {
  const message = `waited too long: ${status.message ?? ""}`;
  const hints = [
    ...remedyOf(reasonOf(status)),
    `the operator waits on, and restores when it comes: the same command joins it; kubectl -n ${at.namespace} delete n4jr ${at.name} ends it`,
    ...look(at),
  ];
  return { ...plain(at, status), failure: { reason: "WaitedTooLong", message, hints } };
}

/** Whoever waited was told to leave. */
export function leftReport(at: ResourceRef, status: Neo4jRestoreStatus | undefined): RunReport {
  const message = "left: the operator in the cluster goes on with the restore";
  const hints = ["run the same command again: it joins", ...look(at)];
  const report = status ? plain(at, status) : pending(at, "the operator has not answered yet");
  return { ...report, failure: { reason: "Interrupted", message, hints } };
}

export function goneReport(at: ResourceRef, last: Neo4jRestoreStatus | undefined): RunReport {
  const message = `Neo4jRestore ${at.name} in ${at.namespace} was deleted by somebody: the operator has ended the run and given everything back`;
  const report = plain(at, { ...last, phase: "Failed", message });
  return { ...report, failure: { reason: "Cancelled", message, hints: [reasons.Cancelled[1]] } };
}

function plain({ namespace, name }: ResourceRef, status: Neo4jRestoreStatus): RunReport {
  return { namespace, name, runId: status.runId ?? "", status };
}

function pending(at: ResourceRef, message: string): RunReport {
  return plain(at, { phase: "Pending", message });
}

function failureOf(at: ResourceRef, status: Neo4jRestoreStatus): NonNullable<RunReport["failure"]> {
  const reason = reasonOf(status);
  const back = status.previous !== undefined && status.strategy === "swap";
  const hints = [
    ...remedyOf(reason),
    ...(back
      ? [`neo4j-restore undo ${at.name} --namespace ${at.namespace}: puts the previous store back`]
      : []),
    ...look(at),
  ];
  return { reason, message: status.message ?? "", hints };
}

function remedyOf(reason: string): readonly string[] {
  const known = Object.hasOwn(reasons, reason) ? reasons[reason as Reason][1] : "";
  return known === "" ? [] : [known];
}

const look = ({ namespace, name }: ResourceRef): readonly string[] => [
  `kubectl -n ${namespace} describe n4jr ${name}`,
];
