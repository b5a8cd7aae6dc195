/** Where a cluster's database comes from: a server's own store, or an artifact of which each server makes the same store. */
import type { Known } from "./system-graph.js";
import type { Artifact, Store } from "./volume.js";

export type Origin =
  { readonly pod: string; readonly uri?: never } | { readonly uri: string; readonly pod?: never };

export const from = ({ pod, uri }: Origin): Pick<Known, "seed" | "uri"> =>
  pod === undefined ? { uri } : { seed: pod };

/** @returns the store, or what Neo4j says where there is no such artifact */
export function seededStore({ id }: Known, uri: string, artifact: Artifact | undefined): Store | string {
  if (!artifact) return `Object not found at the path: ${uri}`;
  const { content } = artifact;
  return { type: "store", set: `seed-${id}`, origin: "backup", ...content, complete: true, writes: 0 };
}
