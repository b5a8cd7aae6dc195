// The cluster that lab commands work on: the lab's own, or the user's by --context. Objects are applied as
// typed manifests, server-side.

import { access } from "node:fs/promises";
import * as k8s from "@kubernetes/client-node";
import { layout } from "./layout.js";

export interface Cluster {
  readonly config: k8s.KubeConfig;
  readonly core: k8s.CoreV1Api;
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

/** Deletes and does not mind when there is nothing; what the object owns goes first. */
export async function remove(cluster: Cluster, object: k8s.KubernetesObject): Promise<void> {
  try {
    await cluster.objects.delete(object, undefined, undefined, undefined, undefined, "Foreground");
  } catch (error) {
    if (!(error instanceof k8s.ApiException && error.code === 404)) throw error;
  }
}
