/** A server's pod in full, as the operator makes it and more, how a Job's request takes it over, and how a manifest is looked into. */
import { podShape } from "../../../provider/adapters/kubernetes/pod-shape.js";
import type { JsonObject } from "../../../provider/plan/observation.js";
import type { JobRequest } from "../../../provider/plan/restore-job.js";

export const digest = `docker.io/library/neo4j@sha256:${"a".repeat(64)}`;
export const token = {
  name: "kube-api-access-x7k2p",
  mountPath: "/var/run/secrets/kubernetes.io/serviceaccount",
};
export const required = "requiredDuringSchedulingIgnoredDuringExecution";

export const dataMount = { name: "data", mountPath: "/data", subPath: "graph" };

/** With a sidecar, TLS, a proxy, a store's settings and everything about its place. */
export const container: JsonObject = {
  name: "neo4j",
  image: "neo4j:5.26.0-enterprise",
  imagePullPolicy: "Always",
  command: ["/conf/startup.sh"],
  ports: [{ containerPort: 7687 }],
  env: [
    { name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "neo4j-admin-secret", key: "password" } } },
    { name: "NEO4J_AUTH", value: "$(DB_USERNAME)/$(DB_PASSWORD)" },
    { name: "NEO4J_CONF", value: "/conf" },
    { name: "NEO4J_ACCEPT_LICENSE_AGREEMENT", value: "eval" },
    { name: "NEO4J_server_memory_pagecache_size", value: "100G" },
    { name: "HEAP_SIZE", value: "31g" },
    { name: "HTTPS_PROXY", value: "http://proxy:3128" },
    { name: "https_proxy", value: "http://proxy:3128" },
    { name: "NO_PROXY", value: ".svc" },
    { name: "AWS_ENDPOINT_URL_S3", value: "https://minio:9000" },
    { name: "AWS_REGION", value: "eu-central-1" },
    { name: "AWS_SECRET_ACCESS_KEY", value: "hunter2" },
    { name: "JAVA_TOOL_OPTIONS", value: "-Xmx99g -Djavax.net.ssl.trustStore=/trust/ca.p12" },
  ],
  envFrom: [{ secretRef: { name: "of-the-server" } }],
  resources: { requests: { cpu: "8", memory: "128Gi" }, limits: { memory: "128Gi" } },
  volumeMounts: [
    dataMount,
    { name: "logs", mountPath: "/logs" },
    { name: "config", mountPath: "/conf" },
    { name: "trust", mountPath: "/trust", readOnly: true },
    token,
  ],
  livenessProbe: { exec: { command: ["/conf/health.sh"] } },
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    readOnlyRootFilesystem: false,
  },
};
export const claimOf = (name: string, claimName: string): JsonObject => ({
  name,
  persistentVolumeClaim: { claimName },
});
export const podSpec: JsonObject = {
  containers: [
    { name: "istio-proxy", image: "mesh", volumeMounts: [{ name: "mesh", mountPath: "/m" }] },
    container,
  ],
  initContainers: [{ name: "plugins", image: "curl" }],
  serviceAccountName: "graph-discovery",
  imagePullSecrets: [{ name: "registry" }],
  volumes: [
    claimOf("data", "data-graph-server-0"),
    claimOf("logs", "logs-graph-server-0"),
    { name: "config", configMap: { name: "graph-config" } },
    { name: "trust", secret: { secretName: "trusted" } },
    { name: "mesh", emptyDir: {} },
    { name: token.name, projected: { sources: [] } },
  ],
  nodeSelector: { disk: "nvme" },
  tolerations: [{ key: "dedicated", operator: "Equal", value: "neo4j", effect: "NoSchedule" }],
  priorityClassName: "databases",
  affinity: {
    nodeAffinity: {
      [required]: { nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: "Exists" }] }] },
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: {} }],
    },
    podAntiAffinity: { [required]: [{ topologyKey: "kubernetes.io/hostname" }] },
    podAffinity: { [required]: [{ topologyKey: "zone" }] },
  },
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: "zone" }],
  securityContext: {
    ...{ runAsUser: 7474, runAsGroup: 7474, fsGroup: 7474, runAsNonRoot: true },
    seccompProfile: { type: "Localhost", localhostProfile: "neo4j.json" },
    seLinuxOptions: { level: "s0:c7,c42" },
    fsGroupChangePolicy: "Always",
  },
};
export const podStatus: JsonObject = { containerStatuses: [{ name: "neo4j", imageID: digest }] };

export const jobRequest = (more: Partial<JobRequest> = {}): JobRequest => ({
  restore: "orders-restore",
  namespace: "shop",
  runId: "run0000001",
  role: "restore",
  labels: { team: "orders" },
  shape: podShape(podSpec, podStatus),
  node: "node-3",
  argv: ["/bin/sh", "-c", "script", "neo4j-restore", "restore", "/data"],
  backupClaim: "backups",
  deadlineSeconds: 5400.2,
  bounded: false,
  ...more,
});

/** What stands at a path of the manifest, list items by their index or, in mounts, variables and volumes, their name. */
export function at(value: unknown, path: string): unknown {
  return path.split(" ").reduce<unknown>((from, key) => {
    if (Array.isArray(from)) {
      const items = from as readonly { readonly name?: string }[];
      return /^\d+$/.test(key) ? items[Number(key)] : items.find(({ name }) => name === key);
    }
    return typeof from === "object" && from !== null ? (from as Record<string, unknown>)[key] : undefined;
  }, value);
}

/** Paths of the pod, and of the container that restores. */
export const pod = "spec template spec";
export const main = `${pod} containers 0`;
