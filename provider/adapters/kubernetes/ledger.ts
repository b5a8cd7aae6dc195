/**
 * The ledger of a target: one ConfigMap for each of its databases, so that no other database's history takes its room.
 * It outlives every restore. Invariants: written with the revision that was read; what is there and cannot be read is
 * never guessed at. The former shape, one key for each database in a ConfigMap of the target, is read and carried over.
 */
import { changed, emptyLedger, type Ledger, type LedgerChange } from "../../plan/ledger.js";
import type { LedgerEntry, StoreAside } from "../../plan/ledger.js";
import { formerLedgerName, labels, ledgerName, manager, objectName } from "../../plan/names.js";
import type { Json, JsonObject } from "../../plan/observation.js";
import { RestoreFault } from "../../workflow/faults.js";
import type { TargetRef } from "../../workflow/ports.js";
import type { Api } from "./api.js";
import { count, isObject, parseObject, present, revisionOf, text, texts } from "./json.js";
import { pathOf } from "./paths.js";
import { retryOnConflict } from "./retry-on-conflict.js";

/** Keys of the ConfigMap: each holds a JSON list. */
const keys = { restores: "restores", aside: "aside" } as const;

export async function readLedger(api: Api, ref: TargetRef, database: string): Promise<Ledger | undefined> {
  const name = ledgerName(ref.name, database);
  const map = await api.get(pathOf("ConfigMap", ref.namespace, name));
  return map ? parseLedger(map, ref.namespace, name) : readFormer(api, ref, database);
}

export async function writeLedger(
  api: Api,
  ref: TargetRef,
  database: string,
  changes: readonly LedgerChange[],
): Promise<void> {
  const name = ledgerName(ref.name, database);
  const path = pathOf("ConfigMap", ref.namespace, name);
  await retryOnConflict(async () => {
    const map = await api.get(path);
    const before = map ? parseLedger(map, ref.namespace, name) : await readFormer(api, ref, database);
    const after = dataOf(changes.reduce(changed, before ?? emptyLedger));
    if (!map) return api.create(pathOf("ConfigMap", ref.namespace), newMap(ref, name, after));
    if (before && JSON.stringify(after) === JSON.stringify(dataOf(before))) return map;
    return api.patch(path, { metadata: { resourceVersion: revisionOf(map) }, data: after });
  });
}

function newMap({ namespace, name: target }: TargetRef, name: string, data: JsonObject): JsonObject {
  const marks = { [labels.managedBy]: manager, [labels.ledger]: objectName(target) };
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, labels: marks }, data };
}

function dataOf({ restores, aside }: Ledger): JsonObject {
  return { [keys.restores]: JSON.stringify(restores), [keys.aside]: JSON.stringify(aside) };
}

function parseLedger(map: JsonObject, namespace: string, name: string): Ledger {
  const list = <T>(key: string, parse: (item: JsonObject) => T | undefined): readonly T[] => {
    const items = parseList(text(map, "data", key));
    const parsed = items?.map((item) => (isObject(item) ? parse(item) : undefined));
    if (parsed === undefined || parsed.some((one) => one === undefined))
      throw unreadable(namespace, name, key);
    return parsed.flatMap((one) => one ?? []);
  };
  return { restores: list(keys.restores, parseEntry), aside: list(keys.aside, parseAside) };
}

function parseList(source: string | undefined): readonly Json[] | undefined {
  const list = parseObject(`{"list":${source ?? "null"}}`)?.["list"];
  return Array.isArray(list) ? list : undefined;
}

function parseEntry(entry: JsonObject): LedgerEntry | undefined {
  const [runId, restore] = [text(entry, "runId"), text(entry, "restore")];
  const [identity, completedAt] = [text(entry, "identity"), text(entry, "completedAt")];
  if (!runId || !restore || !identity || !completedAt) return undefined;
  return {
    ...{ runId, restore, identity, completedAt, uids: texts(entry, "uids") },
    ...present("artifact", text(entry, "artifact")),
    ...(entry["begun"] === true ? { begun: true } : {}),
    ...present("undoneAt", text(entry, "undoneAt")),
  };
}

function parseAside(store: JsonObject): StoreAside | undefined {
  const [runId, restore, path] = [text(store, "runId"), text(store, "restore"), text(store, "path")];
  const [pod, claim] = [text(store, "pod"), text(store, "claim")];
  if (!runId || !restore || !path || !pod || !claim) return undefined;
  return {
    ...{ runId, restore, pod, claim, path },
    ...present("bytes", count(store, "bytes")),
    ...present("lastTxn", count(store, "lastTxn")),
    ...present("keptUntil", text(store, "keptUntil")),
  };
}

/** One restore, the last, of each database. */
async function readFormer(api: Api, ref: TargetRef, database: string): Promise<Ledger | undefined> {
  const name = formerLedgerName(ref.name);
  const source = text(await api.get(pathOf("ConfigMap", ref.namespace, name)), "data", database);
  if (source === undefined) return undefined;
  const object = parseObject(source);
  const entry = object && parseEntry(object);
  if (!entry) throw unreadable(ref.namespace, name, database);
  return { restores: [entry], aside: [] };
}

/** Without it nobody knows whether a restore was done already, or what lies aside. */
function unreadable(namespace: string, name: string, key: string): RestoreFault {
  const message = `Key ${key} of ConfigMap ${name} in ${namespace} is no ledger: correct it, or delete the ConfigMap and with it what it knows.`;
  return new RestoreFault("terminal", "JournalUnreadable", message);
}
