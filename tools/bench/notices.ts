// How soon the operator notices the end of a Job: from the moment at which a watch of ours tells that the pod's
// containers have ended to the moment at which another tells that the journal has left the step. And how many
// restores hold their targets at once.

import * as k8s from "@kubernetes/client-node";
import { keys } from "../../provider/adapters/kubernetes/journal-map.js";
import { labels, manager } from "../../provider/plan/names.js";
import type { RunState } from "../../provider/workflow/state.js";
import type { Cluster } from "../lab/index.js";

export interface Noticed {
  /** Milliseconds, sorted. */
  readonly spans: readonly number[];
  readonly atOnce: number;
}

export async function notices(cluster: Cluster, namespace: string, signal: AbortSignal): Promise<Noticed> {
  const ended = new Map<string, number>();
  const spans: number[] = [];
  const working = new Set<string>();
  let atOnce = 0;
  const root = `/api/v1/namespaces/${namespace}`;
  const pods = follow(cluster, `${root}/pods`, "batch.kubernetes.io/job-name", signal, (pod) => {
    const job = pod.metadata?.labels?.["batch.kubernetes.io/job-name"] ?? "";
    const run = pod.metadata?.labels?.[labels.run] ?? "";
    const over = ["Succeeded", "Failed"].includes(pod.status?.phase ?? "");
    if (over && job.endsWith("-restore") && !ended.has(run)) ended.set(run, performance.now());
  });
  const maps = follow(cluster, `${root}/configmaps`, `${labels.managedBy}=${manager}`, signal, ({ data }) => {
    const text = data?.[keys.state];
    if (text === undefined) return;
    const { runId, step, standing, lockedAt } = JSON.parse(text) as RunState;
    const end = ended.get(runId);
    if (end !== undefined && end > 0 && step !== "Restore") {
      spans.push(performance.now() - end);
      ended.set(runId, 0);
    }
    if (standing === "active" && lockedAt !== undefined) working.add(runId);
    else working.delete(runId);
    atOnce = Math.max(atOnce, working.size);
  });
  await Promise.all([pods, maps]);
  return { spans: spans.sort((one, other) => one - other), atOnce };
}

/** A pod or a journal. */
type Followed = Pick<k8s.V1Pod, "metadata" | "status"> & Pick<k8s.V1ConfigMap, "data">;

/** Begun again whenever the server ends it. */
async function follow(
  { config }: Cluster,
  path: string,
  labelSelector: string,
  signal: AbortSignal,
  onObject: (object: Followed) => void,
): Promise<void> {
  while (!signal.aborted) {
    await new Promise<void>((resolve, reject) => {
      const onEvent = (phase: string, object: Followed): void => {
        if (phase === "ADDED" || phase === "MODIFIED") onObject(object);
      };
      const done = (): void => resolve();
      new k8s.Watch(config).watch(path, { labelSelector }, onEvent, done).then((request) => {
        signal.addEventListener("abort", () => request.abort(), { once: true });
        if (signal.aborted) request.abort();
      }, reject);
    });
  }
}
