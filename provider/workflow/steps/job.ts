/**
 * Running one Job to its end: create, watch, judge. A Job of an earlier run under the same name is removed
 * first, never adopted; one that somebody deleted is a failure; one that does not start is named with what
 * blocks it. A Job is over only when no container of it runs.
 */
import { jobName, type JobRole } from "../../plan/names.js";
import type { JobView, JsonObject } from "../../plan/observation.js";
import { jobProgress } from "../../plan/volume-view.js";
import { isOutdated } from "../../plan/script-exit.js";
import { parseReport } from "../../plan/volume-command.js";
import { formatQuantity } from "../../spec/quantity.js";
import { nextTurn } from "../acting.js";
import { limits } from "../limits.js";
import type { Reason } from "../reasons.js";
import { fail, firstOf, once, resultOf, type Context, type Move } from "../step.js";
import type { RunState } from "../state.js";
import { seenJob } from "../subject.js";

export type JobAnswer = { readonly kind: "over"; readonly job: JobView } | Move;

/**
 * @param manifest is only asked for where the Job has to be created.
 * @param round tells a Job that is made once more within a step from the first one.
 */
export function runJob(context: Context, role: JobRole, manifest: () => JsonObject, round = ""): JobAnswer {
  const { state, seen } = context;
  const name = jobName(state.name, role);
  // What the attempt before has left was judged then.
  const left = state.resumed
    ? once(context, { kind: "deleteJobs", key: `clear-${role}`, roles: [role], anyRun: false })
    : undefined;
  if (left) return left;
  const job = seenJob(seen, role);
  const refused = refusedBefore(context, role, round);
  if (refused) return refused;
  if (job === "absent") {
    const key = createKey(context, role, round);
    return resultOf(context, key)?.ok
      ? vanished(name)
      : known(once(context, { kind: "create", key, manifest: manifest(), ...turnFor(context, role) }));
  }
  if (job.runId !== state.runId) return known(clearEarlier(context, role));
  // Otherwise the failure of the attempt before would be taken for this one's.
  if (state.resumed && job.terminating) return leaving(`the Job ${name} of the attempt before to go`);
  // Whoever deletes a Job seldom waits for its pod, which works on until it is told to end.
  if (job.terminating && !job.succeeded)
    return job.over
      ? vanished(name, job)
      : wait(`Job ${name} was deleted by someone else; its pod is ending`);
  if (job.over) return { kind: "over", job };
  return job.started ? running(job) : starting(job);
}

/** Of the effect that makes it, in this step. */
export function createKey(context: Context, role: JobRole, round: string): string {
  return `create-${role}${round}${resultOf(context, `refused-${role}`) ? "-again" : ""}`;
}

/**
 * A Job of a former driver, or one before a later verb, that the volume has refused: nothing was done, and the run goes
 * on by the present one's word. (Were this the former driver, it could not even note that it removes the Job.)
 */
function refusedBefore(context: Context, role: JobRole, round: string): Move | undefined {
  const job = seenJob(context.seen, role);
  if (job === "absent" || job.runId !== context.state.runId || !job.over) return undefined;
  if (isHook(role) || !isOutdated(job.exitCode)) return undefined;
  if (resultOf(context, `create-${role}${round}-again`)) return undefined;
  return (
    once(context, { kind: "deleteJobs", key: `refused-${role}`, roles: [role], anyRun: false }) ??
    leaving(`the Job ${job.name} that was refused to go`)
  );
}

/** Hooks do not work on the volume, and their exit codes are their own. */
const isHook = (role: JobRole): boolean => role === "pre-restore-hook" || role === "post-restore-hook";

function turnFor({ state }: Context, role: JobRole): { readonly turn?: number } {
  return isHook(role) ? {} : { turn: nextTurn(state) };
}

/** Counted from when it began to be waited for: the clock that dated the Job may be another than ours. */
function starting({ name, blocker }: JobView): Move {
  return {
    ...wait(`Job ${name} is starting${blocker ? `: ${blocker}` : ""}`),
    limitMs: limits.jobStart,
    orElse: {
      kind: "terminal",
      reason: "JobNotStarted",
      message: `Job ${name} has no running container after 5 minutes: ${blocker ?? "no reason given by Kubernetes"}`,
      evidence: { text: blocker ?? "" },
    },
  };
}

/** A Job of an earlier run under the same name goes; undefined where there is none. */
export function clearEarlier(context: Context, role: JobRole): Move | undefined {
  const job = seenJob(context.seen, role);
  if (job === "absent" || job.runId === context.state.runId) return undefined;
  return firstOf(
    () => once(context, { kind: "deleteJobs", key: `clear-${role}`, roles: [role], anyRun: true }),
    () => leaving(`the Job ${job.name} of an earlier run to go`),
  );
}

function vanished(name: string, job?: JobView): Move {
  const evidence = job ? { lastLines: job.lastLines } : undefined;
  return fail("JobVanished", `Job ${name} was deleted by someone else before it ended`, evidence);
}

/** No watch tells of a line in a log, so it is asked for. */
function running({ name, lastLines, trouble }: JobView): Move {
  if (trouble !== undefined)
    return wait(`Job ${name}: ${trouble}; it may still work there, so it is waited for`);
  const told = wait(`Job ${name} is running`);
  const progress = jobProgress(lastLines);
  if (!progress) return { ...told, pollMs: limits.logPoll };
  const { writtenBytes, readBytes, artifactBytes } = progress;
  const read =
    readBytes === undefined || artifactBytes === undefined
      ? ""
      : `read ${formatQuantity(readBytes)} of ${formatQuantity(artifactBytes)}, `;
  const percent =
    readBytes === undefined || !artifactBytes
      ? {}
      : { percent: Math.min(100, (100 * readBytes) / artifactBytes) };
  return {
    ...told,
    message: `${read}wrote ${formatQuantity(writtenBytes)} (Job ${name})`,
    pollMs: limits.logPoll,
    ...percent,
  };
}

/** A Job that has failed. */
export interface FailedJob {
  readonly role: JobRole;
  readonly job: JobView;
}

/** What a Job's failure says, with Kubernetes' and the container's own words. */
export function jobFailure({ state }: Context, { role, job }: FailedJob, reason: Reason, what: string): Move {
  const ended =
    job.exitCode === undefined
      ? (job.endReason ?? "no exit code")
      : `exit code ${job.exitCode}${job.endReason && job.endReason !== "Error" ? `, ${job.endReason}` : ""}`;
  const why = job.endMessage === undefined ? "" : `: ${job.endMessage}`;
  const last = saidByScript(job) ?? job.lastLines.at(-1);
  return fail(
    reason,
    `${what} (${ended}${why})${last ? `: ${last}` : ""}; see ${whereToLook(state, role, job)}`,
    {
      ...(job.exitCode === undefined ? {} : { exitCode: job.exitCode }),
      ...(job.endReason === undefined ? {} : { endReason: job.endReason }),
      lastLines: job.lastLines,
    },
  );
}

const keptForTheirLogs: readonly JobRole[] = ["restore", "pre-restore-hook", "post-restore-hook"];

/** Never the log of what this run removes, or whose pod Kubernetes has removed at its deadline. */
function whereToLook({ name, namespace }: RunState, role: JobRole, job: JobView): string {
  const removed = job.lingering === true || job.endReason === "DeadlineExceeded";
  return keptForTheirLogs.includes(role) && !removed
    ? `kubectl -n ${namespace} logs job/${job.name}`
    : `neo4j-restore status ${name} --namespace ${namespace}`;
}

/** The script's own word for its failure: in a log, lines of two streams may change places. */
function saidByScript(job: JobView): string | undefined {
  return parseReport(job.terminationMessage ?? "")["failed"];
}

/** The watch is of this run's own Jobs; another's is gone in a moment, and the database may be out of service. */
export function leaving(message: string): Move {
  return { ...wait(message), pollMs: limits.firstPause };
}

function wait(message: string): Extract<Move, { kind: "wait" }> {
  return { kind: "wait", reason: "InProgress", message, pollMs: limits.poll };
}

function known(move: Move | undefined): Move {
  return move ?? wait("Kubernetes to show the Job");
}
