/** What both read of a Neo4jRestore resource: whoever asks for the restore, and whoever carries it out. */
import type { JsonObject } from "../../plan/observation.js";
import type { Neo4jRestoreStatus } from "../../spec/types.js";
import type { ResourceView } from "../../workflow/resource-ports.js";
import { count, isTerminating, object, revisionOf, texts, uidOf } from "./json.js";

export interface CommonView extends Omit<ResourceView, "owner"> {
  readonly document: JsonObject;
}

export function commonView(resource: JsonObject): CommonView {
  return {
    uid: uidOf(resource),
    generation: count(resource, "metadata", "generation") ?? 0,
    revision: revisionOf(resource),
    deleting: isTerminating(resource),
    finalizers: texts(resource, "metadata", "finalizers"),
    document: resource,
    status: object(resource, "status") as unknown as Neo4jRestoreStatus | undefined,
  };
}

/** The patch that sets one finalizer or takes it away, on the resource as it was read. */
export function finalizerPatch(there: JsonObject, finalizer: string, present: boolean): JsonObject {
  const others = texts(there, "metadata", "finalizers").filter((entry) => entry !== finalizer);
  const finalizers = present ? [...others, finalizer] : others;
  return { metadata: { resourceVersion: revisionOf(there), finalizers } };
}
