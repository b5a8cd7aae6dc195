// What happens to a run when the engine doesn't want it any more. The engine tells a dynamic provider in two ways only:
// SIGINT (a second Ctrl-C, five seconds before SIGKILL; also the end of every normal command) and the end of stdin (the
// engine has died). Invariants: with nothing in flight the process ends at once; with work in flight the work is told to
// give up and is waited for; nothing new begins after that.

import { setMaxListeners } from "node:events";

/** Runs work that must not be cut off; its signal says when to give up. */
export type Shield = <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** What this module needs of the process. */
export interface HostProcess {
  on(event: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  off(event: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  exit(code: number): void;
}

export interface Interruption {
  readonly shield: Shield;
  /** To be called when the engine is gone. */
  readonly abandon: () => void;
}

/** Watches over work in this process; `lastWords` is waited for before it ends. */
export function interruption(host: HostProcess, lastWords: () => Promise<void>): Interruption {
  const giveUp = new AbortController();
  // Every run in flight listens.
  setMaxListeners(0, giveUp.signal);
  let inFlight = 0;

  const leave = (): void => void lastWords().finally(() => host.exit(1));
  const cancelled = (): void => giveUp.abort(new Error("cancelled"));
  // Without work in flight there is no handler: the process then dies of the signal, which is what every normal command
  // waits for.
  const watch = (change: "on" | "off"): void => {
    host[change]("SIGINT", cancelled);
    host[change]("SIGTERM", cancelled);
  };

  return {
    shield: async (work) => {
      giveUp.signal.throwIfAborted();
      if (inFlight === 0) watch("on");
      inFlight += 1;
      try {
        return await work(giveUp.signal);
      } finally {
        inFlight -= 1;
        if (inFlight === 0) {
          if (giveUp.signal.aborted) leave();
          else watch("off");
        }
      }
    },
    abandon: () => {
      giveUp.abort(new Error("the Pulumi engine is gone"));
      if (inFlight === 0) leave();
    },
  };
}
