// The objects the original operator makes for a Neo4jEnterpriseCluster: names, labels, ports, environment, security
// and the policy that deletes claims of a cluster that is scaled down. Only the probes are quicker.

import type * as k8s from "@kubernetes/client-node";
import type { Manifest } from "../cluster.js";
import { clusterConfiguration } from "./cluster-configuration.js";
import { apiVersion } from "./kinds.js";
import {
  adminVariables,
  dataClaimTemplate,
  healthProbe,
  neo4jLabels,
  owned,
  port,
  resources,
  type ServiceSpec,
} from "./parts.js";
import { containerSecurity, podSecurity } from "./security.js";
import { adminSecretName, secretVolumes, type StandaloneOptions, tlsSpec } from "./standalone.js";

export interface ClusterOptions extends StandaloneOptions {
  readonly servers: number;
}

/** The Service that clients of a cluster use. */
export const clusterService = (name: string): string => `${name}-client`;

export const clusterResource = (options: ClusterOptions): Manifest & { readonly spec: object } => ({
  apiVersion,
  kind: "Neo4jEnterpriseCluster",
  metadata: { name: options.name, namespace: options.namespace },
  spec: {
    acceptLicenseAgreement: "eval",
    image: options.image,
    topology: { servers: options.servers },
    storage: { className: "standard", size: options.size },
    auth: { adminSecret: adminSecretName(options.name) },
    ...tlsSpec(options),
    resources,
  },
});

/** Everything the custom resource owns. */
export function clusterObjects(options: ClusterOptions, uid: string): readonly Manifest[] {
  const { name } = options;
  const metadata = (suffix: string, labels = clusterLabels(options)): k8s.V1ObjectMeta =>
    owned("Neo4jEnterpriseCluster", options, uid, suffix, labels);
  const service = (suffix: string, spec: ServiceSpec): k8s.V1Service & Manifest => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(suffix),
    spec: { selector: { "neo4j.com/cluster": name }, ...spec },
  });
  const statefulSet: k8s.V1StatefulSet & Manifest = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: metadata("-server", { ...clusterLabels(options), "neo4j.com/server-name": "server" }),
    spec: statefulSetSpec(options),
  };
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata("-config"),
      data: clusterConfiguration(options),
    } as Manifest,
    ...discoveryAccess(options, metadata("-discovery")),
    service("-client", { ports: [port("bolt", 7687), port("http", 7474)] }),
    service("-headless", { clusterIP: "None", publishNotReadyAddresses: true, ports: [...serverPorts] }),
    service("-internals", { ports: [...serverPorts] }),
    service("-discovery", { publishNotReadyAddresses: true, ports: [port("tcp-discovery", 5000)] }),
    statefulSet,
  ];
}

const serverPorts = [
  port("bolt", 7687),
  port("http", 7474),
  port("tcp-tx", 6000),
  port("routing", 7688),
  port("raft", 7000),
  port("transaction", 7689),
  port("backup", 6362),
];

const clusterLabels = ({ name, image }: ClusterOptions): Record<string, string> => ({
  ...neo4jLabels(name),
  "app.kubernetes.io/version": image.tag,
  "app.kubernetes.io/component": "database",
  "app.kubernetes.io/part-of": "neo4j-cluster",
  "neo4j.com/cluster": name,
});

/** The servers look their peers up. */
function discoveryAccess(options: ClusterOptions, metadata: k8s.V1ObjectMeta): readonly Manifest[] {
  const { namespace } = options;
  const name = `${options.name}-discovery`;
  const role: k8s.V1Role & Manifest = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata,
    rules: [{ apiGroups: [""], resources: ["services", "endpoints"], verbs: ["get", "list", "watch"] }],
  };
  const binding: k8s.V1RoleBinding & Manifest = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata,
    subjects: [{ kind: "ServiceAccount", name, namespace }],
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
  };
  return [{ apiVersion: "v1", kind: "ServiceAccount", metadata }, role, binding];
}

function statefulSetSpec(options: ClusterOptions): k8s.V1StatefulSetSpec {
  const { name, image, size, servers, env = {} } = options;
  const extra = secretVolumes(options);
  const container: k8s.V1Container = {
    name: "neo4j",
    image: `${image.repo}:${image.tag}`,
    imagePullPolicy: "IfNotPresent",
    command: ["/bin/bash", "-c", "/conf/startup.sh"],
    securityContext: containerSecurity,
    ports: serverPorts.map(({ name: portName = "", port: containerPort }) => ({
      name: portName,
      containerPort,
      protocol: "TCP",
    })),
    env: [
      { name: "NEO4J_EDITION", value: "enterprise" },
      { name: "NEO4J_ACCEPT_LICENSE_AGREEMENT", value: "yes" },
      ...adminVariables(adminSecretName(name)),
      { name: "NEO4J_SERVER_NAME", value: "server" },
      ...Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
    ],
    volumeMounts: [
      { name: "data", mountPath: "/data" },
      { name: "config", mountPath: "/conf", readOnly: true },
      { name: "logs", mountPath: "/logs" },
      { name: "plugins", mountPath: "/plugins" },
      ...extra.map(({ mount }) => mount),
    ],
    resources,
    startupProbe: healthProbe(600),
    readinessProbe: healthProbe(8, 5),
    livenessProbe: healthProbe(3, 60),
  };
  return {
    replicas: servers,
    serviceName: `${name}-headless`,
    podManagementPolicy: "Parallel",
    selector: { matchLabels: { "neo4j.com/cluster": name, "neo4j.com/server-name": "server" } },
    updateStrategy: { type: "RollingUpdate" },
    persistentVolumeClaimRetentionPolicy: { whenScaled: "Delete", whenDeleted: "Retain" },
    template: {
      metadata: {
        labels: {
          ...clusterLabels(options),
          "neo4j.com/server-name": "server",
          "neo4j.com/clustering": "true",
          "neo4j.com/service-type": "internals",
        },
      },
      spec: {
        containers: [container],
        securityContext: podSecurity,
        serviceAccountName: `${name}-discovery`,
        volumes: [
          { name: "config", configMap: { name: `${name}-config`, defaultMode: 0o755 } },
          { name: "logs", emptyDir: {} },
          { name: "plugins", emptyDir: {} },
          ...extra.map(({ volume }) => volume),
        ],
      },
    },
    volumeClaimTemplates: [
      dataClaimTemplate(
        "data",
        { ...neo4jLabels(name), "neo4j.com/cluster": name, "neo4j.com/role": "server" },
        size,
      ),
    ],
  };
}
