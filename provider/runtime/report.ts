/** What a face is told of a run: its status, and where it did not end well, why and what to type next. */
import type { Neo4jRestoreStatus } from "../spec/types.js";
import { reasons } from "../workflow/reasons.js";
import { recoveryCommands } from "../workflow/recovery.js";
import type { RunState } from "../workflow/state.js";
import type { RunReport } from "./engine.js";

export function reportOf(state: RunState, status: Neo4jRestoreStatus): RunReport {
  const report = { name: state.name, namespace: state.namespace, runId: state.runId, status };
  const failure = failureOf(state);
  return failure ? { ...report, failure } : report;
}

function failureOf(state: RunState): RunReport["failure"] {
  const at = `${state.name} --namespace ${state.namespace}`;
  if (state.standing === "active") {
    return {
      reason: "Interrupted",
      message: `left at step ${state.step}: the journal keeps it`,
      hints: [
        ...downNow(state),
        `run the same command again, or neo4j-restore resume ${at}: it goes on there`,
      ],
    };
  }
  const { outcome } = state;
  if (!outcome) return undefined;
  // Undo and discard leave the restore Completed; their own failure is in the state's fault.
  const fault =
    outcome.phase === "Completed" ? (state.flow === "restore" ? undefined : state.fault) : undefined;
  if (outcome.phase === "Completed" && !fault) return undefined;
  const reason = fault?.reason ?? outcome.reason;
  const last = state.fault?.evidence?.lastLines?.slice(-5) ?? [];
  const remedy = reasons[reason][1];
  return {
    reason,
    message: outcome.message,
    hints: [
      ...last.map((line) => `last lines: ${line}`),
      ...(remedy === "" ? [] : [remedy]),
      ...(canUndo(state) ? [`neo4j-restore undo ${at}: puts the previous store back`] : []),
      `neo4j-restore status ${at}`,
    ],
  };
}

/** Failed past the point of no return, with the store of before still aside. */
function canUndo({ outcome, facts }: RunState): boolean {
  const { previous } = facts;
  return (
    outcome?.phase === "Failed" &&
    facts.swapped === true &&
    previous !== undefined &&
    previous.discarded !== true
  );
}

function downNow(state: RunState): readonly string[] {
  const down = state.offlineAt !== undefined && state.onlineAt === undefined;
  return down ? ["the database is down meanwhile", ...recoveryCommands(state)] : [];
}
