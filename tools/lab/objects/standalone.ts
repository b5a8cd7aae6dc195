// The objects the original operator makes for a Neo4jEnterpriseStandalone: names, labels, mounts, environment
// and security as its release writes them. Only the probes are quicker (its first look comes after 10 s).

import type * as k8s from "@kubernetes/client-node";
import type { Manifest } from "../cluster.js";
import type { Pair } from "../certificates.js";
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

export interface StandaloneOptions {
  readonly name: string;
  readonly namespace: string;
  readonly image: { readonly repo: string; readonly tag: string };
  readonly size: string;
  /** Bolt over TLS only, as with `spec.tls.mode: cert-manager`. */
  readonly tls?: boolean;
  /** More variables of the container, as with `spec.env`. */
  readonly env?: Readonly<Record<string, string>>;
  /** A Secret that is mounted at `/trust`, as with `spec.extraVolumes`. */
  readonly trust?: string;
}

export const adminSecretName = (name: string): string => `${name}-admin`;

export const adminSecret = (name: string, namespace: string, password: string): k8s.V1Secret & Manifest => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: adminSecretName(name), namespace },
  stringData: { username: "neo4j", password },
});

export const tlsSecretName = (name: string): string => `${name}-tls-secret`;

/** The names of a Service that the operator asks cert-manager to certify. */
export const certifiedNames = (service: string, namespace: string): readonly string[] =>
  ["", `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.cluster.local`].map(
    (suffix) => `${service}${suffix}`,
  );

/** The Service that clients of a standalone use. */
export const standaloneService = (name: string): string => `${name}-service`;

export const tlsSecret = (
  { name, namespace }: Pick<StandaloneOptions, "name" | "namespace">,
  authority: string,
  server: Pair,
): k8s.V1Secret & Manifest => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: tlsSecretName(name), namespace },
  type: "kubernetes.io/tls",
  stringData: { "ca.crt": authority, "tls.crt": server.certificate, "tls.key": server.key },
});

export const tlsSpec = ({ tls = false }: Pick<StandaloneOptions, "tls">): object =>
  tls ? { tls: { mode: "cert-manager", issuerRef: { name: "lab" } } } : {};

export const standaloneResource = (options: StandaloneOptions): Manifest & { readonly spec: object } => ({
  apiVersion,
  kind: "Neo4jEnterpriseStandalone",
  metadata: { name: options.name, namespace: options.namespace },
  spec: {
    acceptLicenseAgreement: "eval",
    image: options.image,
    storage: { className: "standard", size: options.size },
    auth: { adminSecret: adminSecretName(options.name) },
    ...tlsSpec(options),
    resources,
  },
});

/** Everything the custom resource owns. */
export function standaloneObjects(options: StandaloneOptions, uid: string): readonly Manifest[] {
  const { name } = options;
  const metadata = (suffix: string, labels?: Record<string, string>): k8s.V1ObjectMeta =>
    owned("Neo4jEnterpriseStandalone", options, uid, suffix, labels);
  const bolt = [port("http", 7474), port("bolt", 7687)];
  const service = (suffix: string, component: string, spec: ServiceSpec): k8s.V1Service & Manifest => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(suffix, { ...neo4jLabels(name), "app.kubernetes.io/component": component }),
    spec: { selector: { app: name }, ...spec },
  });
  const statefulSet: k8s.V1StatefulSet & Manifest = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: metadata(""),
    spec: statefulSetSpec(options),
  };
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata("-config"),
      data: configuration(options),
    } as Manifest,
    service("-service", "standalone", { ports: bolt }),
    service("-client", "standalone", { ports: bolt }),
    service("-headless", "standalone-headless", {
      clusterIP: "None",
      publishNotReadyAddresses: true,
      ports: [port("backup", 6362)],
    }),
    statefulSet,
  ];
}

const configuration = ({ tls = false }: StandaloneOptions): Readonly<Record<string, string>> => ({
  "neo4j.conf": `# Neo4j Standalone Configuration (5.26+ / 2025.x.x)

# Basic Server Configuration
server.default_listen_address=0.0.0.0
server.http.enabled=true
server.http.listen_address=:7474
server.bolt.enabled=true
server.bolt.listen_address=:7687

# Backup listener (port 6362)
server.backup.enabled=true
server.backup.listen_address=0.0.0.0:6362

server.metrics.jmx.enabled=false
server.metrics.csv.enabled=false
${tls ? boltTls : ""}`,
  "health.sh": `#!/bin/bash
# Healthy: the first process is alive and the HTTP port answers.
kill -0 1 2>/dev/null || [ -d /proc/1 ] || exit 1
(echo > /dev/tcp/localhost/7474) >/dev/null 2>&1 || { echo "HTTP port not responding"; exit 1; }
`,
});

export const boltTls = `
# TLS Configuration
server.bolt.tls_level=REQUIRED
dbms.ssl.policy.bolt.enabled=true
dbms.ssl.policy.bolt.base_directory=/ssl
dbms.ssl.policy.bolt.private_key=tls.key
dbms.ssl.policy.bolt.public_certificate=tls.crt
dbms.ssl.policy.bolt.client_auth=NONE
dbms.ssl.policy.bolt.tls_versions=TLSv1.3,TLSv1.2
`;

/** The certificate, and what the server's own clients trust. */
export function secretVolumes({
  name,
  tls = false,
  trust,
}: StandaloneOptions): readonly { readonly volume: k8s.V1Volume; readonly mount: k8s.V1VolumeMount }[] {
  const secret = (volume: string, secretName: string, mountPath: string) => ({
    volume: { name: volume, secret: { secretName } },
    mount: { name: volume, mountPath, readOnly: true },
  });
  return [
    ...(tls ? [secret("neo4j-tls", tlsSecretName(name), "/ssl")] : []),
    ...(trust === undefined ? [] : [secret("trust", trust, "/trust")]),
  ];
}

function statefulSetSpec(options: StandaloneOptions): k8s.V1StatefulSetSpec {
  const { name, image, size, env = {} } = options;
  const extra = secretVolumes(options);
  const container: k8s.V1Container = {
    name: "neo4j",
    image: `${image.repo}:${image.tag}`,
    imagePullPolicy: "IfNotPresent",
    securityContext: containerSecurity,
    ports: [7474, 7473, 7687, 6362].map((containerPort, at) => ({
      name: ["http", "https", "bolt", "backup"][at] ?? "",
      containerPort,
      protocol: "TCP",
    })),
    env: [
      { name: "NEO4J_EDITION", value: "enterprise" },
      { name: "NEO4J_ACCEPT_LICENSE_AGREEMENT", value: "yes" },
      ...adminVariables(adminSecretName(name)),
      { name: "NEO4J_AUTH", value: "$(DB_USERNAME)/$(DB_PASSWORD)" },
      { name: "NEO4J_CONF", value: "/conf" },
      ...Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
    ],
    volumeMounts: [
      { name: "neo4j-data", mountPath: "/data" },
      { name: "neo4j-config", mountPath: "/conf", readOnly: true },
      ...extra.map(({ mount }) => mount),
    ],
    resources,
    startupProbe: healthProbe(300),
    readinessProbe: healthProbe(3, 5),
    livenessProbe: healthProbe(3, 30),
  };
  return {
    replicas: 1,
    serviceName: `${name}-headless`,
    selector: { matchLabels: { app: name } },
    updateStrategy: { type: "RollingUpdate" },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [container],
        securityContext: podSecurity,
        volumes: [
          { name: "neo4j-config", configMap: { name: `${name}-config`, defaultMode: 0o755 } },
          ...extra.map(({ volume }) => volume),
        ],
      },
    },
    volumeClaimTemplates: [
      dataClaimTemplate(
        "neo4j-data",
        { ...neo4jLabels(name), "neo4j.com/cluster": name, "neo4j.com/role": "data" },
        size,
      ),
    ],
  };
}
