/** Persistent volume claims as views: who mounts them now, and whether our protection is on them. */
import type { ClaimView, JsonObject } from "../../plan/observation.js";
import { parseQuantity } from "../../spec/quantity.js";
import type { Api } from "./api.js";
import { isTerminating, isTrue, nameOf, object, objects, present, text, texts, uidOf } from "./json.js";
import { pathOf } from "./paths.js";
import { claimsOf, isFinished } from "./pods.js";

/** @param pods every pod of the namespace. */
export async function claimViews(
  api: Api,
  namespace: string,
  names: readonly string[],
  pods: readonly JsonObject[],
): Promise<readonly ClaimView[]> {
  return Promise.all(
    names.map(async (name) => {
      const claim = await api.get(pathOf("PersistentVolumeClaim", namespace, name));
      return claimView(name, claim, pods);
    }),
  );
}

function claimView(name: string, claim: JsonObject | undefined, pods: readonly JsonObject[]): ClaimView {
  const capacity = text(claim, "status", "capacity", "storage");
  const users = pods
    .filter((pod) => !isFinished(pod) && claimsOf(object(pod, "spec") ?? {}).includes(name))
    .map((pod) => ({ pod: nameOf(pod), ...present("node", text(pod, "spec", "nodeName")) }));
  return {
    name,
    ...(claim ? { uid: uidOf(claim) } : {}),
    exists: claim !== undefined,
    terminating: claim !== undefined && isTerminating(claim),
    accessModes: texts(claim, "spec", "accessModes"),
    ...present("capacityBytes", capacity === undefined ? undefined : parseQuantity(capacity)),
    ...present("storageClassName", text(claim, "spec", "storageClassName")),
    bound: text(claim, "status", "phase") === "Bound",
    users,
    protected: claim !== undefined && isProtected(claim),
  };
}

/** Our mark: the claim is controlled by its Namespace (see claim-protection.ts). */
export function isProtected(claim: JsonObject): boolean {
  return objects(claim, "metadata", "ownerReferences").some(
    (owner) => text(owner, "kind") === "Namespace" && isTrue(owner, "controller"),
  );
}
