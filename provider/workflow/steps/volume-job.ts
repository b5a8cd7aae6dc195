/**
 * A verb of the volume script in a Job of ours, where no server runs. Its verdict is that of the verb it was made for:
 * a Job of an earlier step, of an attempt that failed, or one that a former driver has sent is removed and never judged.
 * Where something has the volume's lock the Job is made anew for a while; the lock is taken over only once whoever has it
 * is seen to be gone for good.
 */
import { shapeOfPod } from "../../plan/cluster.js";
import { withPlainSubPaths } from "../../plan/layout.js";
import type { JobView, JsonObject } from "../../plan/observation.js";
import { renderJob } from "../../plan/restore-job.js";
import { scriptExit } from "../../plan/script-exit.js";
import type { JobRole } from "../../plan/names.js";
import type { Acting, VolumeVerb } from "../../plan/volume-command.js";
import { actingInJob, nextTurn } from "../acting.js";
import { limits } from "../limits.js";
import { once, resultOf, type Context, type Move } from "../step.js";
import { known, nodeAtRest, seenJob, seenTarget, targetFacts } from "../subject.js";
import { createKey, jobFailure, leaving, runJob } from "./job.js";

/** @returns undefined when the verb is done. */
export function verbByJob(
  context: Context,
  verb: VolumeVerb,
  argvOf: (acting: Acting) => readonly string[],
): Move | undefined {
  const { state } = context;
  const round = roundOf(context);
  const other = anothersJob(context, round);
  if (other) return removed(context, "volume", other);
  const manifest = (): JsonObject => volumeManifest(context, argvOf(actingInJob(state, ended(context))));
  const answer = runJob(context, "volume", manifest, round);
  if (answer.kind !== "over") return answer;
  const { job } = answer;
  if (job.succeeded) return undefined;
  const again = lockedOut(context, "volume", job);
  if (again) return again;
  const reason = job.exitCode === scriptExit.lockHeld ? "VolumeBusy" : "SwapFailed";
  return jobFailure(context, { role: "volume", job }, reason, `the volume Job (${verb}) failed`);
}

const removal = "removed-";

/** Tells a Job that is made after others were removed from those. */
export function roundOf({ state }: Context): string {
  const count = Object.keys(state.results).filter((key) => key.startsWith(removal)).length;
  return count === 0 ? "" : `-${count}`;
}

/** Made by this run, and not for the verb that is due: this driver has not seen to it in this step that it was made. */
function anothersJob(context: Context, round: string): JobView | undefined {
  const { state, seen } = context;
  const job = seenJob(seen, "volume");
  if (job === "absent" || job.runId !== state.runId) return undefined;
  const made = resultOf(context, createKey(context, "volume", round))?.ok === true;
  return made && (job.turn ?? state.turn) === state.turn ? undefined : job;
}

/** What it has begun is ended by the next one: verbs decide from what lies there. */
function removed(context: Context, role: JobRole, { name, uid }: JobView): Move {
  const key = `${removal}${uid}`;
  return (
    once(context, { kind: "deleteJobs", key, roles: [role], anyRun: false }) ??
    leaving(`the Job ${name} of another verb to go`)
  );
}

export const isRemoved = (context: Context, { uid }: JobView): boolean =>
  resultOf(context, `${removal}${uid}`)?.ok === true;

/** A Job that something kept from the lock is made anew. @returns undefined where that was tried long enough */
export function lockedOut(context: Context, role: JobRole, job: JobView): Move | undefined {
  const { state, seen, now } = context;
  if (job.exitCode !== scriptExit.lockHeld) return undefined;
  const holder = seen.lockHolders?.[role];
  const { lockLeft, lockLeftAt } = state.facts;
  if (holder?.gone === true && lockLeft !== holder.entry)
    return { kind: "learn", facts: { lockLeft: holder.entry, lockLeftAt: now } };
  const entered = state.steps.at(-1)?.startedAt ?? now;
  // The first Job that is to take it over is made however late that was seen.
  const since = holder?.gone === true ? Math.max(entered, lockLeftAt ?? entered) : entered;
  return now - since <= limits.retry ? removed(context, role, job) : undefined;
}

/** Pods that hold nobody up any more: the server's and the restore's, where they have ended. */
function ended({ state, seen }: Context): readonly string[] {
  const job = seenJob(seen, "restore");
  const pods = seenTarget(seen)?.pods ?? [];
  return [
    ...(pods.length === 0 ? [targetFacts(state).pod] : []),
    ...(job !== "absent" && job.over && job.pod !== undefined ? [job.pod] : []),
  ];
}

export function volumeManifest({ state, request, seen }: Context, argv: readonly string[]): JsonObject {
  const set = known(seenTarget(seen)?.statefulSet, "the StatefulSet");
  const { pod } = targetFacts(state);
  return renderJob({
    restore: state.name,
    namespace: state.namespace,
    runId: state.runId,
    labels: request.labels,
    role: "volume",
    turn: nextTurn(state),
    shape: withPlainSubPaths(shapeOfPod(set, pod), pod),
    node: nodeAtRest(state, seen),
    argv,
    deadlineSeconds: limits.rollback / 1000,
    bounded: state.facts.bounded === true,
  });
}
