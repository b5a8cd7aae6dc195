/**
 * The operator's deployment as plain manifests, in the order in which they are to be made. Pure. Invariants: it may do
 * what a restore needs and what it needs itself, nothing more, and only where it looks after restores; its container
 * passes Pod Security "restricted" with a read-only root; texts are passed on and never looked into, so that Pulumi's
 * outputs may stand in their place.
 */
import { API_GROUP } from "../spec/defaults.js";
import { deployment } from "./deployment.js";
import { operatorLabels, operatorName, operatorNamespace, selector } from "./labels.js";
import { roles } from "./roles.js";

export interface OperatorSettings<Text = string> {
  readonly namespace: Text;
  /** False: the namespace is there already. */
  readonly createNamespace: boolean;
  readonly image: Text;
  readonly imagePullSecrets: readonly Text[];
  readonly replicas: number;
  /** None means all namespaces. */
  readonly watchNamespaces: readonly Text[];
  /** Of the Neo4jRestore resources that it serves. */
  readonly apiGroup: string;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  /** What stages backups; undefined: the operator's own image. */
  readonly toolsImage: Text | undefined;
  /** Environment variables of the container, as Kubernetes has them, after the operator's own. */
  readonly extraEnv: readonly unknown[];
  /** Requests and limits of the container, as Kubernetes has them. */
  readonly resources: unknown;
  /** For the Prometheus operator; undefined: none. `labels` are what its selector asks for. */
  readonly serviceMonitor: { readonly labels: Readonly<Record<string, Text>> } | undefined;
}

export type Kind =
  | "Namespace"
  | "ServiceAccount"
  | "ClusterRole"
  | "ClusterRoleBinding"
  | "Role"
  | "RoleBinding"
  | "Deployment"
  | "Service"
  | "NetworkPolicy"
  | "PodDisruptionBudget"
  | "ServiceMonitor";

export type Manifest<Text = string> = Readonly<Record<string, unknown>> & {
  readonly apiVersion: string;
  readonly kind: Kind;
  readonly metadata: {
    readonly name: Text;
    readonly namespace?: Text;
    readonly labels: Readonly<Record<string, Text>>;
  };
};

/** What has to be said, and what may be. */
export type OperatorChoices<Text = string> = Pick<OperatorSettings<Text>, "image"> &
  Partial<OperatorSettings<Text>>;

const defaults = {
  namespace: operatorNamespace,
  createNamespace: true,
  imagePullSecrets: [],
  replicas: 1,
  watchNamespaces: [],
  apiGroup: API_GROUP,
  logLevel: "info",
  toolsImage: undefined,
  extraEnv: [],
  resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "384Mi" } },
  serviceMonitor: undefined,
} as const satisfies Omit<OperatorSettings, "image">;

export const metricsPort = 8080;

export function operatorManifests<Text>(choices: OperatorChoices<Text>): readonly Manifest<Text | string>[] {
  const settings: OperatorSettings<Text | string> = { ...defaults, ...choices };
  const { namespace, createNamespace, replicas, serviceMonitor } = settings;
  const here = { name: operatorName, namespace, labels: operatorLabels };
  const when = <T>(holds: boolean, manifest: T): readonly T[] => (holds ? [manifest] : []);
  return [
    ...when<Manifest<Text | string>>(createNamespace, {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels: { ...operatorLabels, ...restricted } },
    }),
    { apiVersion: "v1", kind: "ServiceAccount", metadata: here },
    ...roles(settings),
    deployment(settings, metricsPort),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: here,
      spec: { selector, ports: [{ name: "metrics", port: metricsPort, targetPort: "http" }] },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: here,
      // Out it must reach the API server and every instance's Bolt, whose addresses nobody knows beforehand.
      spec: {
        podSelector: { matchLabels: selector },
        policyTypes: ["Ingress"],
        ingress: [{ ports: [{ port: metricsPort }] }],
      },
    },
    ...when<Manifest<Text | string>>(replicas > 1, {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: here,
      spec: { maxUnavailable: 1, selector: { matchLabels: selector } },
    }),
    ...when<Manifest<Text | string>>(serviceMonitor !== undefined, {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "ServiceMonitor",
      metadata: { ...here, labels: { ...operatorLabels, ...serviceMonitor?.labels } },
      spec: { selector: { matchLabels: selector }, endpoints: [{ port: "metrics" }] },
    }),
  ];
}

const restricted = { "pod-security.kubernetes.io/enforce": "restricted" };
