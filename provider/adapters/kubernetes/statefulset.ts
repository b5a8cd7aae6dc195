/**
 * The target's StatefulSet as a view, and the claims of its data volume.
 * Names are the operator's convention: a cluster's set is `<name>-server`, a standalone's bears its own name.
 */
import type { JsonObject, StatefulSetView, TargetKind } from "../../plan/observation.js";
import { annotations } from "../../plan/names.js";
import { annotationOf, count, nameOf, object, objects, present, revisionOf, text, uidOf } from "./json.js";
import { claimsOf } from "./pods.js";
import { podShape } from "./pod-shape.js";

export function statefulSetName(kind: TargetKind, target: string): string {
  return kind === "Neo4jEnterpriseCluster" ? `${target}-server` : target;
}

export function statefulSetView(set: JsonObject): StatefulSetView {
  const status = object(set, "status");
  const outdated = text(status, "updateRevision") !== text(status, "currentRevision");
  const unseen = (count(status, "observedGeneration") ?? 0) < (count(set, "metadata", "generation") ?? 0);
  return {
    name: nameOf(set),
    uid: uidOf(set),
    revision: revisionOf(set),
    replicas: count(set, "spec", "replicas") ?? 1,
    readyReplicas: count(status, "readyReplicas") ?? 0,
    rolling: outdated || unseen,
    ...present("returnState", annotationOf(set, annotations.returnState)),
    shape: podShape(resolvedSpec(set, firstOrdinal(set))),
  };
}

/** The claims that hold `/data`, by ordinal, for that many servers; one shared claim appears once. */
export function dataClaimNames(set: JsonObject, servers: number): readonly string[] {
  const total = Math.max(servers, count(set, "spec", "replicas") ?? 1);
  const first = firstOrdinal(set);
  const names = Array.from({ length: total }, (_, index) => dataClaim(resolvedSpec(set, first + index)));
  return [...new Set(names.flatMap((name) => name ?? []))];
}

function dataClaim(spec: JsonObject): string | undefined {
  const shape = podShape(spec);
  const mount = shape.mounts.find((entry) => text(entry, "mountPath")?.replace(/\/+$/, "") === "/data");
  const volume = shape.volumes.find((entry) => text(entry, "name") === text(mount, "name"));
  return volume ? claimsOf({ volumes: [volume] })[0] : undefined;
}

/** The template's pod spec as the controller makes it for that ordinal: claim templates become volumes. */
function resolvedSpec(set: JsonObject, ordinal: number): JsonObject {
  const spec = object(set, "spec", "template", "spec") ?? {};
  const claims = objects(set, "spec", "volumeClaimTemplates").map((template) => ({
    name: nameOf(template),
    persistentVolumeClaim: { claimName: `${nameOf(template)}-${nameOf(set)}-${ordinal}` },
  }));
  const replaced = new Set(claims.map((volume) => volume.name));
  const volumes = objects(spec, "volumes").filter((volume) => !replaced.has(text(volume, "name") ?? ""));
  return { ...spec, volumes: [...volumes, ...claims] };
}

function firstOrdinal(set: JsonObject): number {
  return count(set, "spec", "ordinals", "start") ?? 0;
}
