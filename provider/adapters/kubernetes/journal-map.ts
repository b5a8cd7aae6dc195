/**
 * What a journal's ConfigMap says by itself: the keys of its data, and whether its run is to be cancelled.
 * A request to cancel is meant for one attempt of one run: a later attempt is not cancelled by it.
 */
import { annotations } from "../../plan/names.js";
import type { JsonObject } from "../../plan/observation.js";
import { annotationOf, count, parseObject, text } from "./json.js";

export const keys = { state: "state.json", status: "status.json" } as const;

export function attemptOf(map: JsonObject): string {
  const run = parseObject(text(map, "data", keys.state) ?? "{}");
  return `${text(run, "runId") ?? ""}.${count(run, "attempt") ?? ""}`;
}

export function isCancelRequested(map: JsonObject): boolean {
  return annotationOf(map, annotations.cancel) === attemptOf(map);
}
