// `store KIND`: the bucket, a Secret with its login, and the words of a source that names both.

import { stringify } from "yaml";
import type { Log } from "../../resolve/tool.js";
import { apply, ensureNamespace, type Cluster } from "../cluster.js";
import type { StoreKind } from "./kinds.js";
import { openStore } from "./store.js";

/** The lines to print: a `storage` block. */
export async function makeStore(
  cluster: Cluster,
  options: { readonly kind: StoreKind; readonly bucket: string; readonly namespace: string },
  log: Log,
): Promise<readonly string[]> {
  const { kind, bucket, namespace } = options;
  const { storage, login } = await openStore(kind, bucket, log);
  const name = `${bucket}-login`;
  await ensureNamespace(cluster, namespace);
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, stringData: login };
  await apply(cluster, secret);
  const block = { storage: { ...storage, cloud: { ...storage.cloud, credentialsSecretRef: name } } };
  return stringify(block).trimEnd().split("\n");
}
