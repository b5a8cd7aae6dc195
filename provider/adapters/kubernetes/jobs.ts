/**
 * A Job and the last of its pods as one view.
 * Over means: nothing that works on its volumes runs any more or will. A Job's condition alone does not say that (a
 * pod may still run after its deadline, or after its Job was deleted), and waiting for it would lose a second: the
 * pods say it first.
 */
import { bounded, most, sizeOf } from "../../plan/bounds.js";
import type { JobView, JsonObject } from "../../plan/observation.js";
import { annotations, labels, stagingName } from "../../plan/names.js";
import { tooLarge } from "../../workflow/faults.js";
import type { Api } from "./api.js";
import { findBlocker } from "./job-blocker.js";
import { lastLines } from "./job-log.js";
import {
  annotationOf,
  condition,
  count,
  holds,
  isTerminating,
  isTrue,
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
  if (!job) return leftBehind(api, namespace, name);
  const pods = await podsOfJob(api, namespace, job);
  const pod = newest(pods);
  const status = currentStatus(job, pod);
  const container = text(status, "name") ?? mainContainer(job);
  const ended = object(status, "state", "terminated");
  const began = object(status, "state", "running") ?? ended;
  const started = began !== undefined || (count(job, "status", "succeeded") ?? 0) > 0;
  const over = isOver(job, pods);
  const lingering = pods.some((one) => isLingering(job, one));
  return {
    name,
    uid: uidOf(job),
    ...(isTrue(job, "spec", "suspend") ? { suspended: true } : {}),
    ...present("runId", labelOf(job, labels.run)),
    ...present("turn", turnOf(job)),
    terminating: isTerminating(job),
    over,
    ...(lingering ? { lingering } : {}),
    succeeded: succeeded(job, pods),
    ...present("pod", text(pod, "metadata", "name")),
    started,
    ...present("startedAt", text(began, "startedAt")),
    ...present("finishedAt", over ? (text(ended, "finishedAt") ?? finishedByCondition(job)) : undefined),
    ...present("exitCode", count(ended, "exitCode")),
    ...told("endReason", endReason(job, pod, ended), most.line),
    ...told("endMessage", text(pod, "status", "message") ?? text(disruption(pod), "message")),
    ...present("terminationMessage", reportOf(name, ended)),
    lastLines: pod && began ? await lastLines(api, namespace, nameOf(pod), container) : [],
    ...present("blocker", started || over ? undefined : await findBlocker(api, namespace, job, pod)),
    ...present("trouble", over ? undefined : trouble(pod)),
  };
}

/** Absent where no whole number stands there. */
function turnOf(job: JsonObject): number | undefined {
  const turn = Number(annotationOf(job, annotations.turn) ?? NaN);
  return Number.isSafeInteger(turn) ? turn : undefined;
}

/** What Kubernetes says of it, bounded. */
function told<K extends string>(
  key: K,
  words: string | undefined,
  bytes?: number,
): { readonly [P in K]?: string } {
  return present(key, words === undefined ? undefined : bounded(words, bytes));
}

/** Our script's report, which is used: a kubelet takes 4 KiB of it. */
function reportOf(job: string, ended: JsonObject | undefined): string | undefined {
  const report = text(ended, "message");
  const size = sizeOf(report ?? "");
  if (size > most.report) throw tooLarge(`The termination message of Job ${job}`, size, most.report);
  return report;
}

/** Nothing of it runs: a verb that it has left on a volume goes on no more. */
export async function podEnded(api: Api, namespace: string, name: string): Promise<boolean> {
  const pod = await api.get(pathOf("Pod", namespace, name));
  return pod === undefined || isOverPod(pod);
}

/** Its Job was deleted by someone who did not wait for it: a pod of it may still work on what it mounts. */
async function leftBehind(api: Api, namespace: string, name: string): Promise<JobView | undefined> {
  const pods = await api.list(pathOf("Pod", namespace), { labelSelector: `job-name=${name},${labels.run}` });
  const pod = newest(pods.filter((one) => !isOverPod(one)));
  if (!pod) return undefined;
  return {
    name,
    uid: uidOf(pod),
    ...present("runId", labelOf(pod, labels.run)),
    terminating: true,
    over: false,
    succeeded: false,
    started: true,
    lastLines: [],
  };
}

/** Only Kubernetes itself takes readiness from a pod whose containers all were ready: their node is silent. */
function trouble(pod: JsonObject | undefined): string | undefined {
  const containers = objects(pod, "status", "containerStatuses");
  const lost =
    text(condition(pod ?? {}, "Ready"), "status") === "False" &&
    containers.some((entry) => object(entry, "state", "running")) &&
    containers.every((entry) => entry["ready"] === true);
  return lost ? `node ${text(pod, "spec", "nodeName") ?? "unknown"} does not answer` : undefined;
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

/** What the Job asked for has ended; what runs on was put into the pod by someone else and has none of its claims. */
function isLingering(job: JsonObject, pod: JsonObject): boolean {
  const own = objects(job, "spec", "template", "spec", "containers").map(nameOfContainer);
  const ended = (name: string): boolean => stateOf(pod, name, "terminated") !== undefined;
  const claims = objects(pod, "spec", "volumes").filter((volume) => object(volume, "persistentVolumeClaim"));
  const volumes = claims.map((volume) => text(volume, "name"));
  const others = objects(pod, "spec", "containers").filter(
    (container) => !own.includes(nameOfContainer(container)) && !ended(nameOfContainer(container)),
  );
  const harmless = others.every((container) =>
    objects(container, "volumeMounts").every((mount) => !volumes.includes(text(mount, "name"))),
  );
  return own.every(ended) && others.length > 0 && harmless;
}

function nameOfContainer(container: JsonObject): string {
  return text(container, "name") ?? "";
}

function stateOf(
  pod: JsonObject,
  container: string,
  state: "running" | "terminated",
): JsonObject | undefined {
  const found = objects(pod, "status", "containerStatuses").find(
    (entry) => text(entry, "name") === container,
  );
  return object(found, "state", state);
}

function isOver(job: JsonObject, pods: readonly JsonObject[]): boolean {
  if (pods.some((pod) => isLingering(job, pod))) return true;
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
  const endedWell = (pod: JsonObject): boolean =>
    text(pod, "status", "phase") === "Succeeded" ||
    (isLingering(job, pod) && count(stateOf(pod, mainContainer(job), "terminated"), "exitCode") === 0);
  return holds(job, "Complete") || pods.some(endedWell);
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
  return text(pod, "status", "reason") ?? text(disruption(pod), "reason") ?? text(ended, "reason") ?? ofJob;
}

/** Evicted by the API, preempted, or taken from a lost node: the container itself knows nothing of it. */
function disruption(pod: JsonObject | undefined): JsonObject | undefined {
  const found = condition(pod ?? {}, "DisruptionTarget");
  return text(found, "status") === "True" ? found : undefined;
}
