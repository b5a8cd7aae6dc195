/**
 * One volume per claim in a pod. The kubelet waits for ever for a second volume of a claim that it has mounted
 * already, so whoever names the same claim (the server's own backup folder, the base and what is staged beside it, the
 * data volume itself) shares one. Invariant: mounts stay where they are, and as read-only as they are.
 */
import { claimOfVolume } from "./cluster.js";
import type { JsonObject } from "./observation.js";

export interface Shared {
  readonly volumes: readonly JsonObject[];
  /** The same mounts, of the volumes that are left. */
  readonly mounts: (mounts: readonly JsonObject[]) => readonly JsonObject[];
}

export function sharedClaims(volumes: readonly JsonObject[]): Shared {
  const byClaim = new Map<string, readonly JsonObject[]>();
  for (const volume of volumes) {
    const claim = claimOfVolume(volume);
    if (claim !== undefined) byClaim.set(claim, [...(byClaim.get(claim) ?? []), volume]);
  }
  const renamed = new Map<unknown, JsonObject>();
  for (const [first, ...others] of byClaim.values())
    for (const other of others) if (first) renamed.set(other["name"], first);
  return {
    volumes: volumes
      .filter((volume) => !renamed.has(volume["name"]))
      .map((volume) => together(volume, byClaim.get(claimOfVolume(volume) ?? "") ?? [])),
    mounts: (mounts) =>
      mounts.map((mount) => {
        const name = renamed.get(mount["name"])?.["name"];
        return name === undefined ? mount : { ...mount, name };
      }),
  };
}

/** Writable where one of them is: what may not write has a mount that says so. */
function together(volume: JsonObject, ofClaim: readonly JsonObject[]): JsonObject {
  if (ofClaim.length < 2 || ofClaim.every(isReadOnly)) return volume;
  const { readOnly: _forSome, ...source } = volume["persistentVolumeClaim"] as JsonObject;
  return { ...volume, persistentVolumeClaim: source };
}

const isReadOnly = (volume: JsonObject): boolean =>
  (volume["persistentVolumeClaim"] as JsonObject)["readOnly"] === true;
