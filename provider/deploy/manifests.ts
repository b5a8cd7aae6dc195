/**
 * The operator's deployment as plain manifests, in the order in which they are to be made. Pure. Invariants: it may do
 * what a restore needs and what it needs itself, nothing more, and only where it looks after restores; its container
 * passes Pod Security "restricted" with a read-only root.
 */
import {
  identityPermissions,
  leaderPermissions,
  neededPermissions,
  operatorPermissions,
  rulesOf,
} from "../plan/permissions.js";

export interface OperatorSettings {
  readonly namespace: string;
  readonly image: string;
  readonly replicas: number;
  /** None means all namespaces. */
  readonly watchNamespaces: readonly string[];
  readonly logLevel: "debug" | "info" | "warn" | "error";
}

export type Manifest = Readonly<Record<string, unknown>> & {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
  };
};

const name = "neo4j-restore-operator";
const port = 8080;
const user = 65532;

const labels = {
  "app.kubernetes.io/name": "neo4j-restore",
  "app.kubernetes.io/component": "operator",
  "app.kubernetes.io/managed-by": "pulumi-neo4j-restore",
};
const selector = { "app.kubernetes.io/name": "neo4j-restore", "app.kubernetes.io/component": "operator" };
const rbac = "rbac.authorization.k8s.io/v1";

export function operatorManifests(settings: OperatorSettings): readonly Manifest[] {
  const { namespace, replicas } = settings;
  const here = { name, namespace, labels };
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels: { ...labels, ...restricted } },
    },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: here },
    ...permissions(settings),
    deployment(settings),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: here,
      spec: { selector, ports: [{ name: "metrics", port, targetPort: "http" }] },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: here,
      // Out it must reach the API server and every instance's Bolt, whose addresses nobody knows beforehand.
      spec: {
        podSelector: { matchLabels: selector },
        policyTypes: ["Ingress"],
        ingress: [{ ports: [{ port }] }],
      },
    },
    ...(replicas > 1
      ? [
          {
            apiVersion: "policy/v1",
            kind: "PodDisruptionBudget",
            metadata: here,
            spec: { maxUnavailable: 1, selector: { matchLabels: selector } },
          },
        ]
      : []),
  ];
}

const restricted = { "pod-security.kubernetes.io/enforce": "restricted" };

function permissions({ namespace, watchNamespaces }: OperatorSettings): readonly Manifest[] {
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  const rules = rulesOf([...operatorPermissions, ...neededPermissions, ...identityPermissions]);
  const grant = (
    kind: "Role" | "ClusterRole",
    called: string,
    at: object,
    given: unknown,
  ): readonly Manifest[] => {
    const metadata = { name: called, labels, ...at };
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind, name: called };
    return [
      { apiVersion: rbac, kind, metadata, rules: given },
      { apiVersion: rbac, kind: `${kind}Binding`, metadata, roleRef, subjects },
    ];
  };
  const work =
    watchNamespaces.length === 0
      ? grant("ClusterRole", name, {}, rules)
      : watchNamespaces.flatMap((place) => grant("Role", name, { namespace: place }, rules));
  return [...work, ...grant("Role", `${name}-leader`, { namespace }, rulesOf(leaderPermissions))];
}

function deployment({ namespace, image, replicas, watchNamespaces, logLevel }: OperatorSettings): Manifest {
  const probe = (path: string): object => ({
    httpGet: { path, port: "http" },
    periodSeconds: 10,
    timeoutSeconds: 5,
  });
  const container = {
    name: "operator",
    image,
    args: [
      ...watchNamespaces.flatMap((place) => ["--namespace", place]),
      ...["--port", String(port), "--log-level", logLevel],
    ],
    env: [{ name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } }],
    ports: [{ name: "http", containerPort: port }],
    livenessProbe: probe("/healthz"),
    readinessProbe: probe("/readyz"),
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "384Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          // A swap that is under way when the pod ends is finished first.
          terminationGracePeriodSeconds: 300,
          securityContext: {
            runAsNonRoot: true,
            ...{ runAsUser: user, runAsGroup: user, fsGroup: user },
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [container],
        },
      },
    },
  };
}
