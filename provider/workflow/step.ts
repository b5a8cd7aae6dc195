/**
 * The shape of a step: a pure function from what is known and seen to the next move. A step is entered any
 * number of times and decides anew each time, so it must rest on what is seen and on recorded results only.
 */
import type { Observation } from "../plan/observation.js";
import type { RestoreRequest } from "../spec/request.js";
import type { Effect, Need } from "./effects.js";
import type { Fault } from "./faults.js";
import type { Reason } from "./reasons.js";
import type { EffectResult, Facts, RunState, StepName } from "./state.js";

export interface Context {
  readonly state: RunState;
  readonly request: RestoreRequest;
  readonly seen: Observation;
  readonly now: number;
}

export type Move =
  | { readonly kind: "perform"; readonly effect: Effect; readonly note?: StateNote }
  /** Look again after `pollMs` (default 30 s) or at the next change; give up after `limitMs`. */
  | {
      readonly kind: "wait";
      readonly reason: Reason;
      readonly message: string;
      readonly pollMs?: number;
      readonly limitMs?: number;
      /** 0 to 100, where it can be told. */
      readonly percent?: number;
      /** What giving up means; default: a terminal fault with the same reason. */
      readonly orElse?: Fault;
    }
  | { readonly kind: "next"; readonly facts?: Facts; readonly message?: string; readonly note?: StateNote }
  /** An earlier step once more, for another seeder: nothing was stopped, and writes were given back. */
  | {
      readonly kind: "again";
      readonly step: StepName;
      readonly facts: Facts;
      readonly message: string;
      readonly note: StateNote;
    }
  /** Facts learned on the way; the step is entered again at once. */
  | { readonly kind: "learn"; readonly facts: Facts; readonly note?: StateNote }
  /** A look has found that what was sent came to its end, though its answer was lost. */
  | { readonly kind: "answered"; readonly key: string }
  /** `refused`: what would have been the point of no return did not happen, so the old data is put back. */
  | { readonly kind: "fail"; readonly fault: Fault; readonly refused?: true }
  /** Giving back has found the old data gone: what is left is the way forward, by the next run. */
  | { readonly kind: "noWayBack"; readonly message: string }
  /** The whole flow is over, well or as it was. */
  | { readonly kind: "end"; readonly outcome: NonNullable<RunState["outcome"]>; readonly facts?: Facts };

/** The moments a step may set beside facts. */
export type StateNote = Partial<
  Pick<RunState, "frozenAt" | "offlineAt" | "onlineAt" | "pointOfNoReturnAt" | "deadline" | "lockedAt"> & {
    readonly remark: string;
  }
>;

export interface Step {
  /** What it looks at. */
  readonly needs: (state: RunState, request: RestoreRequest) => readonly Need[];
  readonly decide: (context: Context) => Move;
  /** One line for people. */
  readonly says: string;
}

export const fail = (reason: Reason, message: string, evidence?: Fault["evidence"]): Move => ({
  kind: "fail",
  fault: { kind: "terminal", reason, message, ...(evidence ? { evidence } : {}) },
});

/** The recorded result of an effect of the present step. */
export function resultOf(context: Context, key: string): EffectResult | undefined {
  return context.state.results[key];
}

/** Performs an effect once per step: undefined when it is done, else the move that does it or tells its failure. */
export function once(context: Context, effect: Effect): Move | undefined {
  const result = resultOf(context, effect.key);
  if (!result) return { kind: "perform", effect };
  return result.ok ? undefined : { kind: "fail", fault: result.fault };
}

/** The same where a failure is no reason to end: what cannot be done now is left. */
export function tolerant(context: Context, effect: Effect): Move | undefined {
  return resultOf(context, effect.key) ? undefined : { kind: "perform", effect };
}

/** The first move among several that still has something to do. */
export function firstOf(...moves: readonly (() => Move | undefined)[]): Move | undefined {
  for (const move of moves) {
    const wanted = move();
    if (wanted) return wanted;
  }
  return undefined;
}
