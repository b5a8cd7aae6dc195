/**
 * The hold: an annotation on the target that makes its owner controller leave replicas alone and other
 * restores wait. Compare-and-set by resourceVersion, so that of two restores exactly one gets it.
 */
import { annotations } from "../../plan/names.js";
import { RestoreFault } from "../../workflow/faults.js";
import type { TargetRef } from "../../workflow/ports.js";
import { absent, type Api } from "./api.js";
import { annotationOf, revisionOf } from "./json.js";
import { pathOf } from "./paths.js";
import { retryOnConflict } from "./retry-on-conflict.js";
import { findResources, heldBy } from "./target.js";

export async function hold(api: Api, ref: TargetRef, value: string): Promise<string> {
  return retryOnConflict(async () => {
    const [target] = await findResources(api, ref);
    if (!target) {
      throw new RestoreFault(
        "waiting",
        "TargetNotFound",
        `${ref.namespace} has no target ${ref.name} to hold.`,
      );
    }
    const there = heldBy(target.resource);
    if (there !== undefined) return there;
    await api.patch(pathOf(target.kind, ref.namespace, ref.name), {
      metadata: {
        resourceVersion: revisionOf(target.resource),
        annotations: { [annotations.hold]: value },
      },
    });
    return value;
  });
}

export async function releaseHold(api: Api, ref: TargetRef, value: string): Promise<void> {
  await retryOnConflict(async () => {
    for (const { kind, resource } of await findResources(api, ref)) {
      if (annotationOf(resource, annotations.hold) !== value) continue;
      await api
        .patch(pathOf(kind, ref.namespace, ref.name), {
          metadata: { resourceVersion: revisionOf(resource), annotations: { [annotations.hold]: null } },
        })
        .catch(absent(undefined));
    }
  });
}
