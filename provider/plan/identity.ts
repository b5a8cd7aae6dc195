/**
 * Which fields define a run: its target, its source and the trigger, as the user wrote them. Nothing else
 * does: hooks, consent, options and timeouts may change without restoring again. No secret is among them, so
 * the hash may be shown.
 */
import { createHash } from "node:crypto";
import type { RestoreRequest } from "../spec/request.js";

/** Fields whose change means another restore object altogether. */
export function targetFields(request: RestoreRequest): readonly unknown[] {
  return [request.name, request.namespace ?? null, request.spec.clusterRef, request.spec.databaseName];
}

/** Fields whose change means restoring again into the same target. */
export function runFields(request: RestoreRequest): readonly unknown[] {
  return [request.spec.source, request.trigger ?? null];
}

/** What changed from one request to the next, most consequential first. */
export function changeOf(
  before: RestoreRequest,
  after: RestoreRequest,
): "target" | "run" | "other" | "nothing" {
  if (canonical(targetFields(before)) !== canonical(targetFields(after))) return "target";
  if (canonical(runFields(before)) !== canonical(runFields(after))) return "run";
  return canonical(before) === canonical(after) ? "nothing" : "other";
}

/** The same for two requests of the same restore, whatever the restore is called. @param namespace resolved */
export function runIdentity(request: RestoreRequest, namespace: string): string {
  const { clusterRef, databaseName } = request.spec;
  const defining = [namespace, clusterRef, databaseName, ...runFields(request)];
  return createHash("sha256").update(canonical(defining)).digest("hex").slice(0, 16);
}

/** JSON with sorted keys; members that are undefined do not count. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}
