// `standalone NAME`: makes a Neo4j as the operator would and waits until it answers on Bolt.

import type * as k8s from "@kubernetes/client-node";
import { createAuthority } from "./certificates.js";
import { apply, ensureNamespace, patchStatus, type Cluster } from "./cluster.js";
import { withDriver } from "./cypher.js";
import { standinImage } from "./images/source.js";
import {
  adminSecret,
  certifiedNames,
  type StandaloneOptions,
  standaloneObjects,
  standaloneResource,
  standaloneService,
  tlsSecret,
} from "./objects/standalone.js";
import { trustPassword, type Store } from "./stores/store.js";
import { waitFor } from "./watch.js";

export interface StandaloneRequest {
  readonly name: string;
  readonly namespace: string;
  readonly password?: string;
  /** The data claim's size. */
  readonly size?: string;
  /** Bolt over TLS only, with an authority of its own. */
  readonly tls?: boolean;
  /** Whose stores the server and its Jobs can reach: their variables, and the certificates they trust. */
  readonly store?: Pick<Store, "env" | "trust">;
}

export const defaultPassword = "lab-password";

export async function createStandalone(cluster: Cluster, request: StandaloneRequest): Promise<void> {
  const { name, namespace } = request;
  const options = await prepared(cluster, request, standaloneService(name));
  const { metadata } = await apply<k8s.KubernetesObject>(cluster, standaloneResource(options));
  for (const object of standaloneObjects(options, metadata?.uid ?? "")) await apply(cluster, object);

  const pod = await waitFor<k8s.V1Pod>(cluster.config, {
    what: `pod ${name}-0 to be ready`,
    path: `/api/v1/namespaces/${namespace}/pods`,
    name: `${name}-0`,
    timeoutMs: 180_000,
    done: isReady,
  });
  await withDriver(cluster, namespace, name, (driver) => driver.verifyAuthentication());
  await patchStatus(cluster, "Neo4jEnterpriseStandalone", namespace, name, {
    ...readyStatus("Standalone deployment is ready", options.image.tag, metadata?.generation ?? 1),
    endpoints: {
      bolt: `bolt://${name}-service.${namespace}.svc.cluster.local:7687`,
      http: `http://${name}-service.${namespace}.svc.cluster.local:7474`,
    },
    podStatus: {
      podName: `${name}-0`,
      podIP: pod.status?.podIP,
      nodeName: pod.spec?.nodeName,
      phase: "Running",
    },
  });
}

/** What is there before the instance: its namespace and Secrets. @returns what it is made of */
export async function prepared(
  cluster: Cluster,
  request: StandaloneRequest,
  service: string,
): Promise<StandaloneOptions> {
  const { name, namespace, password = defaultPassword, size = "1Gi", tls = false } = request;
  const access = request.store ? storeAccess(name, request.store) : {};
  const options = { name, namespace, size, tls, image: standinImage, ...access };
  await ensureNamespace(cluster, namespace);
  if (request.store?.trust) {
    const { pkcs12, pem } = request.store.trust;
    await apply(cluster, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: trustSecret(name), namespace },
      data: { "trust.p12": pkcs12.toString("base64") },
      stringData: { "ca.pem": pem },
    });
  }
  if (tls) {
    const authority = await createAuthority(`${name} in ${namespace}`);
    const pair = await authority.issue(certifiedNames(service, namespace));
    await apply(cluster, tlsSecret(options, authority.certificate, pair));
  }
  await apply(cluster, adminSecret(name, namespace, password));
  return options;
}

/** What the operator says of an instance that serves. */
export const readyStatus = (message: string, version: string, observedGeneration: number): object => ({
  phase: "Ready",
  ready: true,
  message,
  version,
  observedGeneration,
  conditions: [
    {
      type: "Ready",
      status: "True",
      reason: "Ready",
      message,
      lastTransitionTime: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    },
  ],
});

const trustSecret = (name: string): string => `${name}-trust`;

function storeAccess(
  name: string,
  { env, trust }: Pick<Store, "env" | "trust">,
): { readonly env: Readonly<Record<string, string>>; readonly trust?: string } {
  if (!trust) return { env };
  const options = ["trustStore=/trust/trust.p12", `trustStorePassword=${trustPassword}`];
  const JAVA_TOOL_OPTIONS = options.map((option) => `-Djavax.net.ssl.${option}`).join(" ");
  const SSL_CERT_FILE = "/trust/ca.pem";
  return { env: { ...env, JAVA_TOOL_OPTIONS, SSL_CERT_FILE }, trust: trustSecret(name) };
}

export const isReady = (pod: k8s.V1Pod): boolean =>
  pod.metadata?.deletionTimestamp === undefined &&
  pod.status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ===
    true;
