/** The conditions of a restore (metav1.Condition, kstatus): each from the state, with a reason of the one table. */
import type { RestoreCondition, RestoreConditionType, RestorePhase } from "../spec/types.js";
import { endOfLog, ownWords } from "./evidence.js";
import { touchedByUndo } from "./progression.js";
import type { Reason } from "./reasons.js";
import type { RunState } from "./state.js";

interface Verdict {
  readonly status: RestoreCondition["status"];
  readonly reason: Reason;
  readonly message: string;
}

const verdict = (status: boolean | undefined, reason: Reason, message = ""): Verdict => ({
  status: status === undefined ? "Unknown" : status ? "True" : "False",
  reason,
  message,
});

export function conditionsOf(
  state: RunState,
  phase: RestorePhase,
  now: number,
  before: readonly RestoreCondition[],
): readonly RestoreCondition[] {
  const all: readonly (readonly [RestoreConditionType, Verdict | undefined])[] = [
    ["Ready", ready(state, phase)],
    [
      "Reconciling",
      verdict(
        state.standing === "active",
        state.standing === "active" ? "InProgress" : (state.outcome?.reason ?? "InProgress"),
      ),
    ],
    [
      "Stalled",
      verdict(
        phase === "Failed",
        phase === "Failed" ? (state.outcome?.reason ?? "JobFailed") : "InProgress",
        phase === "Failed" ? [state.outcome?.message ?? "", ...evidence(state)].join("\n") : "",
      ),
    ],
    ["JobCreated", jobCreated(state)],
    ["ClusterStopped", clusterStopped(state)],
    ["BackupVerified", backupVerified(state)],
    ["Degraded", degraded(state)],
    ["Undone", undone(state)],
  ];
  return all.flatMap(([type, value]) =>
    value ? [condition(type, value, state.generation, now, before)] : [],
  );
}

/** What a person reads first when it has failed: the other side's own words, and how the log ended. */
function evidence(state: RunState): readonly string[] {
  return [...ownWords(state), ...endOfLog(state).map((line) => line.slice(0, shownLength))];
}

const shownLength = 400;

function condition(
  type: RestoreConditionType,
  value: Verdict,
  generation: number,
  now: number,
  before: readonly RestoreCondition[],
): RestoreCondition {
  const last = before.find((one) => one.type === type);
  const lastTransitionTime =
    last?.status === value.status ? last.lastTransitionTime : new Date(now).toISOString();
  return { type, ...value, lastTransitionTime, observedGeneration: generation };
}

function ready(state: RunState, phase: RestorePhase): Verdict {
  if (phase === "Completed")
    return verdict(true, state.outcome?.reason ?? "Restored", state.outcome?.message ?? "");
  if (phase === "Failed")
    return verdict(false, state.outcome?.reason ?? "JobFailed", state.outcome?.message ?? "");
  return verdict(
    false,
    state.waiting?.reason ?? state.outcome?.reason ?? "InProgress",
    state.waiting?.message ?? state.outcome?.message ?? "",
  );
}

function jobCreated(state: RunState): Verdict {
  if (state.facts.strategy === "seedURI")
    return verdict(false, "NotRequested", "the servers read the backup");
  const entered = state.facts.jobCreated === true || state.facts.restored !== undefined;
  return entered
    ? verdict(true, "Created")
    : verdict(state.standing === "ended" ? false : undefined, "NotStarted");
}

function clusterStopped(state: RunState): Verdict {
  if (state.facts.scaledDown === true) return verdict(true, "ScaledDown");
  if (state.facts.scaledDown === false) return verdict(false, "ScaledBack");
  return verdict(false, "NotRequested");
}

function degraded({ facts: { missing, unattached = "" } }: RunState): Verdict | undefined {
  const away = missing !== undefined && missing.length > 0 ? `not yet serving: ${missing.join(", ")}` : "";
  const lost = unattached === "" ? "" : `not given back: ${unattached}`;
  const message = [away, lost].filter((part) => part !== "").join("; ");
  if (message !== "") return verdict(true, lost === "" ? "MembersMissing" : "PrivilegesMissing", message);
  return missing === undefined ? undefined : verdict(false, "AllServe");
}

/** Of an undo that failed also why. */
function undone({ facts, flow, standing, fault, outcome }: RunState): Verdict | undefined {
  if (facts.undone === true) return verdict(true, "Undone", "the previous store was put back");
  return touchedByUndo({ flow }) && standing === "ended"
    ? verdict(false, fault?.reason ?? outcome?.reason ?? "UndoFailed", fault?.message ?? outcome?.message)
    : undefined;
}

function backupVerified(state: RunState): Verdict {
  if (state.fault?.reason === "BackupInconsistent")
    return verdict(false, "BackupInconsistent", state.fault.message);
  if (state.facts.restored?.checked === true) return verdict(true, "Verified");
  return verdict(undefined, state.facts.verifies === true ? "NotStarted" : "NotRequested");
}
