/**
 * Ctrl-C, in stages: the first asks to end well, the next to leave as soon as the database serves, the last leaves
 * whatever the state. Invariant: as long as work is in hand, no interrupt ends the process by itself.
 */
import type { Io } from "./io.js";

export interface Interrupts {
  /** Ends the run: everything is given back first. */
  readonly cancel: AbortSignal;
  /** Leaves: at once where the database serves. */
  readonly leave: AbortSignal;
}

export interface Stage {
  /** What this press of Ctrl-C does. */
  readonly does: "cancel" | "leave" | "exit";
  readonly says: string;
}

/** Does the work with Ctrl-C going through these stages, one with each press. */
export async function withInterrupts<T>(
  io: Pick<Io, "onInterrupt">,
  stages: readonly Stage[],
  act: { readonly say: (text: string) => void; readonly exit: () => void },
  work: (interrupts: Interrupts) => Promise<T>,
): Promise<T> {
  const controllers = { cancel: new AbortController(), leave: new AbortController() };
  let presses = 0;
  const stop = io.onInterrupt(() => {
    const stage = stages[Math.min(presses, stages.length - 1)];
    presses += 1;
    if (!stage) return;
    act.say(stage.says);
    if (stage.does === "exit") act.exit();
    else controllers[stage.does].abort();
  });
  try {
    return await work({ cancel: controllers.cancel.signal, leave: controllers.leave.signal });
  } finally {
    stop();
  }
}
