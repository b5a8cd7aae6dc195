/**
 * The order of steps for each flow. What is not needed is not in the list, so the list is also what preview
 * shows. Invariant: everything long or likely to fail comes before TakeOffline wherever the server may serve.
 */
import type { RunState, StepName } from "./state.js";

const before: readonly StepName[] = ["Resolve", "Lock", "Preflight", "PreHooks"];
const serve: readonly StepName[] = ["BringUp", "Prove", "Open"];
const after: readonly StepName[] = ["PostHooks", "Release"];

/** Steps of a restore; before preflight has chosen, those of the default. */
export function restoreSteps(
  strategy: "swap" | "inPlace" | "create" | undefined,
  stopCluster: boolean,
): readonly StepName[] {
  if (stopCluster) {
    const swap: readonly StepName[] = strategy === "inPlace" || strategy === "create" ? [] : ["Swap"];
    return [...before, "Rehearse", "TakeOffline", "Restore", ...swap, "ScaleUp", ...serve, ...after];
  }
  switch (strategy) {
    case "create":
      return [...before, "Restore", ...serve, ...after];
    case "inPlace":
      return [...before, "Rehearse", "TakeOffline", "Restore", ...serve, ...after];
    case "swap":
    case undefined:
      return [...before, "Restore", "TakeOffline", "Swap", ...serve, ...after];
  }
}

export function stepsOf(state: RunState, stopCluster: boolean): readonly StepName[] {
  switch (state.flow) {
    case "restore":
      return restoreSteps(state.facts.strategy, stopCluster);
    case "rollback":
      return ["StopJobs", "TakeBack", "SwapBack", "GiveBack", "Clean"];
    case "undo":
      return ["Lock", "TakeBack", "SwapBack", "BringBack", "Clean"];
    case "discard":
      return ["Lock", "Clean"];
  }
}
