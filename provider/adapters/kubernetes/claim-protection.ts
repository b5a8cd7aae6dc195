/**
 * Keeps data claims through a scale to 0 of a set whose retention policy deletes them: a claim that is
 * controlled by something other than the set or its pod is left alone by the StatefulSet controller. That
 * something is the claim's Namespace, which outlives everything in it. A controlling reference of the set gives
 * way (there can be only one); the set's controller sets it again at its next look, once ours is gone.
 */
import type { JsonObject } from "../../plan/observation.js";
import { RestoreFault } from "../../workflow/faults.js";
import type { Api } from "./api.js";
import { isProtected } from "./claims.js";
import { isTrue, nameOf, objects, revisionOf, text, uidOf } from "./json.js";
import { namespacePath, pathOf } from "./paths.js";
import { retryOnConflict } from "./retry-on-conflict.js";

export async function protectClaims(
  api: Api,
  namespace: string,
  claims: readonly string[],
  protect: boolean,
): Promise<void> {
  const owner = protect ? await namespaceReference(api, namespace) : undefined;
  await Promise.all(claims.map((claim) => setReference(api, namespace, claim, owner)));
  if (protect) await Promise.all(claims.map((claim) => expectShielded(api, namespace, claim)));
}

async function setReference(
  api: Api,
  namespace: string,
  name: string,
  owner: JsonObject | undefined,
): Promise<void> {
  const path = pathOf("PersistentVolumeClaim", namespace, name);
  await retryOnConflict(async () => {
    const claim = await api.get(path);
    if (!claim) {
      if (!owner) return;
      throw new RestoreFault("terminal", "ClaimNotFound", `The data claim ${name} does not exist.`);
    }
    if (owner ? isShielded(claim) : !isProtected(claim)) return;
    const references = objects(claim, "metadata", "ownerReferences").filter((entry) => !isOurs(entry));
    const ownerReferences = owner
      ? [...references.filter((entry) => !isTrue(entry, "controller")), owner]
      : references;
    await api.patch(path, { metadata: { resourceVersion: revisionOf(claim), ownerReferences } });
  });
}

async function expectShielded(api: Api, namespace: string, name: string): Promise<void> {
  const claim = await api.get(pathOf("PersistentVolumeClaim", namespace, name));
  if (claim && isShielded(claim)) return;
  throw new RestoreFault(
    "retry",
    "ReplicasContested",
    `The protection of claim ${name} did not stay: something else rewrites its ownerReferences.`,
  );
}

/** Controlled by us, or by someone else who is neither the set nor a pod: the policy spares it either way. */
function isShielded(claim: JsonObject): boolean {
  return objects(claim, "metadata", "ownerReferences").some(
    (entry) => isTrue(entry, "controller") && !["StatefulSet", "Pod"].includes(text(entry, "kind") ?? ""),
  );
}

function isOurs(reference: JsonObject): boolean {
  return text(reference, "kind") === "Namespace";
}

async function namespaceReference(api: Api, namespace: string): Promise<JsonObject> {
  const found = await api.get(namespacePath(namespace));
  if (!found) {
    throw new RestoreFault("terminal", "TargetNotFound", `The namespace ${namespace} does not exist.`);
  }
  return { apiVersion: "v1", kind: "Namespace", name: nameOf(found), uid: uidOf(found), controller: true };
}
