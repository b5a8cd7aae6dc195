/** The pods of a StatefulSet, as views in ordinal order. Pods in deletion count: they may still write. */
import type { JsonObject, PodView } from "../../plan/observation.js";
import { holds, isTerminating, nameOf, object, objects, present, text, uidOf } from "./json.js";
import { neo4jContainer, podShape } from "./pod-shape.js";

/** Those that the set's selector takes and that bear its name and an ordinal, whoever owns them by now. */
export function podsOf(statefulSet: JsonObject, pods: readonly JsonObject[]): readonly PodView[] {
  const selector = object(statefulSet, "spec", "selector", "matchLabels") ?? {};
  return pods
    .filter((pod) => ordinalOf(nameOf(statefulSet), pod) !== undefined)
    .filter((pod) => Object.entries(selector).every(([key, v]) => text(pod, "metadata", "labels", key) === v))
    .map((pod) => ({ pod, ordinal: ordinalOf(nameOf(statefulSet), pod) ?? 0 }))
    .sort((one, other) => one.ordinal - other.ordinal)
    .map(({ pod }) => podView(pod));
}

function ordinalOf(set: string, pod: JsonObject): number | undefined {
  const name = nameOf(pod);
  const digits = name.startsWith(`${set}-`) ? name.slice(set.length + 1) : "";
  return /^\d+$/.test(digits) ? Number(digits) : undefined;
}

function podView(pod: JsonObject): PodView {
  const spec = object(pod, "spec") ?? {};
  const name = text(neo4jContainer(spec), "name");
  const container = objects(pod, "status", "containerStatuses").find((entry) => text(entry, "name") === name);
  return {
    name: nameOf(pod),
    uid: uidOf(pod),
    ready: holds(pod, "Ready"),
    terminating: isTerminating(pod),
    running: object(container, "state", "running") !== undefined,
    ...present("node", text(spec, "nodeName")),
    ...present("ip", text(pod, "status", "podIP")),
    shape: podShape(spec, object(pod, "status")),
  };
}

/** It has ended for good: its volumes are no longer in use. */
export function isFinished(pod: JsonObject): boolean {
  return ["Succeeded", "Failed"].includes(text(pod, "status", "phase") ?? "");
}

export function claimsOf(podSpec: JsonObject): readonly string[] {
  return objects(podSpec, "volumes").flatMap(
    (volume) => text(volume, "persistentVolumeClaim", "claimName") ?? [],
  );
}
