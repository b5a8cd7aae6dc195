/**
 * A Job and the last of its pods as one view.
 * Over means: no container of it runs any more and none will. A Job's condition alone does not say that (a pod
 * may still run after its deadline), and waiting for it would lose a second: the pods say it first.
 */
import type { JobView, JsonObject } from "../../plan/observation.js";
import { labels, stagingName } from "../../plan/names.js";
import type { Api } from "./api.js";
import { findBlocker } from "./job-blocker.js";
import { lastLines } from "./job-log.js";
import {
  condition,
  count,
  holds,
  isTerminating,
  labelOf,
  nameOf,
  object,
  objects,
  present,
  text,
  uidOf,
} from "./json.js";
import { pathOf } from "./paths.js";
import { isFinished } from "./pods.js";

export async function jobView(api: Api, namespace: string, name: string): Promise<JobView | undefined> {
  const job = await api.get(pathOf("Job", namespace, name));
  if (!job) return undefined;
  const pods = await podsOfJob(api, namespace, job);
  const pod = newest(pods);
  const status = currentStatus(job, pod);
  const container = text(status, "name") ?? mainContainer(job);
  const ended = object(status, "state", "terminated");
  const began = object(status, "state", "running") ?? ended;
  const started = began !== undefined || (count(job, "status", "succeeded") ?? 0) > 0;
  const over = isOver(job, pods);
  return {
    name,
    uid: uidOf(job),
    ...present("runId", labelOf(job, labels.run)),
    terminating: isTerminating(job),
    over,
    succeeded: succeeded(job, pods),
    started,
    createdAt: text(job, "metadata", "creationTimestamp") ?? "",
    ...present("startedAt", text(began, "startedAt")),
    ...present("finishedAt", over ? (text(ended, "finishedAt") ?? finishedByCondition(job)) : undefined),
    ...present("exitCode", count(ended, "exitCode")),
    ...present("endReason", endReason(job, pod, ended)),
    ...present("terminationMessage", text(ended, "message")),
    lastLines: pod && began ? await lastLines(api, namespace, nameOf(pod), container) : [],
    ...present("blocker", started || over ? undefined : await findBlocker(api, namespace, job, pod)),
  };
}

/** The Job's own container: a mesh may have put others into the pod, also before it. */
function mainContainer(job: JsonObject): string {
  return text(objects(job, "spec", "template", "spec", "containers")[0], "name") ?? "";
}

/** Of our own containers the one that runs or has failed, else the last: staging comes before the restore. */
function currentStatus(job: JsonObject, pod: JsonObject | undefined): JsonObject | undefined {
  const before = objects(pod, "status", "initContainerStatuses").find(
    (status) =>
      text(status, "name") === stagingName &&
      (object(status, "state", "running") !== undefined ||
        (count(status, "state", "terminated", "exitCode") ?? 0) !== 0),
  );
  const main = mainContainer(job);
  return before ?? objects(pod, "status", "containerStatuses").find((s) => text(s, "name") === main);
}

/** By label, and by owner: pods of an earlier Job of the same name may still be there. */
export async function podsOfJob(
  api: Api,
  namespace: string,
  job: JsonObject,
): Promise<readonly JsonObject[]> {
  const pods = await api.list(pathOf("Pod", namespace), { labelSelector: `job-name=${nameOf(job)}` });
  return pods.filter((pod) =>
    objects(pod, "metadata", "ownerReferences").some((owner) => text(owner, "uid") === uidOf(job)),
  );
}

/** None of its containers runs, and none will: a pod once ended is not started again (restartPolicy Never). */
export function isOverPod(pod: JsonObject): boolean {
  const states = objects(pod, "status", "containerStatuses").map((entry) => object(entry, "state"));
  const staging = objects(pod, "status", "initContainerStatuses").filter(
    (entry) => text(entry, "name") === stagingName,
  );
  const running = [...states, ...staging.map((entry) => object(entry, "state"))];
  if (running.some((state) => object(state, "running"))) return false;
  return isFinished(pod) || (states.length > 0 && states.every((state) => object(state, "terminated")));
}

function isOver(job: JsonObject, pods: readonly JsonObject[]): boolean {
  if (!pods.every(isOverPod)) return false;
  const failures = pods.filter((pod) => text(pod, "status", "phase") === "Failed").length;
  return (
    isConcluded(job) ||
    isTerminating(job) ||
    pods.some((pod) => text(pod, "status", "phase") === "Succeeded") ||
    failures > (count(job, "spec", "backoffLimit") ?? 6)
  );
}

export function isConcluded(job: JsonObject): boolean {
  return holds(job, "Complete") || holds(job, "Failed");
}

function succeeded(job: JsonObject, pods: readonly JsonObject[]): boolean {
  if (holds(job, "Failed") || holds(job, "FailureTarget")) return false;
  return holds(job, "Complete") || pods.some((pod) => text(pod, "status", "phase") === "Succeeded");
}

function newest(pods: readonly JsonObject[]): JsonObject | undefined {
  const created = (pod: JsonObject): string => text(pod, "metadata", "creationTimestamp") ?? "";
  return [...pods].sort((one, other) => created(other).localeCompare(created(one)))[0];
}

function finishedByCondition(job: JsonObject): string | undefined {
  const end = holds(job, "Complete") ? condition(job, "Complete") : condition(job, "Failed");
  return text(end, "lastTransitionTime");
}

/** A deadline or an eviction explains more than the container's own word, which is then a plain Error. */
function endReason(
  job: JsonObject,
  pod: JsonObject | undefined,
  ended: JsonObject | undefined,
): string | undefined {
  const failure = condition(job, "Failed") ?? condition(job, "FailureTarget");
  const ofJob = text(failure, "reason");
  if (ofJob === "DeadlineExceeded") return ofJob;
  return text(pod, "status", "reason") ?? text(ended, "reason") ?? ofJob;
}
