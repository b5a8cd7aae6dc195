/**
 * As whom a verb of the volume script or a Job acts. Each carries the run, the epoch of its driver and a turn of its
 * own, and the volume refuses what carries less than the latest: an effect that lands late changes nothing.
 */
import type { Acting } from "../plan/volume-command.js";
import type { Effect } from "./effects.js";
import type { RunState } from "./state.js";

/** Of the next verb or Job; what is sent raises it. */
export const nextTurn = ({ turn = 0 }: RunState): number => turn + 1;

/** Noted before it is sent: whatever comes later in this run has a higher one. */
export function turnOf(effect: Effect): Pick<RunState, "turn"> {
  return "turn" in effect ? { turn: effect.turn } : {};
}

/** What became of it is asked for by a look where its answer is missing. */
export const isVerb = (effect: Effect): { readonly verb?: true } =>
  effect.kind === "exec" && effect.turn !== undefined ? { verb: true } : {};

/** While it waits for another verb, an exec may break, and a database may be out of service. */
const patience = { exec: 3, job: 60 } as const;

/** @param ended pods that were seen to have ended */
export function actingByExec(state: RunState, pod: string, ended: readonly string[] = []): Acting {
  return { ...who(state), pod, ended: [...ended, ...left(state)], patienceSeconds: patience.exec };
}

export function actingInJob(state: RunState, ended: readonly string[] = []): Acting {
  return { ...who(state), ended: [...ended, ...left(state)], patienceSeconds: patience.job };
}

/** What is seen to be left in the lock holds nobody up. */
const left = ({ facts }: RunState): readonly string[] =>
  facts.lockLeft === undefined ? [] : [facts.lockLeft];

function who(state: RunState): Pick<Acting, "runId" | "epoch" | "turn"> {
  return { runId: state.runId, epoch: state.epoch, turn: nextTurn(state) };
}
