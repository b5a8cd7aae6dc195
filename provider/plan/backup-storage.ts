/**
 * The storage block of a Neo4jBackup as ours: the same shape, but read from a resource that somebody else has
 * written. What is not of the expected type counts as not written.
 */
import type { CloudBlock, CloudIdentity, StorageLocation, StorageType } from "../spec/types.js";
import type { Json, JsonObject } from "./observation.js";

export function backupStorage(storage: JsonObject): StorageLocation {
  const type = storageType(storage["type"]);
  const claim = text(object(storage["pvc"])?.["name"]);
  const cloud = object(storage["cloud"]);
  return {
    ...(type === undefined ? {} : { type }),
    ...present("bucket", text(storage["bucket"])),
    ...present("path", text(storage["path"])),
    ...(claim === undefined ? {} : { pvc: { name: claim } }),
    ...(cloud ? { cloud: cloudBlock(cloud) } : {}),
  };
}

function storageType(value: Json | undefined): StorageType | undefined {
  return value === "s3" || value === "gcs" || value === "azure" || value === "pvc" ? value : undefined;
}

function cloudBlock(cloud: JsonObject): CloudBlock {
  const identity = object(cloud["identity"]);
  return {
    ...present("credentialsSecretRef", text(cloud["credentialsSecretRef"])),
    ...present("endpointURL", text(cloud["endpointURL"])),
    ...(cloud["forcePathStyle"] === true ? { forcePathStyle: true } : {}),
    ...(identity ? { identity: identityBlock(identity) } : {}),
  };
}

function identityBlock(identity: JsonObject): CloudIdentity {
  const autoCreate = object(identity["autoCreate"]);
  const enabled = autoCreate?.["enabled"];
  const annotations = Object.entries(object(autoCreate?.["annotations"]) ?? {}).flatMap(([key, value]) =>
    typeof value === "string" ? [[key, value] as const] : [],
  );
  return {
    ...present("serviceAccount", text(identity["serviceAccount"])),
    ...(autoCreate
      ? {
          autoCreate: {
            ...(typeof enabled === "boolean" ? { enabled } : {}),
            annotations: Object.fromEntries(annotations),
          },
        }
      : {}),
  };
}

function present<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: string });
}

function object(value: Json | undefined): JsonObject | undefined {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
