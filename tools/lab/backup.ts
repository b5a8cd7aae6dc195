// `backup NAME`: takes a backup as the operator would: the resource, a claim, a Job, and the status afterwards.

import type * as k8s from "@kubernetes/client-node";
import { apply, patchStatus, readStatus, removeAndWait, type Cluster, type Manifest } from "./cluster.js";
import { writerPod } from "./cypher.js";
import {
  backupClaim,
  backupFolder,
  backupJob,
  backupJobName,
  backupResource,
  historyEntry,
  type BackupOptions,
} from "./objects/backup.js";
import { waitFor } from "./watch.js";

export interface Backup {
  /** Below the claim's root. */
  readonly folder: string;
  readonly artifact: string;
}

export async function createBackup(cluster: Cluster, options: BackupOptions): Promise<Backup> {
  const { name, namespace } = options;
  const podName = await writerPod(cluster, namespace, options.target, options.database);
  const pod = await cluster.core.readNamespacedPod({ name: podName, namespace });
  const [address, image] = [pod.status?.podIP, pod.spec?.containers[0]?.image];
  if (address === undefined || image === undefined) throw new Error(`pod ${podName} does not run`);

  const resource = await apply<Manifest>(cluster, backupResource(options));
  await apply(cluster, backupClaim(options.claim, namespace));
  await patchStatus(cluster, "Neo4jBackup", namespace, name, {
    phase: "Running",
    message: "Backup in progress",
  });
  const started = new Date();
  const folder = backupFolder(options, started);
  const run = { uid: resource.metadata.uid ?? "", image, from: `${address}:6362`, folder };
  const job = backupJob(options, run);
  await removeAndWait(cluster, job); // of an earlier run
  await apply(cluster, job);
  const artifact = await artifactOf(cluster, options);

  const before = (await readStatus(cluster, "Neo4jBackup", namespace, name))["history"];
  const entry = historyEntry(options, { started, completed: new Date(), folder, artifact });
  await patchStatus(cluster, "Neo4jBackup", namespace, name, {
    phase: "Completed",
    message: "Backup completed successfully",
    history: [entry, ...(Array.isArray(before) ? (before as unknown[]) : [])].slice(0, 10),
  });
  return { folder, artifact };
}

/** Waits for the Job's pod; what it says at its end is the artifact's name. */
async function artifactOf(cluster: Cluster, { name, namespace }: BackupOptions): Promise<string> {
  const ended = (pod: k8s.V1Pod): boolean => ["Succeeded", "Failed"].includes(pod.status?.phase ?? "");
  const pod = await waitFor<k8s.V1Pod>(cluster.config, {
    what: `Job ${backupJobName(name)}`,
    path: `/api/v1/namespaces/${namespace}/pods`,
    labelSelector: `batch.kubernetes.io/job-name=${backupJobName(name)}`,
    timeoutMs: 300_000,
    done: ended,
  });
  if (pod.status?.phase === "Succeeded") {
    return pod.status.containerStatuses?.[0]?.state?.terminated?.message?.trim() ?? "";
  }
  const message = "Backup job failed";
  await patchStatus(cluster, "Neo4jBackup", namespace, name, { phase: "Failed", message });
  const podName = pod.metadata?.name ?? "";
  const log = await cluster.core.readNamespacedPodLog({ name: podName, namespace, tailLines: 20 });
  throw new Error(`backup ${name} failed:\n${log}`);
}
