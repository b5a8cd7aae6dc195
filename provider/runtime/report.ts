/** What a face is told of a run: its status, and where it did not end well, why and what to type next. */
import { keepsOnlyCopy } from "../plan/strategy.js";
import type { Neo4jRestoreStatus } from "../spec/types.js";
import { endOfLog, ownWords } from "../workflow/evidence.js";
import { reasons } from "../workflow/reasons.js";
import { byHand, recoveryCommands } from "../workflow/recovery.js";
import type { RunState } from "../workflow/state.js";
import { previousAside } from "../workflow/subject.js";
import { interrupted, touchedByUndo } from "../workflow/progression.js";
import type { RunReport, Standing } from "./engine.js";

export function reportOf(state: RunState, status: Neo4jRestoreStatus): RunReport {
  const report = { name: state.name, namespace: state.namespace, runId: state.runId, status };
  const failure = failureOf(state);
  return failure ? { ...report, failure } : report;
}

export function standingOf(state: RunState, status: Neo4jRestoreStatus): Standing {
  const { runId, identity, attempt } = state;
  const active = state.standing === "active";
  return { runId, identity, active, locked: state.lockedAt !== undefined, attempt, status };
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
  const remedy = reasons[reason][1];
  return {
    reason,
    message: state.flow === "discard" && fault ? `discard did not finish: ${fault.message}` : outcome.message,
    hints: [
      ...ownWords(state),
      ...endOfLog(state).map((line) => `last lines: ${line}`),
      ...(remedy === "" ? [] : [remedy]),
      ...wayBack(state, at),
      ...onward(state, at),
      `neo4j-restore status ${at}`,
    ],
  };
}

/** Failed past the point of no return, with the store of before still aside. */
function wayBack(state: RunState, at: string): readonly string[] {
  const { flow, outcome, facts } = state;
  const previous = previousAside(state);
  if (flow !== "restore" || outcome?.phase !== "Failed" || facts.swapped !== true || !previous) return [];
  return keepsOnlyCopy(facts.strategy)
    ? [`the only copy of the old data is ${previous.path} of ${facts.target?.pod ?? "the seeder"}: ${byHand}`]
    : [`neo4j-restore undo ${at}: puts the previous store back`];
}

/** After an undo that did not go well. */
function onward({ flow, outcome, facts }: RunState, at: string): readonly string[] {
  if (!touchedByUndo({ flow })) return [];
  if (outcome?.phase === "Failed") return [`neo4j-restore resume ${at}: goes on with giving back`];
  return facts.undone === true
    ? [`neo4j-restore resume ${at}: cleans up`]
    : [`neo4j-restore undo ${at}: tries again`];
}

function downNow(state: RunState): readonly string[] {
  const down = interrupted(state);
  return down ? ["the database is down meanwhile", ...recoveryCommands(state)] : [];
}
