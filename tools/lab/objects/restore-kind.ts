// The product's own kind, as it is shipped: put into a cluster and waited for. Through the product's own client,
// because the generated one loses the rules of a schema.

import { readFile } from "node:fs/promises";
import path from "node:path";
import type * as k8s from "@kubernetes/client-node";
import { parse } from "yaml";
import { connectKubernetes } from "../../../provider/adapters/kubernetes/index.js";
import { nameOf, revisionOf } from "../../../provider/adapters/kubernetes/json.js";
import type { JsonObject } from "../../../provider/plan/observation.js";
import type { Cluster } from "../cluster.js";
import { waitFor } from "../watch.js";

const file = path.join(__dirname, "..", "..", "..", "provider", "deploy", "crd.yaml");
const collection = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

export async function installRestoreKind(cluster: Cluster): Promise<void> {
  const shipped = parse(await readFile(file, "utf8")) as JsonObject & { readonly metadata: JsonObject };
  const { api } = await connectKubernetes({ kubeconfig: cluster.config.exportConfig() });
  const at = `${collection}/${nameOf(shipped)}`;
  const there = await api.get(at);
  if (there) {
    const metadata = { ...shipped.metadata, resourceVersion: revisionOf(there) };
    await api.replace(at, { ...shipped, metadata });
  } else {
    await api.create(collection, shipped);
  }
  await waitFor<k8s.V1CustomResourceDefinition>(cluster.config, {
    what: "the kind Neo4jRestore to be established",
    path: collection,
    name: nameOf(shipped),
    timeoutMs: 30_000,
    done: ({ status }) =>
      status?.conditions?.some(({ type, status: is }) => type === "Established" && is === "True") === true,
  });
}
