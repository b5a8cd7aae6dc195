/**
 * Makes and deletes the objects of a run: Jobs, temporary claims, service accounts.
 * An object bears its run's label, and nothing without it is taken for ours or deleted.
 */
import type { JsonObject } from "../../plan/observation.js";
import { labels, manager } from "../../plan/names.js";
import { RestoreFault } from "../../workflow/faults.js";
import type { Api } from "./api.js";
import type { Changes } from "./changes.js";
import { isRefusal } from "./errors.js";
import { isOverPod, podsOfJob } from "./jobs.js";
import { isTerminating, labelOf, nameOf, revisionOf, text, uidOf } from "./json.js";
import { isResourceKind, pathOf } from "./paths.js";

/** A pod has 30 s to end by default; a node that is gone is noticed after 40 s and more. */
const patience = 120_000;

export async function createObject(api: Api, manifest: JsonObject, runId: string): Promise<void> {
  const kind = text(manifest, "kind") ?? "";
  const namespace = text(manifest, "metadata", "namespace");
  if (!isResourceKind(kind) || namespace === undefined) {
    throw new TypeError(`not a namespaced manifest of a known kind: ${kind} ${nameOf(manifest)}`);
  }
  try {
    await api.create(pathOf(kind, namespace), manifest);
  } catch (error) {
    if (!isRefusal(error, 409) || error.statusReason !== "AlreadyExists") throw error;
    await expectOurs(api, pathOf(kind, namespace, nameOf(manifest)), `${kind} ${nameOf(manifest)}`, runId);
  }
}

async function expectOurs(api: Api, path: string, title: string, runId: string): Promise<void> {
  const there = await api.get(path);
  if (!there || isTerminating(there)) {
    throw new RestoreFault("retry", "ForeignObject", `An earlier ${title} is still being deleted.`);
  }
  if (labelOf(there, labels.run) === runId) return;
  throw new RestoreFault(
    "terminal",
    "ForeignObject",
    `${title} exists already and was made by ${labelOf(there, labels.run) ?? "someone else"}, not by this run.`,
  );
}

/** The very Job that was seen: what arrives late starts none that was made since. */
export async function startJob(api: Api, namespace: string, name: string, uid: string): Promise<void> {
  const path = pathOf("Job", namespace, name);
  await api.patch(path, { metadata: { uid }, spec: { suspend: false } }).catch(async (error: unknown) => {
    if (isRefusal(error, 404)) return;
    // A uid is refused as one that would be changed.
    if (!isRefusal(error, 409) && !isRefusal(error, 422)) throw error;
    const there = await api.get(path);
    if (there && uidOf(there) === uid) throw error;
    const message = `Job ${name} is another one than was looked at: it is looked at again.`;
    throw new RestoreFault("retry", "KubernetesRefused", message, { cause: error });
  });
}

/** Deletes the Job and waits, by watch, until no container of it runs. */
export async function deleteJob(
  api: Api,
  changes: Changes,
  namespace: string,
  name: string,
  runId: string | undefined,
): Promise<void> {
  const path = pathOf("Job", namespace, name);
  const job = await api.get(path);
  if (!job) return;
  const madeBy = labelOf(job, labels.run);
  if (madeBy === undefined || (runId !== undefined && madeBy !== runId)) {
    throw new RestoreFault(
      "terminal",
      "ForeignObject",
      `Job ${name} was made by ${madeBy ?? "someone else"}: it is left alone.`,
    );
  }
  const preconditions = { uid: uidOf(job) };
  await api.remove(path, { propagationPolicy: "Foreground", preconditions }).catch((error: unknown) => {
    // Another Job of that name by now: ours is gone.
    if (!isRefusal(error, 409)) throw error;
  });
  await untilEnded(api, changes, namespace, job);
}

async function untilEnded(api: Api, changes: Changes, namespace: string, job: JsonObject): Promise<void> {
  const signal = AbortSignal.timeout(patience);
  const stream = changes.subscribe(namespace, ["Pod"], (pod) => labelOf(pod, "job-name") === nameOf(job));
  try {
    while (!signal.aborted) {
      const running = (await podsOfJob(api, namespace, job)).filter((pod) => !isOverPod(pod));
      if (running.length === 0) return;
      await stream.next(signal);
    }
  } finally {
    stream.end();
  }
  throw new RestoreFault(
    "retry",
    "KubernetesRefused",
    `Job ${nameOf(job)} was deleted, but a pod of it has not ended within ${patience / 1000} s.`,
  );
}

export async function deleteClaim(api: Api, namespace: string, name: string): Promise<void> {
  const path = pathOf("PersistentVolumeClaim", namespace, name);
  const claim = await api.get(path);
  if (!claim || isTerminating(claim)) return;
  if (labelOf(claim, labels.managedBy) !== manager || labelOf(claim, labels.run) === undefined) {
    throw new RestoreFault("terminal", "ForeignObject", `Claim ${name} was not made by a restore.`);
  }
  await api.remove(path, { preconditions: { uid: uidOf(claim), resourceVersion: revisionOf(claim) } });
}
