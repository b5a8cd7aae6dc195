/**
 * The work in hand for one restore: a call of the engine that goes on until it is done, told to leave or cancelled.
 * Invariant: a task ends by itself in the end, and says so once.
 */
import type { Engine, Progress, RunOptions, RunReport } from "../../runtime/engine.js";
import type { RestoreRequest } from "../../spec/request.js";
import type { RestoreKey } from "../../compose.js";
import type { Task, Work } from "./decide.js";

/** A task that runs. */
export interface Running extends Task {
  readonly generation: number | undefined;
  readonly ask: (of: "leave" | "cancel") => void;
  readonly ended: Promise<void>;
}

export interface Order {
  readonly key: RestoreKey;
  readonly work: Work;
  readonly request: RestoreRequest | undefined;
  readonly generation: number | undefined;
  readonly runId: string;
  readonly owner: string;
  /** The last sign of life of the driver that it is taken over from. */
  readonly gone: string | undefined;
  readonly onProgress: (progress: Progress) => void;
}

/** @param onEnd the report, where the work gives one; or what was thrown. */
export function startTask(
  engine: Engine,
  order: Order,
  onEnd: (end: { readonly report?: RunReport | undefined; readonly error?: unknown }) => void,
): Running {
  const leave = new AbortController();
  const cancel = new AbortController();
  const { owner, onProgress, gone } = order;
  const options = { owner, signal: leave.signal, cancel: cancel.signal, onProgress, gone };
  const ended = carryOut(engine, order, options).then(
    (report) => onEnd({ report }),
    (error: unknown) => onEnd({ error }),
  );
  return {
    work: order.work,
    request: order.request,
    generation: order.generation,
    get asked() {
      if (cancel.signal.aborted) return "cancel";
      return leave.signal.aborted ? "leave" : "nothing";
    },
    ask: (of) => (of === "leave" ? leave : cancel).abort(),
    ended,
  };
}

async function carryOut(
  engine: Engine,
  { key, work, request, runId }: Order,
  options: RunOptions,
): Promise<RunReport | undefined> {
  switch (work) {
    case "run":
    case "record":
      if (!request) throw new Error(`bug: ${work} of ${key.name} without a request`);
      return engine[work](request, options);
    case "resume":
    case "discard":
      return engine[work](key, options);
    case "remove":
      await engine.remove({ ...key, runId }, options);
      return undefined;
  }
}
