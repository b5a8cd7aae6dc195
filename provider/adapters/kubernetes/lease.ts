/**
 * Which process drives a restore: a Lease per restore, taken and renewed by resourceVersion.
 * Clocks are never compared: whoever waits judges by whether `renewed` still changes. A renewal is one call, on the
 * Lease as this process wrote it last; only where another wrote it meanwhile is it read.
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

export interface Leases {
  /** Takes it when it is free, renews it when it is ours; another's only with `takeOver`. */
  take(namespace: string, restore: string, driver: string, takeOver: boolean): Promise<LeaseView>;
  /** The holder's last sign of life; undefined: nobody has it. */
  sign(namespace: string, restore: string): Promise<string | undefined>;
  /** Gives it up where it is still ours. */
  release(namespace: string, restore: string, driver: string): Promise<void>;
}

export function createLeases(api: Api): Leases {
  /** As this process wrote them last. */
  const written = new Map<string, JsonObject>();

  const write = async (path: string, lease: JsonObject, driver: string): Promise<LeaseView> => {
    written.set(path, await api.replace(path, { ...lease, spec: takenBy(lease, driver) }));
    return { mine: true };
  };

  const renewed = async (path: string, driver: string): Promise<LeaseView | undefined> => {
    const last = written.get(path);
    if (!last || text(last, "spec", "holderIdentity") !== driver) return undefined;
    written.delete(path);
    return write(path, last, driver).catch((error: unknown) => {
      if (isRefusal(error, 404, 409)) return undefined;
      throw error;
    });
  };

  return {
    async take(namespace, restore, driver, takeOver) {
      const path = pathOf("Lease", namespace, journalName(restore));
      const again = await renewed(path, driver);
      if (again) return again;
      return retryOnConflict(async () => {
        const lease = await api.get(path);
        if (!lease) {
          const created = await api.create(pathOf("Lease", namespace), fresh(namespace, restore, driver));
          written.set(path, created);
          return { mine: true };
        }
        const holder = text(lease, "spec", "holderIdentity");
        if (holder !== undefined && holder !== driver && !takeOver) {
          return { mine: false, holder, renewed: signOf(holder, lease) };
        }
        return write(path, lease, driver);
      });
    },

    async sign(namespace, restore) {
      const lease = await api.get(pathOf("Lease", namespace, journalName(restore)));
      const holder = text(lease, "spec", "holderIdentity");
      return lease && holder !== undefined ? signOf(holder, lease) : undefined;
    },

    async release(namespace, restore, driver) {
      const path = pathOf("Lease", namespace, journalName(restore));
      written.delete(path);
      const lease = await api.get(path);
      if (!lease || text(lease, "spec", "holderIdentity") !== driver) return;
      const preconditions = { uid: uidOf(lease), resourceVersion: revisionOf(lease) };
      await api.remove(path, { preconditions }).catch((error: unknown) => {
        // Someone took it over in between: then it is theirs to release.
        if (!isRefusal(error, 409)) return absent(false)(error);
        return false;
      });
    },
  };
}

const signOf = (holder: string, lease: JsonObject): string =>
  `${holder} ${text(lease, "spec", "renewTime") ?? ""}`;

/** With microseconds, as the API has it. */
const instant = (): string => new Date().toISOString().replace("Z", "000Z");

function fresh(namespace: string, restore: string, driver: string): JsonObject {
  const now = instant();
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: {
      name: journalName(restore),
      namespace,
      labels: { [labels.managedBy]: manager, [labels.restore]: objectName(restore) },
    },
    spec: { holderIdentity: driver, acquireTime: now, renewTime: now, leaseTransitions: 0 },
  };
}

function takenBy(lease: JsonObject, driver: string): JsonObject {
  const spec = object(lease, "spec") ?? {};
  const now = instant();
  if (text(spec, "holderIdentity") === driver) return { ...spec, renewTime: now };
  const leaseTransitions = (count(spec, "leaseTransitions") ?? 0) + 1;
  return { ...spec, holderIdentity: driver, acquireTime: now, renewTime: now, leaseTransitions };
}
