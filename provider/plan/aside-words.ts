/** A store that lies aside, in words for people: where, how large, until when, and what removes it. Pure. */
import { formatQuantity } from "../spec/quantity.js";
import type { StoreAside } from "./ledger.js";

/** Of which database of which target. */
export interface OfDatabase {
  readonly namespace: string;
  readonly target: string;
  readonly database: string;
}

export function asideText({ restore, runId, path, pod, bytes, lastTxn, keptUntil }: StoreAside): string {
  const figures = [
    ...(bytes === undefined ? [] : [formatQuantity(bytes)]),
    ...(lastTxn === undefined ? [] : [`last transaction ${lastTxn} when it was set aside`]),
  ];
  const size = figures.length === 0 ? "" : ` (${figures.join(", ")})`;
  const until = keptUntil === undefined ? "until it is discarded" : `until ${keptUntil}`;
  return `what restore ${restore} set aside${size} is kept ${until} at ${path} of pod ${pod}, run ${runId}`;
}

/** By the ledger alone: the restore's own journal may be gone. */
export function discardCommand({ namespace, target, database }: OfDatabase, runId: string): string {
  return `neo4j-restore discard --target ${target} --database ${database} --run ${runId} --namespace ${namespace}`;
}
