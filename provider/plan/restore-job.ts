/**
 * The manifests of our own Jobs on the target's volume: rehearsal, restore, volume verbs. A Job looks like the
 * server's pod where it must (image, mounts, user, node, tolerations) and unlike it where it must not (labels,
 * anti-affinity, password, sidecars). Every `$` of argv is doubled: Kubernetes expands `$(NAME)`.
 */
import { TEMP_MOUNT } from "../spec/defaults.js";
import type { CloudAccess } from "./cloud.js";
import { cloudEnv, isTokenFolder, keyVolume, serverSettings } from "./cloud-environment.js";
import { neo4jUser } from "./hook-job.js";
import { annotations, jobName, ourLabels, stagingName, type JobRole } from "./names.js";
import type { Json, JsonObject, PodShape } from "./observation.js";
import { sharedClaims, type Shared } from "./shared-claims.js";
import { podVariable } from "./volume-lock-script.js";
import { stagingEnv, stagingPaths, stagingVolumes, type StagingJob } from "./staging.js";

export interface JobRequest {
  readonly restore: string;
  readonly namespace: string;
  readonly runId: string;
  readonly role: JobRole;
  /** metadata.labels of the restore, on everything it makes. */
  readonly labels: Readonly<Record<string, string>>;
  readonly shape: PodShape;
  /** Required while the server runs there; undefined once it is scaled away. */
  readonly node: string | undefined;
  readonly argv: readonly string[];
  readonly backupClaim?: string;
  readonly tempClaim?: string;
  /** The store that neo4j-admin reads the backup from, where that is no claim and nothing is staged. */
  readonly cloud?: CloudAccess;
  /** What has to be brought together before, in a container of its own. */
  readonly staging?: StagingJob;
  /** Of a verb of the volume: its verdict counts for no other. */
  readonly turn?: number;
  readonly deadlineSeconds: number;
  /** Its namespace takes no container without a CPU limit. */
  readonly bounded: boolean;
}

/** Heap and page cache of neo4j-admin in the Job; never those of the server's neo4j.conf. */
export const jobMemory = { heap: "1g", pageCache: "256m", request: "2Gi", cpu: "500m", most: "1" } as const;

/** Where things lie in the Job's container. */
export const jobPaths = {
  data: "/data",
  backup: "/backup",
  work: "/neo4j-restore",
  temp: TEMP_MOUNT,
} as const;

export function renderJob(job: JobRequest): JsonObject {
  const labels = { ...job.labels, ...ourLabels(job.restore, job.runId, job.role) };
  const own = ownVolumes(job);
  const extra = job.staging ? stagingVolumes(job.staging) : [];
  const shared = sharedClaims([...serverVolumes(job), ...[...own, ...extra].map((one) => one.volume)]);
  const stores = storesRead(job);
  const asServers = job.cloud?.asServers === true;
  const made = stores.find((store) => store.identity !== undefined)?.identity;
  const account = asServers ? job.shape.serviceAccount : made?.serviceAccount;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: jobName(job.restore, job.role), namespace: job.namespace, labels, ...turnOf(job) },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: Math.max(60, Math.ceil(job.deadlineSeconds)),
      template: {
        metadata: { labels: { ...labels, ...podLabels(stores) }, annotations: podAnnotations },
        spec: {
          restartPolicy: "Never",
          enableServiceLinks: false,
          automountServiceAccountToken: false,
          ...(account === undefined ? {} : { serviceAccountName: account }),
          terminationGracePeriodSeconds: 30,
          ...placement(job.shape, job.node),
          imagePullSecrets: job.shape.imagePullSecrets.map((name) => ({ name })),
          securityContext: podSecurity(job.shape),
          volumes: shared.volumes,
          ...(job.staging ? { initContainers: [stagingContainer(job, job.staging, shared)] } : {}),
          containers: [
            {
              name: "neo4j-restore",
              image: job.shape.image,
              ...(job.shape.imagePullPolicy ? { imagePullPolicy: job.shape.imagePullPolicy } : {}),
              command: escapeForKubernetes(job.argv),
              ...(asServers && job.shape.envFrom ? { envFrom: job.shape.envFrom } : {}),
              env: [
                ...serverSettings(job.shape.env, asServers),
                { name: "HEAP_SIZE", value: jobMemory.heap },
                { name: podVariable, valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
                ...(job.cloud ? cloudEnv(job.cloud, job.shape.env) : []),
              ],
              volumeMounts: shared.mounts([...serverMounts(job), ...own.map((one) => one.mount)]),
              resources: resources(job),
              securityContext: containerSecurity(job.shape),
            },
          ],
        },
      },
    },
  };
}

function turnOf({ turn }: JobRequest): JsonObject {
  return turn === undefined ? {} : { annotations: { [annotations.turn]: String(turn) } };
}

/** A CPU limit makes a restore slower, so it has one only where it must. */
function resources({ bounded }: JobRequest): JsonObject {
  return {
    requests: { cpu: jobMemory.cpu, memory: jobMemory.request },
    limits: { memory: jobMemory.request, ...(bounded ? { cpu: jobMemory.most } : {}) },
  };
}

function storesRead({ cloud, staging }: JobRequest): readonly CloudAccess[] {
  return [...(cloud ? [cloud] : []), ...(staging?.remotes ?? []).map(({ access }) => access)];
}

/** It sees the backups, the key, and the volume that takes the plain copies; of the server only settings for stores. */
function stagingContainer(job: JobRequest, staging: StagingJob, shared: Shared): JsonObject {
  const mounts = [...ownVolumes(job), ...stagingVolumes(staging)].map((one) => one.mount);
  const env = stagingEnv(staging, job.shape.env);
  return {
    name: stagingName,
    image: staging.image,
    command: escapeForKubernetes(staging.argv),
    ...(env.length > 0 ? { env } : {}),
    volumeMounts: shared.mounts([...serverMounts(job), ...mounts]),
    resources: resources(job),
    securityContext: containerSecurity(job.shape),
  };
}

/** Kubernetes turns `$$` into `$` and never expands what follows. */
export function escapeForKubernetes(argv: readonly string[]): readonly string[] {
  return argv.map((argument) => argument.split("$").join("$$"));
}

const podAnnotations: JsonObject = {
  "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
  "karpenter.sh/do-not-disrupt": "true",
  "linkerd.io/inject": "disabled",
};

/** No mesh; and Azure's webhook looks for its label on the pod, not on the ServiceAccount. */
function podLabels(stores: readonly CloudAccess[]): JsonObject {
  const azure = stores.some(
    ({ type, identity, asServers }) => type === "azure" && (identity !== undefined || asServers === true),
  );
  return {
    "sidecar.istio.io/inject": "false",
    ...(azure ? { "azure.workload.identity/use": "true" } : {}),
  };
}

/** What the server's container does not say is as strict as a "restricted" namespace asks for. */
function containerSecurity({ containerSecurityContext }: PodShape): JsonObject {
  return { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, ...containerSecurityContext };
}

/** Neo4j's images leave root by their entry point, which a Job does not run: a user that nobody names is Neo4j's. */
function podSecurity({ podSecurityContext = {}, containerSecurityContext = {} }: PodShape): JsonObject {
  const named = "runAsUser" in podSecurityContext || "runAsUser" in containerSecurityContext;
  const ofNeo4j = { runAsUser: neo4jUser, runAsGroup: neo4jUser, fsGroup: neo4jUser, runAsNonRoot: true };
  return {
    seccompProfile: { type: "RuntimeDefault" },
    ...(named ? {} : ofNeo4j),
    ...podSecurityContext,
    // Always would change the owner of every file of the live volume, recursively.
    fsGroupChangePolicy: "OnRootMismatch",
  };
}

function ownVolumes(job: JobRequest): readonly { readonly volume: JsonObject; readonly mount: JsonObject }[] {
  const work = {
    volume: { name: "restore-work", emptyDir: {} },
    mount: { name: "restore-work", mountPath: jobPaths.work },
  };
  const claim = (
    name: string,
    claimName: string,
    mountPath: string,
    readOnly: boolean,
  ): { volume: JsonObject; mount: JsonObject } => ({
    volume: { name, persistentVolumeClaim: { claimName, readOnly } },
    mount: { name, mountPath, readOnly },
  });
  const key = job.cloud && keyVolume(job.cloud);
  return [
    work,
    ...(key ? [key] : []),
    ...(job.backupClaim ? [claim("restore-backup", job.backupClaim, jobPaths.backup, true)] : []),
    ...(job.tempClaim ? [claim("restore-temp", job.tempClaim, jobPaths.temp, false)] : []),
  ];
}

/**
 * The server's mounts without its ServiceAccount token and without a mount where ours goes. What only looks as
 * the servers would takes none of their claims, and so runs on any node.
 */
function serverMounts({ shape, cloud }: JobRequest): readonly JsonObject[] {
  const claims = new Set(
    cloud?.asServers
      ? shape.volumes.flatMap((volume) => (volume["persistentVolumeClaim"] ? [volume["name"]] : []))
      : [],
  );
  const ours: readonly string[] = [...Object.values(jobPaths), ...Object.values(stagingPaths)].filter(
    (path) => path !== jobPaths.data,
  );
  return shape.mounts.filter((mount) => {
    const path = typeof mount["mountPath"] === "string" ? mount["mountPath"] : "";
    return !isTokenFolder(path) && !ours.includes(path) && !claims.has(mount["name"]);
  });
}

function serverVolumes(job: JobRequest): readonly JsonObject[] {
  const mounted = new Set(serverMounts(job).map((mount) => mount["name"]));
  return job.shape.volumes.filter((volume) => mounted.has(volume["name"] ?? null));
}

function placement(shape: PodShape, node: string | undefined): JsonObject {
  const affinity = nodeAffinity(shape.nodeAffinity, node);
  return {
    ...(shape.nodeSelector ? { nodeSelector: shape.nodeSelector } : {}),
    ...(shape.tolerations.length > 0 ? { tolerations: shape.tolerations } : {}),
    ...(shape.priorityClassName ? { priorityClassName: shape.priorityClassName } : {}),
    ...(affinity ? { affinity: { nodeAffinity: affinity } } : {}),
  };
}

const required = "requiredDuringSchedulingIgnoredDuringExecution";

/** The server's node affinity, narrowed to its node while it runs (a ReadWriteOnce claim is attached there). */
function nodeAffinity(ofServer: JsonObject | undefined, node: string | undefined): JsonObject | undefined {
  if (node === undefined) return ofServer;
  const onNode: JsonObject = { key: "metadata.name", operator: "In", values: [node] };
  const terms = termsOf(ofServer);
  return {
    ...ofServer,
    [required]: {
      nodeSelectorTerms: (terms.length > 0 ? terms : [{}]).map((term) => ({
        ...term,
        matchFields: [onNode],
      })),
    },
  };
}

function termsOf(affinity: JsonObject | undefined): readonly JsonObject[] {
  const selector = asObject(affinity?.[required]);
  const terms = selector?.["nodeSelectorTerms"];
  return Array.isArray(terms)
    ? terms.flatMap((term: Json) => {
        const one = asObject(term);
        return one ? [one] : [];
      })
    : [];
}

function asObject(value: Json | undefined): JsonObject | undefined {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}
