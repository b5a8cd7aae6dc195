/**
 * Readers of raw JSON as the API server sends it: a path in, a typed value or undefined out.
 * Raw on purpose: fragments of the server's pod are copied into a Job exactly, fields that we do not know
 * included. What is absent or of another type reads as undefined (or empty), never as an error.
 */
import type { Json, JsonObject } from "../../plan/observation.js";

type Path = readonly string[];

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses text that must be a JSON object; undefined for anything else. */
export function parseObject(source: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(source);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

export function at(value: Json | undefined, ...path: Path): Json | undefined {
  let current: Json | undefined = value;
  for (const key of path) {
    if (!isObject(current)) return undefined;
    current = current[key];
  }
  return current;
}

export function text(value: Json | undefined, ...path: Path): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" && found !== "" ? found : undefined;
}

export function count(value: Json | undefined, ...path: Path): number | undefined {
  const found = at(value, ...path);
  return typeof found === "number" ? found : undefined;
}

export function isTrue(value: Json | undefined, ...path: Path): boolean {
  return at(value, ...path) === true;
}

export function object(value: Json | undefined, ...path: Path): JsonObject | undefined {
  const found = at(value, ...path);
  return isObject(found) ? found : undefined;
}

export function objects(value: Json | undefined, ...path: Path): readonly JsonObject[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.filter(isObject) : [];
}

export function texts(value: Json | undefined, ...path: Path): readonly string[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.filter((item): item is string => typeof item === "string") : [];
}

export const nameOf = (resource: JsonObject): string => text(resource, "metadata", "name") ?? "";
export const uidOf = (resource: JsonObject): string => text(resource, "metadata", "uid") ?? "";
export const revisionOf = (resource: JsonObject): string =>
  text(resource, "metadata", "resourceVersion") ?? "";
export const isTerminating = (resource: JsonObject): boolean =>
  text(resource, "metadata", "deletionTimestamp") !== undefined;
export const labelOf = (resource: JsonObject, label: string): string | undefined =>
  text(resource, "metadata", "labels", label);
export const annotationOf = (resource: JsonObject, annotation: string): string | undefined =>
  text(resource, "metadata", "annotations", annotation);

/** The condition of that type, where it is reported at all. */
export function condition(resource: JsonObject, type: string): JsonObject | undefined {
  return objects(resource, "status", "conditions").find((entry) => text(entry, "type") === type);
}

export function holds(resource: JsonObject, type: string): boolean {
  return text(condition(resource, type), "status") === "True";
}

/** A value under its key where there is one: optional fields are left out, never undefined. */
export function present<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V });
}
