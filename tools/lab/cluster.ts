// The cluster that lab commands work on: the lab's own, or the user's by --context. Objects are applied as
// typed manifests, server-side.

import { access } from "node:fs/promises";
import * as k8s from "@kubernetes/client-node";
import { layout } from "./layout.js";
import { group, pluralOf, version, type Kind } from "./objects/kinds.js";
import { waitFor } from "./watch.js";

export interface Cluster {
  readonly config: k8s.KubeConfig;
  readonly core: k8s.CoreV1Api;
  readonly custom: k8s.CustomObjectsApi;
  readonly objects: k8s.KubernetesObjectApi;
}

/** Any object, with whatever its kind has beside metadata. */
export type Manifest = k8s.KubernetesObject & { readonly metadata: k8s.V1ObjectMeta };

const fieldManager = "neo4j-restore-lab";

export async function connect(context?: string): Promise<Cluster> {
  const config = new k8s.KubeConfig();
  if (context === undefined) {
    const { kubeconfig } = layout();
    await access(kubeconfig).catch(() => {
      throw new Error("There is no lab yet: npm run lab -- up (or name a cluster of yours with --context).");
    });
    config.loadFromFile(kubeconfig);
  } else {
    config.loadFromDefault();
    if (config.getContextObject(context) === null) {
      const known = config.getContexts().map((known) => known.name);
      throw new Error(`kubeconfig has no context ${context}; it has ${known.join(", ") || "none"}.`);
    }
    config.setCurrentContext(context);
  }
  return {
    config,
    core: config.makeApiClient(k8s.CoreV1Api),
    custom: config.makeApiClient(k8s.CustomObjectsApi),
    objects: k8s.KubernetesObjectApi.makeApiClient(config),
  };
}

export async function apply<T extends k8s.KubernetesObject>(cluster: Cluster, object: T): Promise<T> {
  const { ServerSideApply } = k8s.PatchStrategy;
  return cluster.objects.patch(object, undefined, undefined, fieldManager, true, ServerSideApply);
}

export async function ensureNamespace(cluster: Cluster, name: string): Promise<void> {
  await apply(cluster, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
}

/** Deletes an object with what it owns and returns when it is gone. None there is as good. */
export async function removeAndWait(cluster: Cluster, object: Manifest): Promise<void> {
  const { apiVersion = "", kind = "", metadata } = object;
  const { name = "", namespace = "" } = metadata;
  const header = { apiVersion, kind, metadata: { name, ...(namespace === "" ? {} : { namespace }) } };
  try {
    const found = await cluster.objects.read(header);
    await cluster.objects.delete(header, undefined, undefined, undefined, undefined, "Foreground");
    await waitFor<k8s.KubernetesObject>(cluster.config, {
      what: `${kind} ${name} to go`,
      path: collectionOf(apiVersion, kind, namespace),
      name,
      since: found.metadata?.resourceVersion ?? "",
      timeoutMs: 120_000,
      done: (_, deleted) => deleted,
    });
  } catch (error) {
    if (!(error instanceof k8s.ApiException && error.code === 404)) throw error;
  }
}

function collectionOf(apiVersion: string, kind: string, namespace: string): string {
  const root = `/${apiVersion.includes("/") ? "apis" : "api"}/${apiVersion}`;
  const scope = namespace === "" ? "" : `/namespaces/${namespace}`;
  return `${root}${scope}/${kind.toLowerCase()}s`;
}

/** Merges into the status of one of the operator's kinds. */
export async function patchStatus(
  cluster: Cluster,
  kind: Kind,
  namespace: string,
  name: string,
  status: object,
): Promise<void> {
  await cluster.custom.patchNamespacedCustomObjectStatus(
    { group, version, plural: pluralOf(kind), namespace, name, body: { status } },
    k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.MergePatch),
  );
}

export async function readStatus(
  cluster: Cluster,
  kind: Kind,
  namespace: string,
  name: string,
): Promise<Readonly<Record<string, unknown>>> {
  const object: unknown = await cluster.custom.getNamespacedCustomObject({
    group,
    version,
    plural: pluralOf(kind),
    namespace,
    name,
  });
  return (object as { status?: Record<string, unknown> }).status ?? {};
}
