/** What a way back notes: how the restored database was before its undo, and how starting the old one goes. */
import type { RunState, StepName } from "./state.js";

/** What an undo has touched, noted before its STOP: as the restored database was, and which store lies in its place. */
export interface UndoFacts {
  readonly access: "read-only" | "read-write";
  readonly requestedStatus: "online" | "offline";
  readonly inPlace: "restored" | "between" | "previous";
  /** Absent where it was not online. */
  readonly lastTxn?: number;
}

/** Of the step that was entered then, and of no other. */
export interface StartFacts {
  readonly step: StepName;
  readonly entered: number;
  /** How many times START has failed, and since when. */
  readonly failed?: { readonly since: number; readonly tries: number };
  /** What its writer was seen to end with, and since when: on a cluster the address tells which server that is. */
  readonly look?: { readonly by?: string; readonly txn: number; readonly since: number };
  /** What serves ends with this transaction, before the store that was to be started. */
  readonly foundTxn?: number;
}

/** How the store in its place is to serve. */
export interface Wanted {
  readonly what: string;
  readonly requestedStatus: "online" | "offline";
  readonly access: "read-only" | "read-write";
  /** The last transaction that it has at least; absent where that was not known. */
  readonly atLeast?: number;
}

/** What is known of starting it since the present step was entered. */
export function startOf(state: RunState): StartFacts | undefined {
  const { step, entered: at } = entered(state);
  const { start } = state.facts;
  return start?.step === step && start.entered === at ? start : undefined;
}

export function entered({ step, steps, startedAt }: RunState): Pick<StartFacts, "step" | "entered"> {
  return { step, entered: steps.at(-1)?.startedAt ?? startedAt };
}
