/**
 * Undo's own step: the previous store is started as on every way back, and what was restored lies aside. The target's
 * ledger remembers that as well: whoever asks for the restore again is told what serves.
 */
import { once, type Context, type Move, type Step } from "../step.js";
import type { Facts } from "../state.js";
import { rememberedRestores, targetRef } from "../subject.js";
import { startNeeds, startOld } from "./start-store.js";

export const bringBack: Step = {
  says: "starting the previous store",
  needs: (state, request) => [{ kind: "target" }, { kind: "ledger" }, ...startNeeds(state, request)],
  decide: (context) => {
    const { facts } = context.state;
    if (facts.undone !== true)
      return startOld(context) ?? { kind: "learn", facts: { ...restoredAside(facts), undone: true } };
    return rememberUndone(context) ?? { kind: "next", message: "the previous store serves" };
  },
};

function rememberUndone(context: Context): Move | undefined {
  const { state, request, seen, now } = context;
  const entry = rememberedRestores(seen).find(({ runId }) => runId === state.runId);
  if (entry === undefined || entry.undoneAt !== undefined) return undefined;
  return once(context, {
    ...{ kind: "writeLedger", key: "ledger", target: targetRef(state, request) },
    database: request.spec.databaseName,
    changes: [{ kind: "undone", runId: state.runId, at: new Date(now).toISOString() }],
  });
}

/** It has what was written since the restore, so no clock removes it. */
function restoredAside({ previous }: Facts): Facts {
  if (!previous) return {};
  const { keptUntil: _ofTheOther, ...rest } = previous;
  return { previous: { ...rest, path: rest.path.replace(/previous$/, "rejected") } };
}
