/**
 * Which process drives a restore: a Lease per restore, taken and renewed by resourceVersion.
 * Clocks are never compared: whoever waits judges by whether `renewed` still changes.
 */
import type { JsonObject } from "../../plan/observation.js";
import { journalName, labels, manager, objectName } from "../../plan/names.js";
import { absent, type Api } from "./api.js";
import { count, object, revisionOf, text, uidOf } from "./json.js";
import { pathOf } from "./paths.js";
import { retryOnConflict } from "./retry-on-conflict.js";
import { isRefusal } from "./errors.js";

export interface LeaseView {
  readonly mine: boolean;
  readonly holder?: string;
  readonly renewed?: string;
}

/** Takes it when it is free, renews it when it is ours; another's only with `takeOver`. */
export async function takeLease(
  api: Api,
  namespace: string,
  restore: string,
  driver: string,
  takeOver: boolean,
): Promise<LeaseView> {
  const path = pathOf("Lease", namespace, journalName(restore));
  return retryOnConflict(async () => {
    const lease = await api.get(path);
    const now = new Date().toISOString().replace("Z", "000Z");
    if (!lease) {
      await api.create(pathOf("Lease", namespace), {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: {
          name: journalName(restore),
          namespace,
          labels: { [labels.managedBy]: manager, [labels.restore]: objectName(restore) },
        },
        spec: { holderIdentity: driver, acquireTime: now, renewTime: now, leaseTransitions: 0 },
      });
      return { mine: true };
    }
    const holder = text(lease, "spec", "holderIdentity");
    if (holder !== undefined && holder !== driver && !takeOver) {
      return { mine: false, holder, renewed: `${holder} ${text(lease, "spec", "renewTime") ?? ""}` };
    }
    await api.replace(path, { ...lease, spec: takenBy(object(lease, "spec") ?? {}, driver, now) });
    return { mine: true };
  });
}

function takenBy(spec: JsonObject, driver: string, now: string): JsonObject {
  if (text(spec, "holderIdentity") === driver) return { ...spec, renewTime: now };
  const leaseTransitions = (count(spec, "leaseTransitions") ?? 0) + 1;
  return { ...spec, holderIdentity: driver, acquireTime: now, renewTime: now, leaseTransitions };
}

/** Gives it up where it is still ours. */
export async function releaseLease(
  api: Api,
  namespace: string,
  restore: string,
  driver: string,
): Promise<void> {
  const path = pathOf("Lease", namespace, journalName(restore));
  const lease = await api.get(path);
  if (!lease || text(lease, "spec", "holderIdentity") !== driver) return;
  const preconditions = { uid: uidOf(lease), resourceVersion: revisionOf(lease) };
  await api.remove(path, { preconditions }).catch((error: unknown) => {
    // Someone took it over in between: then it is theirs to release.
    if (!isRefusal(error, 409)) return absent(false)(error);
    return false;
  });
}
