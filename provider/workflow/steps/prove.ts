/**
 * Prove: what serves is what was restored. The fingerprint of the Job (last transaction, store format) must be
 * what the server reports; equal while nobody may write, never below. A database that answers proves nothing:
 * an empty or an old one answers too.
 */
import type { DatabaseRow } from "../../plan/observation.js";
import { limits } from "../limits.js";
import { fail, type Context, type Move, type Step } from "../step.js";
import { databaseRow, endpoint, goesThroughServers, known, rowsOf } from "../subject.js";
import { proveMembers } from "./prove-members.js";

export const prove: Step = {
  says: "proving that the restored data serves",
  needs: (state, request) => {
    const at = endpoint(state, request);
    return [
      { kind: "server", at },
      ...(goesThroughServers(state) ? [{ kind: "storeIds", at } as const] : []),
    ];
  },
  decide: (context) => {
    if (goesThroughServers(context.state))
      return proveMembers(context) ?? { kind: "next", message: served(context) };
    const row = databaseRow(context);
    if (!row || row.currentStatus !== "online") return notOnline(context, row);
    const wrong = mismatch(context, row);
    if (wrong !== undefined) return fail("FingerprintMismatch", wrong);
    return { kind: "next", message: `last transaction ${row.lastCommittedTxn ?? "unknown"} as restored` };
  },
};

function served({ state, seen, request }: Context): string {
  const rows = rowsOf(seen.server, request.spec.databaseName);
  const online = rows.filter((row) => row.currentStatus === "online");
  const told = Object.values(seen.storeIds ?? {}).every((id) => id !== null);
  const seeded = state.facts.strategy === "seedURI" ? ", by the artifact's last transaction" : "";
  const compared = told ? "" : "; CALL db.info() is refused, so their stores' ids were not compared";
  return `${online.length} of ${rows.length} servers serve what was restored${seeded}${compared}`;
}

function notOnline(context: Context, row: DatabaseRow | undefined): Move {
  const database = context.request.spec.databaseName;
  const entered = context.state.steps.at(-1)?.startedAt ?? context.now;
  const stuck =
    row !== undefined &&
    row.currentStatus !== "starting" &&
    row.requestedStatus === "online" &&
    row.statusMessage !== "";
  if (stuck && context.now - entered > limits.settle) {
    return fail("BringUpFailed", `database ${database} is ${row.currentStatus}: ${row.statusMessage}`, {
      text: row.statusMessage,
    });
  }
  const what = row
    ? `${row.currentStatus}${row.statusMessage ? `: ${row.statusMessage}` : ""}`
    : "not shown yet";
  return {
    kind: "wait",
    reason: "BringUpFailed",
    message: `database ${database} is ${what}`,
    pollMs: limits.databasePoll,
    limitMs: limits.online,
  };
}

function mismatch(context: Context, row: DatabaseRow): string | undefined {
  const restored = known(context.state.facts.restored, "the fingerprint");
  const seen = row.lastCommittedTxn;
  if (seen === undefined)
    return `the server does not tell the last transaction of ${row.name}, so what serves cannot be proven`;
  const fits =
    row.access === "read-only" ? seen === restored.lastCommittedTxn : seen >= restored.lastCommittedTxn;
  if (!fits)
    return `database ${row.name} serves with last transaction ${seen}, restored was ${restored.lastCommittedTxn}`;
  const format = restored.storeFormat;
  return format !== undefined && row.store !== undefined && row.store !== format
    ? `database ${row.name} serves a store of format ${row.store}, restored was ${format}`
    : undefined;
}
