// From the operator's manifests to resources of @pulumi/kubernetes, one by one.
// Invariants: logical names follow from what an object is, never from its place in the list; what a later object needs
// is made before it, and goes after it.

import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { Deployment } from "@pulumi/kubernetes/apps/v1";
import { Namespace, Service, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import type * as pulumi from "@pulumi/pulumi";
import { operatorName } from "../../../provider/deploy/labels.js";
import type { Kind, Manifest } from "../../../provider/deploy/manifests.js";

type Rendered = Manifest<pulumi.Input<string>>;

// Each class knows its own arguments; that a manifest is of its kind is what Manifest's kind says.
type Make = (name: string, manifest: never, opts: pulumi.CustomResourceOptions) => pulumi.CustomResource;

const makers: Readonly<Record<Kind, Make>> = {
  Namespace: (name, manifest, opts) => new Namespace(name, manifest, opts),
  ServiceAccount: (name, manifest, opts) => new ServiceAccount(name, manifest, opts),
  ClusterRole: (name, manifest, opts) => new ClusterRole(name, manifest, opts),
  ClusterRoleBinding: (name, manifest, opts) => new ClusterRoleBinding(name, manifest, opts),
  Role: (name, manifest, opts) => new Role(name, manifest, opts),
  RoleBinding: (name, manifest, opts) => new RoleBinding(name, manifest, opts),
  Deployment: (name, manifest, opts) => new Deployment(name, manifest, opts),
  Service: (name, manifest, opts) => new Service(name, manifest, opts),
  NetworkPolicy: (name, manifest, opts) => new NetworkPolicy(name, manifest, opts),
  PodDisruptionBudget: (name, manifest, opts) => new PodDisruptionBudget(name, manifest, opts),
  ServiceMonitor: (name, manifest, opts) => new CustomResource(name, manifest, opts),
};

/** @param needs what the Deployment must not start before. */
export function makeChildren(
  parent: pulumi.ComponentResource,
  name: string,
  manifests: readonly Rendered[],
  needs: readonly pulumi.Resource[],
): Deployment {
  const made: pulumi.Resource[] = [];
  const places: pulumi.Resource[] = [];
  let deployment: Deployment | undefined;
  for (const manifest of manifests) {
    const starts = manifest.kind === "Deployment";
    const dependsOn = starts ? [...needs, ...made] : [...places];
    const child = makers[manifest.kind](logicalName(name, manifest, manifests), manifest as never, {
      parent,
      dependsOn,
    });
    made.push(child);
    if (manifest.kind === "Namespace") places.push(child);
    if (child instanceof Deployment) deployment = child;
  }
  if (deployment === undefined) throw new Error("an operator without a Deployment");
  return deployment;
}

function logicalName(name: string, manifest: Rendered, all: readonly Rendered[]): string {
  const { kind, metadata } = manifest;
  const isLike = (other: Rendered): boolean => other.kind === kind && other.metadata.name === metadata.name;
  const alike = all.filter(isLike);
  const own = typeof metadata.name === "string" && metadata.name !== operatorName && kind !== "Namespace";
  const parts = [
    name,
    ...(own ? [metadata.name.slice(operatorName.length + 1)] : []),
    kind.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase(),
    // The same Role in each of several namespaces: by the namespace, where its name is known now.
    ...(metadata.namespace !== undefined && isPerNamespace(manifest)
      ? [typeof metadata.namespace === "string" ? metadata.namespace : String(alike.indexOf(manifest))]
      : []),
  ];
  return parts.join("-");
}

const isPerNamespace = ({ kind, metadata }: Rendered): boolean =>
  (kind === "Role" || kind === "RoleBinding") && metadata.name === operatorName;
