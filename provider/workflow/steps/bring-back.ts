/**
 * Undo's own step: the previous store is started as on every way back, and what was restored lies aside. The target's
 * ledger remembers that as well: whoever asks for the restore again is told what serves.
 */
import { defaultKeepPreviousMs, keepPreviousMs } from "../limits.js";
import type { Context, Step } from "../step.js";
import type { Facts } from "../state.js";
import { noteUndone } from "./aside.js";
import { startNeeds, startOld } from "./start-store.js";

export const bringBack: Step = {
  says: "starting the previous store",
  needs: (state, request) => [{ kind: "target" }, ...startNeeds(state, request)],
  decide: (context) => {
    if (context.state.facts.undone !== true)
      return startOld(context) ?? { kind: "learn", facts: { ...restoredAside(context), undone: true } };
    return noteUndone(context) ?? { kind: "next", message: "the previous store serves" };
  },
};

/** It has what was written since the restore: kept for as long as the user wants such a store kept, and never removed at once. */
function restoredAside({ state: { facts }, request, now }: Context): Facts {
  const { previous } = facts;
  if (!previous) return {};
  const wanted = keepPreviousMs(request) ?? 0;
  const keptUntil = now + (wanted > 0 ? wanted : defaultKeepPreviousMs);
  return { previous: { ...previous, keptUntil, path: previous.path.replace(/previous$/, "rejected") } };
}
