// `status`: what runs, in a few lines.

import type * as k8s from "@kubernetes/client-node";
import { connect } from "./cluster.js";
import { layout } from "./layout.js";
import { apiVersion } from "./objects/kinds.js";
import { findWholeLab } from "./up.js";

type Resource = k8s.KubernetesObject & { readonly status?: { readonly phase?: string } };

/** The lab of this machine runs, all of it. */
export async function labIsUp(): Promise<boolean> {
  return (await findWholeLab(layout())) !== undefined;
}

/** Lines for a person; the first says whether there is a lab. */
export async function labStatus(options: { readonly context?: string }): Promise<readonly string[]> {
  const { context } = options;
  if (context === undefined && (await findWholeLab(layout())) === undefined) {
    return ["The lab is down. Start it: npm run lab -- up"];
  }
  const cluster = await connect(context);
  const place =
    context === undefined ? `The lab is up; KUBECONFIG=${layout().kubeconfig}` : `Context ${context}`;
  const resources: Resource[] = [];
  for (const kind of ["Neo4jEnterpriseStandalone", "Neo4jBackup"]) {
    resources.push(...(await cluster.objects.list<Resource>(apiVersion, kind)).items);
  }
  const lines = resources.map(
    ({ kind, metadata, status }) =>
      `${metadata?.namespace}/${metadata?.name}  ${kind}  ${status?.phase ?? "no status"}`,
  );
  return [place, ...lines];
}
