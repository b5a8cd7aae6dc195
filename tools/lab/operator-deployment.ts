// The operator as users deploy it: its image brought to the nodes, its manifests applied, its pod ready.

import type * as k8s from "@kubernetes/client-node";
import { operatorManifests, type OperatorChoices } from "../../provider/deploy/manifests.js";
import { operatorName, operatorNamespace } from "../../provider/deploy/labels.js";
import { timed, type Log } from "../resolve/tool.js";
import { apply, type Cluster } from "./cluster.js";
import { operatorImage } from "./images/operator.js";
import { installRestoreKind } from "./objects/restore-kind.js";
import { bringImages } from "./up.js";
import { waitFor } from "./watch.js";

/** Makes the image known where pods run. */
export async function bringOperatorImage(where: { readonly context?: string }, log: Log): Promise<string> {
  await bringImages(where, [operatorImage], log);
  return operatorImage.reference;
}

/** The verb: for all namespaces, in its usual one. */
export async function shipOperator(
  cluster: Cluster,
  where: { readonly context?: string },
  log: Log,
): Promise<readonly string[]> {
  const image = await bringOperatorImage(where, log);
  await deployOperator(cluster, { image, namespace: operatorNamespace }, log);
  return [`the operator is ready: kubectl -n ${operatorNamespace} logs -f deployment/${operatorName}`];
}

/** @returns when every replica is ready. */
export async function deployOperator(
  cluster: Cluster,
  choices: OperatorChoices & { readonly namespace: string },
  log: Log,
): Promise<void> {
  await installRestoreKind(cluster);
  for (const manifest of operatorManifests(choices))
    await apply(cluster, manifest as unknown as k8s.KubernetesObject);
  await timed("the operator's pod", log, () => operatorReady(cluster, choices.namespace));
}

export async function operatorReady(cluster: Cluster, namespace: string): Promise<void> {
  await waitFor<k8s.V1Deployment>(cluster.config, {
    what: `the Deployment ${operatorName} to be ready`,
    path: `/apis/apps/v1/namespaces/${namespace}/deployments`,
    name: operatorName,
    timeoutMs: 300_000,
    done: ({ metadata, spec, status }) =>
      status?.observedGeneration === metadata?.generation &&
      status?.updatedReplicas === spec?.replicas &&
      status?.readyReplicas === spec?.replicas,
  });
}
