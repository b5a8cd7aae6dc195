/**
 * Writes on the target's StatefulSet: its number of replicas, and the return state kept on it. Each carries uid and
 * resourceVersion of the look that it rests on. Invariants: a set that was made anew under the same name (another uid) is
 * never touched; one that has changed is looked at again, so that what arrives late changes nothing.
 */
import type { JsonObject } from "../../plan/observation.js";
import { annotations } from "../../plan/names.js";
import { RestoreFault } from "../../workflow/faults.js";
import type { SeenSet, TargetRef } from "../../workflow/ports.js";
import type { Api } from "./api.js";
import { annotationOf, uidOf } from "./json.js";
import { pathOf } from "./paths.js";
import { isRefusal } from "./errors.js";
import { statefulSetName } from "./statefulset.js";
import { findResources } from "./target.js";

export async function scale(api: Api, ref: TargetRef, seen: SeenSet, replicas: number): Promise<void> {
  const path = await findSet(api, ref);
  if (path === undefined) throw missing(ref);
  await api.patch(path, { metadata: asSeen(seen), spec: { replicas } }).catch(async (error: unknown) => {
    if (isRefusal(error, 404)) throw missing(ref);
    if (isRefusal(error, 409)) await expectOnlyChanged(api, path, ref, seen);
    if (isRefusal(error, 422)) throw refused(ref, `not scaled to ${replicas}`, error);
    throw error;
  });
}

export async function saveReturnState(
  api: Api,
  ref: TargetRef,
  seen: SeenSet,
  value: string | undefined,
): Promise<void> {
  const path = await findSet(api, ref);
  const body = { metadata: { ...asSeen(seen), annotations: { [annotations.returnState]: value ?? null } } };
  const written = path === undefined ? undefined : await patchAsSeen(api, path, ref, seen, body);
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

async function patchAsSeen(
  api: Api,
  path: string,
  ref: TargetRef,
  seen: SeenSet,
  body: JsonObject,
): Promise<JsonObject | undefined> {
  try {
    return await api.patch(path, body);
  } catch (error) {
    if (isRefusal(error, 404)) return undefined;
    if (isRefusal(error, 409)) await expectOnlyChanged(api, path, ref, seen);
    throw error;
  }
}

const asSeen = ({ uid, revision }: SeenSet): JsonObject => ({ uid, resourceVersion: revision });

/** A conflict: where it is still the same set, what to do is decided anew; another set is none of this run's. */
async function expectOnlyChanged(api: Api, path: string, ref: TargetRef, seen: SeenSet): Promise<void> {
  const there = await api.get(path);
  if (!there || uidOf(there) === seen.uid) {
    throw new RestoreFault(
      "retry",
      "ReplicasContested",
      `The StatefulSet of ${ref.name} has changed since it was looked at: it is looked at again.`,
    );
  }
  throw refused(ref, "left alone", `it was made anew (uid ${uidOf(there)}, not ${seen.uid})`);
}

function refused(ref: TargetRef, what: string, why: unknown): RestoreFault {
  const text = why instanceof RestoreFault ? (why.evidence?.text ?? why.message) : String(why);
  const message = `The StatefulSet of ${ref.name} was ${what}: ${text}`;
  return new RestoreFault("terminal", "ScaleFailed", message, { cause: why });
}

async function findSet(api: Api, ref: TargetRef): Promise<string | undefined> {
  const [target] = await findResources(api, ref);
  return target && pathOf("StatefulSet", ref.namespace, statefulSetName(target.kind, ref.name));
}

function missing(ref: TargetRef): RestoreFault {
  return new RestoreFault("waiting", "TargetNotReady", `${ref.name} has no StatefulSet.`);
}
