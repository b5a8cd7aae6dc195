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
  /** Its tokens are accepted no more, a few seconds later: the API server remembers what it has accepted. */
  readonly expire: () => Promise<void>;
  /** A new token, in the same file. */
  readonly renew: () => Promise<void>;
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

async function identityOf(place: Place, name: string): Promise<Identity> {
  const { cluster, namespace } = place;
  const folder = mkdtempSync(path.join(tmpdir(), "neo4j-restore-identity-"));
  const kubeconfig = path.join(folder, "kubeconfig");
  const write = async (): Promise<void> =>
    writeFileSync(kubeconfig, await contentFor(place, name), { mode: 0o600 });
  await write();
  return {
    kubeconfig,
    expire: async () => {
      await cluster.core.deleteNamespacedServiceAccount({ name, namespace });
    },
    renew: async () => {
      await apply(cluster, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } });
      await write();
    },
    forget: () => rmSync(folder, { recursive: true }),
  };
}

async function contentFor({ cluster, namespace }: Place, name: string): Promise<string> {
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
  return JSON.stringify({ ...config, users });
}
