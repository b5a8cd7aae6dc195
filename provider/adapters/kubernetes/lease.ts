/**
 * Which process drives a restore: a Lease per restore, taken and renewed by resourceVersion, which is also what tells
 * one sign of life from another. Clocks are never compared: whoever waits judges by whether `renewed` still changes, and
 * takes the Lease as it was then or not at all. A renewal is one call, on the Lease as this process wrote it last; only
 * where another wrote it meanwhile is it read. A Lease that is gone is not renewed: somebody had it in between.
 */
import type { JsonObject } from "../../plan/observation.js";
import { journalName, labels, manager, objectName } from "../../plan/names.js";
import type { LeaseLook, SignOfLife } from "../../workflow/ports.js";
import { absent, type Api } from "./api.js";
import { count, object, revisionOf, text, uidOf } from "./json.js";
import { pathOf } from "./paths.js";
import { retryOnConflict } from "./retry-on-conflict.js";
import { isRefusal } from "./errors.js";

export interface Leases {
  /** Takes it when it is free; another's only where its last sign of life is still `silent`. */
  take(
    namespace: string,
    restore: string,
    driver: string,
    silent: string | undefined,
    lasts: number,
  ): Promise<LeaseLook>;
  /** @returns whether it is still ours. */
  renew(namespace: string, restore: string, driver: string, lasts: number): Promise<boolean>;
  /** The holder's last sign of life; undefined: nobody has it. */
  sign(namespace: string, restore: string): Promise<SignOfLife | undefined>;
  /** Gives it up where it is still ours. */
  release(namespace: string, restore: string, driver: string): Promise<void>;
}

export function createLeases(api: Api): Leases {
  /** As this process wrote them last. */
  const written = new Map<string, JsonObject>();

  const write = async (path: string, lease: JsonObject, by: Holding): Promise<LeaseLook> => {
    written.set(path, await api.replace(path, { ...lease, spec: takenBy(lease, by) }));
    return { mine: true };
  };

  /** Ours as this process wrote it last, where it did; else as it is. */
  const own = async (path: string, driver: string): Promise<JsonObject | undefined> => {
    const last = written.get(path);
    // Once: after a conflict it is read.
    written.delete(path);
    const lease = last && isOf(last, driver) ? last : await api.get(path);
    return lease && isOf(lease, driver) ? lease : undefined;
  };

  return {
    take(namespace, restore, driver, silent, lasts) {
      const path = pathOf("Lease", namespace, journalName(restore));
      return retryOnConflict(async () => {
        const lease = await api.get(path);
        if (!lease) {
          const created = await api.create(
            pathOf("Lease", namespace),
            fresh(namespace, restore, { driver, lasts }),
          );
          written.set(path, created);
          return { mine: true };
        }
        const holder = text(lease, "spec", "holderIdentity");
        if (holder !== undefined && holder !== driver && silent !== revisionOf(lease)) {
          return { mine: false, holder, ...signOf(lease) };
        }
        return write(path, lease, { driver, lasts });
      });
    },

    renew(namespace, restore, driver, lasts) {
      const path = pathOf("Lease", namespace, journalName(restore));
      return retryOnConflict(async () => {
        const lease = await own(path, driver);
        return lease ? (await write(path, lease, { driver, lasts })).mine : false;
      }).catch(absent(false));
    },

    async sign(namespace, restore) {
      const lease = await api.get(pathOf("Lease", namespace, journalName(restore)));
      const holder = text(lease, "spec", "holderIdentity");
      return lease && holder !== undefined ? signOf(lease) : undefined;
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

const isOf = (lease: JsonObject, driver: string): boolean => text(lease, "spec", "holderIdentity") === driver;

/** With microseconds, as the API has it. */
const instant = (): string => new Date().toISOString().replace("Z", "000Z");

interface Holding {
  readonly driver: string;
  /** Milliseconds, whole seconds of them. */
  readonly lasts: number;
}

const secondsOf = ({ lasts }: Holding): number => Math.round(lasts / 1000);

function signOf(lease: JsonObject): SignOfLife {
  const seconds = count(lease, "spec", "leaseDurationSeconds");
  return { renewed: revisionOf(lease), ...(seconds === undefined ? {} : { lasts: seconds * 1000 }) };
}

function fresh(namespace: string, restore: string, by: Holding): JsonObject {
  const now = instant();
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: {
      name: journalName(restore),
      namespace,
      labels: { [labels.managedBy]: manager, [labels.restore]: objectName(restore) },
    },
    spec: {
      ...{ holderIdentity: by.driver, acquireTime: now, renewTime: now, leaseTransitions: 0 },
      leaseDurationSeconds: secondsOf(by),
    },
  };
}

function takenBy(lease: JsonObject, by: Holding): JsonObject {
  const spec = object(lease, "spec") ?? {};
  const now = instant();
  const renewed = { ...spec, renewTime: now, leaseDurationSeconds: secondsOf(by) };
  if (text(spec, "holderIdentity") === by.driver) return renewed;
  const leaseTransitions = (count(spec, "leaseTransitions") ?? 0) + 1;
  return { ...renewed, holderIdentity: by.driver, acquireTime: now, leaseTransitions };
}
