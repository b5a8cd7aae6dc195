/** What a server finds when it opens a store: the real one's refusals, and the empty database that it makes of nothing. */
import { isReadOnly, type Misbehaviour, type ServerWorld } from "./server-world.js";
import type { Logs, Store, Volume } from "./volume.js";

/** What keeps a store from being opened; makes an empty one where there is none at all. */
export function openingTrouble(
  volume: Volume,
  name: string,
  who: string,
  world: ServerWorld,
): string | undefined {
  const store = volume.get(`databases/${name}`);
  const logs = volume.get(`transactions/${name}`);
  if (!store && !logs) {
    const set = world.freshSet();
    world.onViolation(`${who} made an EMPTY database ${name}: there was no store`);
    const empty: Store = {
      ...{ type: "store", set, origin: "empty", storeId: `empty-${set}`, format: "record-aligned-1.1" },
      ...{ bytes: 1_000_000, complete: true, txn: 1, writes: 0 },
    };
    const fresh: Logs = { type: "logs", set };
    volume.put(`databases/${name}`, empty, who);
    volume.put(`transactions/${name}`, fresh, who);
    return undefined;
  }
  if (store?.type !== "store") return "Transaction logs were found, while database files are missing.";
  if (logs?.type !== "logs") return "Transaction logs are missing and recovery is not possible.";
  if (store.set !== logs.set) {
    world.onViolation(`${who} opened ${name} with the logs of another store`);
    return "Mismatching store id.";
  }
  return store.complete ? undefined : "The store is not complete.";
}

/** What a story wants it to refuse, whatever lies there. */
export function refusal(
  { refusesStart, refusesReadOnly }: Misbehaviour,
  world: ServerWorld,
  name: string,
  access: "read-only" | "read-write",
): string | undefined {
  return refusesStart ?? (isReadOnly(world, name, access) ? refusesReadOnly : undefined);
}

export const trouble = {
  unable: "An error occurred! Unable to start database with name",
  noStore: "No store found on any of the seeders",
} as const;
