// What a cluster needs before the first Neo4j: the three kinds a restorer reads and, on the lab's own node, a
// default StorageClass.

import type * as k8s from "@kubernetes/client-node";
import { apply, type Cluster } from "../cluster.js";
import { provisionerName } from "../components.js";
import { waitFor } from "../watch.js";
import { group, kinds, pluralOf, version, type Kind } from "./kinds.js";

/** Anything is accepted in spec and status: several releases of the operator differ in them. */
export function definition(kind: Kind): k8s.V1CustomResourceDefinition {
  const plural = pluralOf(kind);
  const anything: k8s.V1JSONSchemaProps = { type: "object", x_kubernetes_preserve_unknown_fields: true };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [
            { name: "Phase", type: "string", jsonPath: ".status.phase" },
            { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
          ],
          schema: { openAPIV3Schema: { type: "object", properties: { spec: anything, status: anything } } },
        },
      ],
    },
  };
}

export const storageClass: k8s.V1StorageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: provisionerName,
  reclaimPolicy: "Delete",
  volumeBindingMode: "WaitForFirstConsumer",
};

export async function applyClusterObjects(
  cluster: Cluster,
  node: { readonly storageClass: boolean },
): Promise<void> {
  if (node.storageClass) await apply(cluster, storageClass);
  for (const kind of kinds) await apply(cluster, definition(kind));
  for (const kind of kinds) {
    await waitFor<k8s.V1CustomResourceDefinition>(cluster.config, {
      what: `the kind ${kind} to be established`,
      path: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
      name: `${pluralOf(kind)}.${group}`,
      timeoutMs: 30_000,
      done: (crd) =>
        crd.status?.conditions?.some((c) => c.type === "Established" && c.status === "True") === true,
    });
  }
}
