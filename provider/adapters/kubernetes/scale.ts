/**
 * Writes on the target's StatefulSet: its number of replicas, and the return state kept on it.
 * A set that was made anew under the same name (another uid) is never touched.
 */
import type { JsonObject } from "../../plan/observation.js";
import { annotations } from "../../plan/names.js";
import { RestoreFault } from "../../workflow/faults.js";
import type { TargetRef } from "../../workflow/ports.js";
import { absent, type Api } from "./api.js";
import { annotationOf, uidOf } from "./json.js";
import { pathOf } from "./paths.js";
import { isRefusal } from "./errors.js";
import { statefulSetName } from "./statefulset.js";
import { findResources } from "./target.js";

export async function scale(api: Api, ref: TargetRef, uid: string, replicas: number): Promise<void> {
  const path = await findSet(api, ref);
  if (path === undefined) throw missing(ref);
  await api.patch(path, { metadata: { uid }, spec: { replicas } }).catch((error: unknown) => {
    if (isRefusal(error, 404)) throw missing(ref);
    // A uid that is not the object's own is a conflict, and no repetition will help.
    if (isRefusal(error, 409, 422)) {
      throw new RestoreFault(
        "terminal",
        "ScaleFailed",
        `The StatefulSet of ${ref.name} was not scaled to ${replicas}: ${error.evidence?.text ?? ""}`,
        { cause: error },
      );
    }
    throw error;
  });
}

export async function saveReturnState(api: Api, ref: TargetRef, value: string | undefined): Promise<void> {
  const path = await findSet(api, ref);
  const body: JsonObject = { metadata: { annotations: { [annotations.returnState]: value ?? null } } };
  const written = path === undefined ? undefined : await api.patch(path, body).catch(absent(undefined));
  if (!path || !written) {
    // Nothing is left that could carry it: fine when it was to be removed.
    if (value === undefined) return;
    throw missing(ref);
  }
  const set = await api.get(path);
  if (!set || uidOf(set) !== uidOf(written) || annotationOf(set, annotations.returnState) !== value) {
    throw new RestoreFault(
      "retry",
      "ReplicasContested",
      `The return state on the StatefulSet of ${ref.name} did not stay as written.`,
    );
  }
}

async function findSet(api: Api, ref: TargetRef): Promise<string | undefined> {
  const [target] = await findResources(api, ref);
  return target && pathOf("StatefulSet", ref.namespace, statefulSetName(target.kind, ref.name));
}

function missing(ref: TargetRef): RestoreFault {
  return new RestoreFault("waiting", "TargetNotReady", `${ref.name} has no StatefulSet.`);
}
