/**
 * The ledger of a target: one ConfigMap, one key per database, the last restore of each.
 * It outlives every restore, so that a destroyed or lost one is not done a second time.
 */
import type { LedgerEntry } from "../../plan/observation.js";
import { labels, ledgerName, manager } from "../../plan/names.js";
import type { TargetRef } from "../../workflow/ports.js";
import { RestoreFault } from "../../workflow/faults.js";
import type { Api } from "./api.js";
import { isRefusal } from "./errors.js";
import { parseObject, present, text, texts } from "./json.js";
import { pathOf } from "./paths.js";
import { retryOnConflict } from "./retry-on-conflict.js";

export async function readLedger(
  api: Api,
  ref: TargetRef,
  database: string,
): Promise<LedgerEntry | undefined> {
  const map = await api.get(pathOf("ConfigMap", ref.namespace, ledgerName(ref.name)));
  const source = text(map, "data", database);
  return source === undefined ? undefined : parseEntry(ref, database, source);
}

function parseEntry(ref: TargetRef, database: string, source: string): LedgerEntry {
  const entry = parseObject(source);
  const [runId, restore] = [text(entry, "runId"), text(entry, "restore")];
  const [identity, completedAt] = [text(entry, "identity"), text(entry, "completedAt")];
  if (runId && restore && identity && completedAt) {
    return {
      database,
      runId,
      restore,
      identity,
      completedAt,
      uids: texts(entry, "uids"),
      ...present("artifact", text(entry, "artifact")),
      ...present("undoneAt", text(entry, "undoneAt")),
    };
  }
  // Without it nobody knows whether the restore was done already: not to be guessed.
  throw new RestoreFault(
    "terminal",
    "JournalUnreadable",
    `Key ${database} of ConfigMap ${ledgerName(ref.name)} in ${ref.namespace} is not a ledger entry.`,
  );
}

export async function writeLedger(api: Api, ref: TargetRef, entry: LedgerEntry): Promise<void> {
  const path = pathOf("ConfigMap", ref.namespace, ledgerName(ref.name));
  const data = { [entry.database]: JSON.stringify(entry) };
  // Other databases' keys stay: a merge patch, or the first entry of a new map.
  await retryOnConflict(() =>
    api.patch(path, { data }).catch((error: unknown) => {
      if (!isRefusal(error, 404)) throw error;
      return api.create(pathOf("ConfigMap", ref.namespace), {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: {
          name: ledgerName(ref.name),
          namespace: ref.namespace,
          labels: { [labels.managedBy]: manager },
        },
        data,
      });
    }),
  );
}
