/**
 * What the simulation reads of a manifest: as Kubernetes does, and no more of it. Nothing is decided here.
 */
import type { Json, JsonObject } from "../../../provider/plan/observation.js";

/** The kubelet waits for ever for a second volume of a claim. */
export function namesEachClaimOnce(pod: JsonObject): boolean {
  const claims = listAt(pod, "volumes").flatMap(
    (one) => objectAt(one, "persistentVolumeClaim")["claimName"] ?? [],
  );
  return new Set(claims).size === claims.length;
}

export function argvOf(container: JsonObject): readonly string[] {
  const argv = [...textsAt(container, "command"), ...textsAt(container, "args")];
  return argv.map((text) => text.replaceAll("$$", "$"));
}

/** The node that its affinity names; undefined where any will do. */
export function nodeOf(pod: JsonObject): string | undefined {
  const affinity = objectAt(objectAt(pod, "affinity"), "nodeAffinity");
  const required = objectAt(affinity, "requiredDuringSchedulingIgnoredDuringExecution");
  const fields = listAt(required, "nodeSelectorTerms").flatMap((term) => listAt(term, "matchFields"));
  return fields.flatMap((field) => textsAt(field, "values"))[0];
}

export function objectAt(value: Json | undefined, key: string): JsonObject {
  const inner = isObject(value) ? value[key] : undefined;
  return isObject(inner) ? inner : {};
}

export function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

export function listAt(value: JsonObject, key: string): readonly JsonObject[] {
  const inner = value[key];
  return Array.isArray(inner) ? inner.filter((one: Json) => isObject(one)) : [];
}

function textsAt(value: JsonObject, key: string): readonly string[] {
  const inner = value[key];
  return Array.isArray(inner) ? inner.filter((one: Json) => typeof one === "string") : [];
}

/** Claims by mount path. */
export function mountsOf(pod: JsonObject, container: JsonObject): ReadonlyMap<string, string> {
  const claims = new Map(
    listAt(pod, "volumes").map((volume) => [
      volume["name"],
      objectAt(volume, "persistentVolumeClaim")["claimName"],
    ]),
  );
  return new Map(
    listAt(container, "volumeMounts").flatMap((mount) => {
      const claim = claims.get(mount["name"] ?? "");
      const path = mount["mountPath"];
      return typeof claim === "string" && typeof path === "string" ? [[path, claim] as const] : [];
    }),
  );
}
