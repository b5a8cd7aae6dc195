/**
 * The order of steps for each flow. What is not needed is not in the list, so the list is also what preview
 * shows. Invariant: everything long or likely to fail comes before TakeOffline wherever the server may serve.
 */
import type { Strategy } from "../plan/strategy.js";
import type { RunState, StepName } from "./state.js";

const before: readonly StepName[] = ["Resolve", "Lock", "Preflight", "PreHooks"];
const serve: readonly StepName[] = ["BringUp", "Prove", "Open"];
const after: readonly StepName[] = ["PostHooks", "Release"];

/** Steps of a restore; before preflight has chosen, those of the default. */
export function restoreSteps(
  strategy: Strategy | undefined,
  stopCluster: boolean,
  beside = true,
): readonly StepName[] {
  if (strategy === "designatedSeeder" || strategy === "recreate") {
    const replace: readonly StepName[] =
      strategy === "recreate" ? ["Swap"] : beside ? ["SetAside", "Drop", "Swap"] : [];
    // The stores change places once Neo4j answers again and can say that the database is offline everywhere.
    if (stopCluster)
      return [...before, "Rehearse", "TakeOffline", "Restore", "ScaleUp", ...replace, ...serve, ...after];
    const stop: readonly StepName[] = beside ? ["TakeOffline"] : [];
    return [...before, "Restore", ...stop, ...replace, ...serve, ...after];
  }
  if (strategy === "seedURI") {
    const stop: readonly StepName[] = beside ? ["TakeOffline"] : [];
    return [...before, "Rehearse", ...stop, ...serve, ...after];
  }
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
      return restoreSteps(state.facts.strategy, stopCluster, state.facts.beside);
    case "rollback":
      return ["StopJobs", "TakeBack", "SwapBack", "GiveBack", "Clean"];
    case "undo":
      return ["Lock", "FindPrevious", "TakeBack", "SwapBack", "BringBack", "Clean"];
    case "reinstate":
      return ["Lock", "TakeBack", "SwapAgain", "BringAgain", "Clean"];
    case "discard":
      return ["Lock", "Clean"];
  }
}
