/** The user's word on a statement whose answer was lost: it counts as done, or it is done again. */
import type { RunState } from "../workflow/state.js";
import type { HookChoice } from "./engine.js";

export function settleHook(state: RunState, choice: HookChoice): RunState {
  const { carried } = state;
  if (!carried) return state;
  const results = Object.fromEntries(
    Object.entries(carried.results).flatMap(([key, result]) => {
      if (result.ok) return [[key, result]];
      return choice === "skip" ? [[key, { ok: true as const, output: {} }]] : [];
    }),
  );
  return { ...state, carried: { step: carried.step, results } };
}
