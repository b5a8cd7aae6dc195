/** A run that fails after its point of no return: how that is told, and where it goes on. Pure. */
import type { Fault } from "./faults.js";
import type { RunState, StepName } from "./state.js";

/**
 * Release starts a server that was scaled away for the Job: then the Job needs it taken away again. A run that was
 * taken up and did not get the lock still has the same step before it.
 */
export function resumeStep(state: RunState): StepName {
  if (state.step === "Lock" && state.resumeAt !== undefined) return state.resumeAt;
  return state.step === "Restore" && state.facts.scaledDown === true ? "TakeOffline" : state.step;
}

/** After the point of no return the new data stays; a database that is not online is told as that. */
export function afterNoReturn(state: RunState, fault: Fault): Fault {
  return state.step === "BringUp" || state.step === "Prove"
    ? { ...fault, reason: fault.reason === "FingerprintMismatch" ? fault.reason : "NotFullyOnline" }
    : fault;
}
