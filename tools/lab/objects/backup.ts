// The objects of a Neo4jBackup in its two published forms: `era-s`, the release the API page describes, and
// `head`, the newest. They differ in the spec, in where the artifact goes and in what the status tells.

import type * as k8s from "@kubernetes/client-node";
import type { Manifest } from "../cluster.js";
import { apiVersion } from "./kinds.js";
import { containerSecurity, podSecurity } from "./security.js";

export const forms = ["era-s", "head"] as const;
export const backupTypes = ["FULL", "DIFF", "AUTO"] as const;
export type BackupType = (typeof backupTypes)[number];
export type Form = (typeof forms)[number];

export interface BackupOptions {
  readonly name: string;
  readonly namespace: string;
  readonly target: string;
  readonly database: string;
  readonly claim: string;
  readonly form: Form;
  readonly type: BackupType;
}

export const backupJobName = (name: string): string => `${name}-backup`;

export function backupResource(options: BackupOptions): Manifest & { readonly spec: object } {
  const { name, namespace, target, database, claim, form, type } = options;
  const storage = { type: "pvc", pvc: { name: claim } };
  const spec =
    form === "head"
      ? { instanceRef: target, database, storage, options: { backupType: type } }
      : { target: { kind: "Database", name: database, clusterRef: target }, storage };
  return { apiVersion, kind: "Neo4jBackup", metadata: { name, namespace }, spec };
}

/** Not owned by the backup: artifacts outlive it. */
export const backupClaim = (name: string, namespace: string): k8s.V1PersistentVolumeClaim & Manifest => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name, namespace },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } },
});

/** The folder of this run's artifact on the claim. */
export function backupFolder({ name, form }: BackupOptions, now: Date): string {
  if (form === "head") return name;
  const [date = "", time = ""] = now.toISOString().split(/[T.]/);
  return `${name}-${date.replaceAll("-", "")}-${time.replaceAll(":", "")}`;
}

/** Constant; what varies comes as arguments. The artifact's name becomes the termination message. */
const script = `set -e
mkdir -p "$1"
neo4j-admin database backup --from="$2" --to-path="$1" --type="$4" "$3"
cd "$1"
ls -1 -- "$3"-*.backup | tail -n 1 > /dev/termination-log
`;

export interface BackupRun {
  readonly uid: string;
  readonly image: string;
  /** host:port of the server's backup listener. */
  readonly from: string;
  readonly folder: string;
}

export function backupJob(options: BackupOptions, run: BackupRun): k8s.V1Job & Manifest {
  const { name, namespace, target, database, claim, type } = options;
  const labels = {
    "app.kubernetes.io/name": "neo4j-backup",
    "app.kubernetes.io/instance": name,
    "app.kubernetes.io/component": "backup",
    "app.kubernetes.io/managed-by": "neo4j-operator",
    "app.kubernetes.io/part-of": name,
    "neo4j.com/backup-target": target,
  };
  const container: k8s.V1Container = {
    name: "backup",
    image: run.image,
    imagePullPolicy: "IfNotPresent",
    command: ["/bin/bash", "-c", script, "backup"],
    args: [`/backup/${run.folder}`, run.from, database, type],
    env: [{ name: "NEO4J_ACCEPT_LICENSE_AGREEMENT", value: "yes" }],
    securityContext: containerSecurity,
    volumeMounts: [{ name: "backup-storage", mountPath: "/backup" }],
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: backupJobName(name),
      namespace,
      labels,
      ownerReferences: [
        { apiVersion, kind: "Neo4jBackup", name, uid: run.uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: "Never",
          securityContext: podSecurity,
          containers: [container],
          volumes: [{ name: "backup-storage", persistentVolumeClaim: { claimName: claim } }],
        },
      },
    },
  };
}

export interface HistoryEntry {
  readonly status: "Succeeded" | "Failed";
  readonly startTime: string;
  readonly completionTime: string;
  readonly stats: { readonly duration: string };
  readonly [more: string]: unknown;
}

export function historyEntry(
  options: BackupOptions,
  run: {
    readonly started: Date;
    readonly completed: Date;
    readonly folder: string;
    readonly artifact: string;
  },
): HistoryEntry {
  const seconds = Math.round((run.completed.getTime() - run.started.getTime()) / 1000);
  const entry = {
    status: "Succeeded",
    startTime: instant(run.started),
    completionTime: instant(run.completed),
    stats: { duration: `${seconds}s` },
  } as const;
  if (options.form === "era-s") return entry; // neither a path nor a file name there
  const located = { backupsPath: run.folder, artifactFilename: run.artifact };
  return { runID: backupJobName(options.name), ...entry, ...located };
}

/** Kubernetes' times have no fractions. */
const instant = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, "Z");
