/** A kubeconfig whose user may do exactly what the shipped Role of the operator allows, in one namespace. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type * as k8s from "@kubernetes/client-node";
import { operatorManifests } from "../../provider/deploy/manifests.js";
import { apply } from "../../tools/lab/index.js";
import type { Stage } from "./stage.js";

export interface Identity {
  readonly kubeconfig: string;
  readonly forget: () => void;
}

const needed = new Set(["ServiceAccount", "Role", "RoleBinding"]);

export async function shippedIdentity({ cluster, namespace }: Stage): Promise<Identity> {
  const manifests = operatorManifests({
    namespace,
    image: "none",
    replicas: 1,
    watchNamespaces: [namespace],
    logLevel: "info",
  });
  for (const manifest of manifests.filter(({ kind }) => needed.has(kind)))
    await apply(cluster, manifest as unknown as k8s.KubernetesObject);
  const { status } = await cluster.core.createNamespacedServiceAccountToken({
    name: "neo4j-restore-operator",
    namespace,
    body: { spec: { audiences: [], expirationSeconds: 3600 } },
  });
  const config = JSON.parse(cluster.config.exportConfig()) as {
    readonly contexts: readonly { readonly context: { readonly user: string } }[];
  };
  const users = config.contexts.map(({ context }) => ({
    name: context.user,
    user: { token: status?.token ?? "" },
  }));
  const folder = mkdtempSync(path.join(tmpdir(), "neo4j-restore-operator-"));
  const kubeconfig = path.join(folder, "kubeconfig");
  writeFileSync(kubeconfig, JSON.stringify({ ...config, users }), { mode: 0o600 });
  return { kubeconfig, forget: () => rmSync(folder, { recursive: true }) };
}
