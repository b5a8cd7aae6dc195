/**
 * Whose a custom resource definition is. Invariant: ours is what bears our label; whoever else wrote it is named by
 * the field managers that the API server keeps.
 */
import { labels, manager } from "../../plan/names.js";
import type { KubernetesConnection } from "./connection.js";
import { labelOf, objects, text } from "./json.js";
import { definitionPath } from "./paths.js";

export type DefinitionOwner =
  | { readonly is: "nobody" | "ours" }
  /** `writers` as they named themselves to the API server. */
  | { readonly is: "another"; readonly writers: readonly string[]; readonly since: string };

/** @throws RestoreFault where it may not be read. */
export async function definitionOwner({ api }: KubernetesConnection, name: string): Promise<DefinitionOwner> {
  const definition = await api.get(definitionPath(name));
  if (!definition) return { is: "nobody" };
  if (labelOf(definition, labels.managedBy) === manager) return { is: "ours" };
  const managed = objects(definition, "metadata", "managedFields")
    // The API server itself notes the status.
    .filter((entry) => text(entry, "subresource") === undefined)
    .map((entry) => text(entry, "manager") ?? "");
  return {
    is: "another",
    writers: [...new Set(managed)].filter((writer) => writer !== ""),
    since: text(definition, "metadata", "creationTimestamp") ?? "",
  };
}
