/**
 * How Jobs behave, as stories tell it; what the container of a hook does (nothing but take its time); and what a Job is
 * told by its manifest.
 */
import { annotations } from "../../../provider/plan/names.js";
import type { JsonObject } from "../../../provider/plan/observation.js";
import { objectAt } from "./manifests.js";
import type { Output, Process } from "./process.js";
import type { Making } from "./restore-verb.js";

/** How Jobs of one kind behave; told by a story. */
export interface JobBehaviour {
  readonly startMs: number;
  /** It gets no running container; Kubernetes says why. */
  readonly blocker?: string | undefined;
  readonly failAt?: Making["failAt"];
  /** Somebody deletes it, pod and all, this long after its start. */
  readonly vanishesAfterMs?: number | undefined;
  /** Somebody deletes its pod alone this long after its start: the Job stays, and has failed. */
  readonly podVanishesAfterMs?: number | undefined;
  /** Its container is killed (OOM) this long after its start. */
  readonly killedAfterMs?: number | undefined;
  readonly restoreMs: number;
  readonly hook: { readonly runMs: number; readonly exitCode: number; readonly says?: string };
}

export function* hookProcess({ hook }: JobBehaviour, out: Output): Process {
  if (hook.says !== undefined) out.say(hook.says);
  yield hook.runMs;
  return hook.exitCode;
}

export function deadlineOf(manifest: JsonObject): number | undefined {
  const deadline = objectAt(manifest, "spec")["activeDeadlineSeconds"];
  return typeof deadline === "number" ? deadline : undefined;
}

export function turnOf(manifest: JsonObject): number | undefined {
  const turn = objectAt(objectAt(manifest, "metadata"), "annotations")[annotations.turn];
  return typeof turn === "string" ? Number(turn) : undefined;
}

/** A container begins when the one before it has ended well. */
export function* inTurn(first: Process, second: Process): Process {
  const code = yield* first;
  return code === 0 ? yield* second : code;
}
