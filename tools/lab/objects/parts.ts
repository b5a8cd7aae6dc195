// What the operator writes the same way for a standalone and for a cluster.

import type * as k8s from "@kubernetes/client-node";
import { apiVersion, type Kind } from "./kinds.js";

/** Small, so that several servers fit one machine. */
export const resources = { requests: { cpu: "100m", memory: "512Mi" }, limits: { memory: "2Gi" } };

export type ServiceSpec = Pick<
  k8s.V1ServiceSpec,
  "ports" | "clusterIP" | "publishNotReadyAddresses" | "selector"
>;

export const port = (name: string, number: number): k8s.V1ServicePort => ({
  name,
  port: number,
  targetPort: number,
  protocol: "TCP",
});

export const neo4jLabels = (name: string): Record<string, string> => ({
  "app.kubernetes.io/name": "neo4j",
  "app.kubernetes.io/instance": name,
  "app.kubernetes.io/managed-by": "neo4j-operator",
});

/** Metadata of an object that belongs to a resource of the operator's. */
export const owned = (
  kind: Kind,
  resource: { readonly name: string; readonly namespace: string },
  uid: string,
  suffix: string,
  labels?: Record<string, string>,
): k8s.V1ObjectMeta => ({
  name: `${resource.name}${suffix}`,
  namespace: resource.namespace,
  ownerReferences: [
    { apiVersion, kind, name: resource.name, uid, controller: true, blockOwnerDeletion: true },
  ],
  ...(labels === undefined ? {} : { labels }),
});

/** The login, as every server of the operator's gets it. */
export const adminVariables = (secret: string): k8s.V1EnvVar[] =>
  Object.entries({ DB_USERNAME: "username", DB_PASSWORD: "password" }).map(([name, key]) => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key } },
  }));

export const healthProbe = (failureThreshold: number, periodSeconds = 1): k8s.V1Probe => ({
  exec: { command: ["/bin/bash", "-c", "/conf/health.sh"] },
  periodSeconds,
  timeoutSeconds: 5,
  failureThreshold,
});

export const dataClaimTemplate = (
  name: string,
  labels: Record<string, string>,
  size: string,
): k8s.V1PersistentVolumeClaim => ({
  metadata: { name, labels },
  spec: {
    accessModes: ["ReadWriteOnce"],
    storageClassName: "standard",
    resources: { requests: { storage: size } },
  },
});
