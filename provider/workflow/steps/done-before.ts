/**
 * A restore that the ledger of its target knows is not done again, whatever came after it: what is told then, and which
 * restore stands in the way of an undo. Pure words; nothing is claimed of what serves now but what the ledger knows.
 */
import type { LedgerEntry } from "../../plan/ledger.js";
import { ledgerName } from "../../plan/names.js";
import type { TargetRef } from "../ports.js";
import type { RunState } from "../state.js";

/** Of those that came after, so many are named. */
const named = 3;

/** @param restores of this instance, oldest first. @returns undefined where no restore of that identity is known */
export function doneBefore(
  restores: readonly LedgerEntry[],
  identity: string,
  database: string,
): NonNullable<RunState["outcome"]> | undefined {
  const index = restores.findLastIndex((entry) => entry.identity === identity && entry.begun !== true);
  const entry = restores[index];
  if (!entry) return undefined;
  const after = restores.slice(index + 1);
  const undone = entry.undoneAt !== undefined && after.every(({ undoneAt }) => undoneAt !== undefined);
  const serve = undone && after.length === 0 ? ": the data from before it serve" : "";
  return {
    phase: "Completed",
    reason: undone ? "Undone" : "AlreadyRestored",
    message: `database ${database} was restored from this source before, by ${told(entry)}${serve}${since(after)}; nothing was touched; change trigger to restore again`,
  };
}

/**
 * A run of that identity that began to do what cannot be undone, and of whose end neither the ledger nor a journal tells.
 * @param known runs whose ends are known otherwise
 */
export function begunBefore(
  restores: readonly LedgerEntry[],
  identity: string,
  database: string,
  known: readonly string[],
): string | undefined {
  const entry = restores.findLast(
    ({ begun, runId, identity: its }) => begun === true && its === identity && !known.includes(runId),
  );
  return (
    entry &&
    `restore ${entry.restore} (run ${entry.runId}) began to replace database ${database} from this source at ${entry.completedAt}, and how it ended is not known here: look at neo4j-restore status ${entry.restore}, if its journal is still there, and at what ${database} serves; change trigger to restore again`
  );
}

/** The restore whose data lie between that run and what serves; one that was undone does not. */
export function cameAfter(restores: readonly LedgerEntry[], runId: string): LedgerEntry | undefined {
  const own = restores.findIndex((entry) => entry.runId === runId);
  return restores.slice(own + 1).findLast(({ undoneAt }) => undoneAt === undefined);
}

/** Why an undo is refused: by that restore, which came after. */
export function inTheWay(entry: LedgerEntry, target: TargetRef, database: string): string {
  const { restore, completedAt, runId, begun } = entry;
  if (begun !== true) return `restore ${restore} of ${completedAt} came after this one: undo that one`;
  const ledger = `configmap ${ledgerName(target.name, database)} --namespace ${target.namespace}`;
  return (
    `restore ${restore} (run ${runId}) began at ${completedAt}, after this one, and how it ended is not known here: ` +
    `neo4j-restore status ${restore} --namespace ${target.namespace} tells. Where ${database} still serves what this ` +
    `restore left, take the entry of run ${runId} out of data.restores: kubectl edit ${ledger}`
  );
}

function since(after: readonly LedgerEntry[]): string {
  if (after.length === 0) return "";
  const more = after.length > named ? ` and ${after.length - named} before that` : "";
  return `; after it came ${after.slice(-named).map(told).join(", ")}${more}`;
}

function told({ restore, completedAt, runId, undoneAt, begun }: LedgerEntry): string {
  if (begun === true)
    return `restore ${restore}, begun at ${completedAt} (run ${runId}), whose end is not known`;
  const undone = undoneAt === undefined ? "" : `, undone at ${undoneAt}`;
  return `restore ${restore} at ${completedAt} (run ${runId}${undone})`;
}
