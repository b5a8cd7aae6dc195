/** Kubeconfigs whose users may do, in one namespace, exactly what is documented and shipped. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type * as k8s from "@kubernetes/client-node";
import { operatorManifests } from "../../provider/deploy/manifests.js";
import { permissionsFor, rulesOf } from "../../provider/plan/permissions.js";
import { apply, type Cluster } from "../../tools/lab/index.js";

export interface Identity {
  readonly kubeconfig: string;
  readonly forget: () => void;
}

const needed = new Set(["ServiceAccount", "Role", "RoleBinding"]);

/** The operator's, by the manifests that it is deployed with. */
export async function shippedIdentity({ cluster, namespace }: Place): Promise<Identity> {
  const manifests = operatorManifests({
    namespace,
    image: "none",
    replicas: 1,
    watchNamespaces: [namespace],
    logLevel: "info",
  });
  for (const manifest of manifests.filter(({ kind }) => needed.has(kind)))
    await apply(cluster, manifest as unknown as k8s.KubernetesObject);
  return identityOf({ cluster, namespace }, "neo4j-restore-operator");
}

/** Of whoever restores directly, by the Role of docs/permissions.md. */
export async function directIdentity({ cluster, namespace }: Place): Promise<Identity> {
  const name = "neo4j-restore";
  const metadata = { name, namespace };
  const rbac = { apiVersion: "rbac.authorization.k8s.io/v1", metadata };
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name };
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  for (const manifest of [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    { ...rbac, kind: "Role", rules: rulesOf(permissionsFor(true)) },
    { ...rbac, kind: "RoleBinding", roleRef, subjects },
  ])
    await apply(cluster, manifest);
  return identityOf({ cluster, namespace }, name);
}

interface Place {
  readonly cluster: Cluster;
  readonly namespace: string;
}

async function identityOf({ cluster, namespace }: Place, name: string): Promise<Identity> {
  const { status } = await cluster.core.createNamespacedServiceAccountToken({
    name,
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
  const folder = mkdtempSync(path.join(tmpdir(), "neo4j-restore-identity-"));
  const kubeconfig = path.join(folder, "kubeconfig");
  writeFileSync(kubeconfig, JSON.stringify({ ...config, users }), { mode: 0o600 });
  return { kubeconfig, forget: () => rmSync(folder, { recursive: true }) };
}
