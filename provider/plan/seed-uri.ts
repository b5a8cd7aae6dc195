/**
 * Strategy seedURI: no Job restores, each server reads the artifact from its store itself, with its own
 * credentials. Pure: what that takes of source, version and server, and the options that say it. An exact artifact
 * is always given, because what Neo4j takes of a folder is not to be relied on.
 */
import type { RestoreRequest } from "../spec/request.js";
import { parseInstant } from "../spec/instant.js";
import type { CloudAccess } from "./cloud.js";
import type { JsonObject } from "./observation.js";
import type { SourceLocation } from "./source.js";
import type { RestoreSource } from "../spec/types.js";

/** Which provider of Neo4j reads a URI: the first one that knows its scheme. */
export const seedProviders = "dbms.databases.seed_from_uri_providers";

export function readsByServers(request: RestoreRequest): boolean {
  return request.spec.options?.strategy === "seedURI";
}

/** Nothing of the source's own credentials and settings reaches the servers, nor the Job that looks as they do. */
export function asServersRead(source: SourceLocation): SourceLocation {
  if (!source.cloud) return source;
  const { type, accountFromSecret } = source.cloud;
  const cloud: CloudAccess = { type, ...(accountFromSecret ? { accountFromSecret } : {}), asServers: true };
  return { ...source, cloud };
}

export interface Seedable {
  readonly source: SourceLocation;
  /** Of the request. */
  readonly pointInTime: RestoreSource["pointInTime"];
  readonly existed: boolean;
  readonly version: string;
  /** The value of the setting, where the server told it. */
  readonly providers: string | undefined;
}

/** @returns why the servers could not be seeded with it, and what to write instead. */
export function seedComplaint({
  source,
  pointInTime,
  existed,
  version,
  providers,
}: Seedable): string | undefined {
  const seeder = "write options.strategy: designatedSeeder";
  if (source.staging)
    return `the backups are brought together by a Job (source.pitr with logStorage, compression or encryption), which no server reads: ${seeder}`;
  if (!source.cloud)
    return `the backup lies on claim ${source.claim ?? ""}, which the servers do not mount: copy it to a bucket that all of them can read, or ${seeder}`;
  if (pointInTime !== undefined && existed)
    return `Neo4j recreates a database from a whole artifact only, not up to source.pointInTime: ${seeder}`;
  if (pointInTime !== undefined && !isCalendarVersion(version))
    return `Neo4j ${version} seeds from a whole artifact only; up to source.pointInTime it does from 2025.01 on: ${seeder}`;
  return providers === undefined ? undefined : providerComplaint(source.cloud, providers);
}

/** S3SeedProvider wants a region and keys in the command and knows no ambient login; the other one is like neo4j-admin. */
function providerComplaint({ type }: CloudAccess, value: string): string | undefined {
  const known = value.split(",").map((name) => name.trim());
  const first = known.find(
    (name) => name === "CloudSeedProvider" || (type === "s3" && name === "S3SeedProvider"),
  );
  if (first === "CloudSeedProvider") return undefined;
  return `the servers' ${seedProviders} is ${value}, with which ${type} is not read with the servers' own credentials: set it to CloudSeedProvider in the target's spec.config`;
}

function isCalendarVersion(version: string): boolean {
  return Number(version.split(".", 1)[0]) >= 2025;
}

/** Options of CREATE DATABASE; `existingData` is what Cypher 5 demands. */
export function uriOptions(artifact: string, request: RestoreRequest): JsonObject {
  const { pointInTime } = request.spec.source;
  const point = pointInTime === undefined ? undefined : parseInstant(pointInTime);
  const until =
    point === undefined ? {} : { seedRestoreUntil: new Date(point - (point % 1000)).toISOString() };
  return { existingData: "use", seedURI: artifact, ...until };
}
