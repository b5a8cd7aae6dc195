/**
 * Waiting for a resource: by watch, with a safety poll, through an outage of the API; and what is told meanwhile.
 * Invariant: each step is told once, also one that was over before anybody looked.
 */
import { formatDuration } from "../spec/duration.js";
import type { Neo4jRestoreStatus } from "../spec/types.js";
import { limits } from "../workflow/limits.js";
import type { Clock } from "../workflow/ports.js";
import type { ResourceLine, ResourcePort, ResourceRef, ResourceView } from "../workflow/resource-ports.js";
import type { RunOptions } from "./engine.js";
import { insist, type Patience } from "./patience.js";

export interface ResourcePorts {
  readonly resources: ResourcePort;
  readonly clock: Clock;
}

/** A resource that somebody waits for. */
export interface Followed {
  readonly at: ResourceRef;
  readonly clock: Clock;
  /** An outage of the API is outlasted, unless whoever waits has to leave. */
  call<T>(call: () => Promise<T>): Promise<T>;
  read(): Promise<ResourceView | undefined>;
  /** Until a change, that instant, the safety poll, or the signal. */
  pause(until: number): Promise<void>;
  /** The caller has to leave. A cancelled wait is no cancelled restore: that is what deleting the resource is for. */
  left(): boolean;
}

export async function following<T>(
  { resources, clock }: ResourcePorts,
  at: ResourceRef,
  { signal, cancel, onProgress }: RunOptions,
  work: (followed: Followed) => Promise<T>,
): Promise<T> {
  const line = resources.follow(at);
  const leave = AbortSignal.any([signal, ...(cancel ? [cancel] : [])]);
  const left = (): boolean => leave.aborted;
  const patience: Patience = {
    giveUp: left,
    outlasts: () => false,
    onTrouble: ({ message }) => onProgress({ step: "Wait", message: `asked again: ${message}` }),
  };
  const call = <R>(one: () => Promise<R>): Promise<R> => insist({ clock }, patience, one);
  try {
    return await work({
      at,
      clock,
      call,
      left,
      read: () => call(() => resources.read(at)),
      pause: (until) => pause(clock, line, Math.min(until, clock.now() + limits.poll), leave),
    });
  } finally {
    await line.end();
  }
}

async function pause(clock: Clock, line: ResourceLine, until: number, leave: AbortSignal): Promise<void> {
  const over = new AbortController();
  const end = (): void => over.abort();
  leave.addEventListener("abort", end, { once: true });
  if (leave.aborted) end();
  try {
    await Promise.race([clock.wait(until, over.signal), line.changed(over.signal)]);
  } finally {
    end();
    leave.removeEventListener("abort", end);
  }
}

/** Tells what a status says, as a driver of the run itself would. @param joined what was there before: it is not told again */
export function teller(
  clock: Clock,
  onProgress: RunOptions["onProgress"],
  joined: Neo4jRestoreStatus | undefined,
): { readonly say: RunOptions["onProgress"]; readonly tell: (status: Neo4jRestoreStatus) => void } {
  let [runId, told] = [joined?.runId, joined?.steps?.length ?? 0];
  let [last, since] = ["", clock.monotonic()];
  const say: RunOptions["onProgress"] = (progress) => {
    const line = JSON.stringify(progress);
    const now = clock.monotonic();
    if (line !== last) {
      [last, since] = [line, now];
      onProgress(progress);
    } else if (now - since >= limits.giveBack)
      onProgress({ ...progress, message: `${progress.message} (${silence(now - since)})` });
  };
  return {
    say,
    tell: (status) => {
      const { steps = [], progress, phase, message = "" } = status;
      if (status.runId !== runId) [runId, told] = [status.runId, 0];
      for (const step of steps.slice(told, -1)) say({ step: step.name, message: step.message ?? phase });
      told = Math.max(told, steps.length);
      say(progress ?? { step: steps.at(-1)?.name ?? phase, message });
    },
  };
}

const silence = (ms: number): string =>
  `nothing heard for ${formatDuration(Math.floor(ms / 60_000) * 60_000)}: does the operator run?`;
