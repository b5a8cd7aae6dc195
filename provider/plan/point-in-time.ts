/**
 * What of source.pointInTime and source.pitr reaches the volume script, and what is said about it. Pure. Only
 * `pitr` accepts a gap between the point and the end of the history; elsewhere the point must be covered.
 */
import { defaults } from "../spec/defaults.js";
import { parseDuration } from "../spec/duration.js";
import { parseInstant, toRestoreUntil } from "../spec/instant.js";
import type { RestoreRequest } from "../spec/request.js";

/** How the artifact is chosen, in the script's own words. */
export interface PointArguments {
  /** Empty: by name alone. Else by its chain: without a hole, or whatever neo4j-admin makes of it. */
  readonly chain: "" | "contiguous" | "any";
  /** UTC, whole seconds; empty where everything is restored. */
  readonly until: string;
  /** Seconds that may lie between the end of the history and the point. */
  readonly accepted: string;
  /** Ends a refusal where retention may explain it. */
  readonly hint: string;
}

export function pointArguments(request: RestoreRequest, now: number): PointArguments {
  const { type, pitr } = request.spec.source;
  const point = pointOf(request);
  const judged = point !== undefined || type === "pitr";
  return {
    chain: !judged ? "" : pitr?.validateLogIntegrity === false ? "any" : "contiguous",
    until: point === undefined ? "" : toRestoreUntil(point),
    accepted: type === "pitr" ? String(Math.floor(objectiveMs(request) / 1000)) : "0",
    hint: olderThanRetention(request, now)
      ? `; the point is older than logRetention ${retention(request)}, so backups that covered it may have been removed`
      : "",
  };
}

/** What the run says before it begins. */
export function pointRemark(request: RestoreRequest, now: number): string | undefined {
  return olderThanRetention(request, now)
    ? `spec.source.pointInTime ${request.spec.source.pointInTime ?? ""} is older than pitr.logRetention ${retention(request)}: what exists decides`
    : undefined;
}

function pointOf({ spec: { source } }: RestoreRequest): number | undefined {
  return source.pointInTime === undefined ? undefined : parseInstant(source.pointInTime);
}

const retention = ({ spec }: RestoreRequest): string =>
  spec.source.pitr?.logRetention ?? defaults.logRetention;

function objectiveMs({ spec }: RestoreRequest): number {
  return parseDuration(spec.source.pitr?.recoveryPointObjective ?? defaults.recoveryPointObjective) ?? 0;
}

function olderThanRetention(request: RestoreRequest, now: number): boolean {
  const point = request.spec.source.type === "pitr" ? pointOf(request) : undefined;
  return point !== undefined && point < now - (parseDuration(retention(request)) ?? 0);
}
