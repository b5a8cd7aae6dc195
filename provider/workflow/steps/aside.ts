/**
 * What a run puts aside belongs to the ledger of the target, not to the run: noted there before anything is moved, given
 * its time at the end, taken off when it is removed. Whoever tidies up with the target held removes what is overdue.
 * Invariant: while stores may change places their entry has no time, so that nobody removes what is being moved.
 */
import { asideText } from "../../plan/aside-words.js";
import { overdue, type LedgerChange, type StoreAside } from "../../plan/ledger.js";
import { jobPaths } from "../../plan/restore-job.js";
import { setsAside } from "../../plan/strategy.js";
import { volumeCommand } from "../../plan/volume-command.js";
import type { Effect } from "../effects.js";
import type { PreviousFacts, RunState } from "../state.js";
import { firstOf, once, resultOf, tolerant, type Context, type Move } from "../step.js";
import { ownHold, previousAside, rememberedAside, runningPod, seenTarget, targetRef } from "../subject.js";
import { sendByExec } from "./volume.js";

export function previousPath({ runId }: Pick<RunState, "runId">): string {
  return `${jobPaths.data}/.neo4j-restore/${runId}/previous`;
}

/** As the ledger has it. What an undo has set aside ends with whatever clients wrote. */
export function storeAside(state: RunState, previous: Partial<PreviousFacts>): StoreAside {
  const { target, lostTxn, undone } = state.facts;
  const { bytes, keptUntil, path = previousPath(state) } = previous;
  return {
    ...{ runId: state.runId, restore: state.name, path },
    ...{ pod: target?.pod ?? "", claim: target?.dataClaim ?? "" },
    ...(bytes === undefined ? {} : { bytes }),
    ...(lostTxn === undefined || undone === true ? {} : { lastTxn: lostTxn }),
    ...(keptUntil === undefined ? {} : { keptUntil: new Date(keptUntil).toISOString() }),
  };
}

/** Before anything is moved: a store that only a journal knew of would be nobody's without it. */
export function announceAside(context: Context): Move | undefined {
  const { state } = context;
  const { existed, serverSilent, strategy } = state.facts;
  // Of a server that does not answer nobody knows what there is.
  if ((existed !== true && serverSilent !== true) || !setsAside(strategy)) return undefined;
  return once(context, written(context, "note-aside", { kind: "aside", store: storeAside(state, {}) }));
}

/** Before an undo moves anything. */
export function withoutTime(context: Context): Move | undefined {
  const { keptUntil: _meanwhile, ...previous } = context.state.facts.previous ?? {};
  const store = storeAside(context.state, previous);
  return once(context, written(context, "note-aside", { kind: "aside", store }));
}

/** What the run leaves aside in the end, and until when; or that it leaves nothing. Best effort: the end is good all the same. */
export function settleAside(context: Context): Move | undefined {
  const { state } = context;
  const previous = previousAside(state);
  const change: LedgerChange = previous
    ? { kind: "aside", store: storeAside(state, previous) }
    : { kind: "removed", runId: state.runId };
  const move = tolerant(context, written(context, "settle-aside", change));
  if (move || !previous || previous.noted === true || resultOf(context, "settle-aside")?.ok !== true)
    return move;
  return { kind: "learn", facts: { previous: { ...previous, noted: true } } };
}

/** Before the journal of another run is this one's alone. Of another target's ledger nothing was seen: it is told in any case. */
export function carryFormer(context: Context): Move | undefined {
  const { state, request, seen } = context;
  const { former = [] } = state.facts;
  const [first] = former;
  if (!first) return undefined;
  const { target, database } = first;
  const its = former.filter((one) => one.target === target && one.database === database);
  const { clusterRef, databaseName } = request.spec;
  const known = target === clusterRef && database === databaseName ? rememberedAside(seen) : [];
  const found = its.filter(({ store }) => !known.some(({ runId }) => runId === store.runId));
  const effect: Effect = {
    ...{ kind: "writeLedger", key: `former-${target}-${database}`, database },
    target: { namespace: state.namespace, name: target },
    changes: found.map(({ store }) => ({ kind: "found", store })),
  };
  const write = found.length === 0 ? undefined : once(context, effect);
  return write ?? { kind: "learn", facts: { former: former.filter((one) => !its.includes(one)) } };
}

/** An undo is noted with what it has set aside in its turn. */
export function noteUndone(context: Context): Move | undefined {
  const { state, now } = context;
  const at = new Date(now).toISOString();
  const store = storeAside(state, state.facts.previous ?? {});
  return once(
    context,
    written(context, "ledger", { kind: "undone", runId: state.runId, at }, { kind: "aside", store }),
  );
}

/** Stores of other runs whose time is over. Best effort; what was removed is said. */
export function removeOverdue(context: Context): Move | undefined {
  const { state, seen, now } = context;
  const { ledger } = seen;
  if (ledger === undefined || ledger === "absent") return undefined;
  const due = overdue(ledger, now).filter(({ runId }) => runId !== state.runId);
  return firstOf(...due.map((store) => () => removed(context, store)));
}

function removed(context: Context, store: StoreAside): Move | undefined {
  const { state, request, seen } = context;
  const { runId, pod } = store;
  // What becomes of a verb is asked of this run's own server; what lies elsewhere goes by discard.
  if (runningPod(state, seen)?.name !== pod || seenTarget(seen)?.hold !== ownHold(state)) return undefined;
  const at = { data: jobPaths.data, runId, database: request.spec.databaseName, discardPrevious: true };
  const sent = sendByExec(context, `overdue-${runId}`, pod, (acting) =>
    volumeCommand("discard", { ...at, acting }),
  );
  if (sent) return sent.kind === "fail" ? undefined : sent;
  const forget = tolerant(context, written(context, `forget-${runId}`, { kind: "removed", runId }));
  const remark = `removed, because its time was over: ${asideText(store)}`;
  return forget?.kind === "perform" ? { ...forget, note: { remark } } : forget;
}

function written({ state, request }: Context, key: string, ...changes: readonly LedgerChange[]): Effect {
  const database = request.spec.databaseName;
  return { kind: "writeLedger", key, target: targetRef(state, request), database, changes };
}
