/** Undo's own step: the previous store is started and its access mode given back; what was restored lies aside. */
import { firstOf, type Step } from "../step.js";
import type { Facts } from "../state.js";
import { endpoint } from "../subject.js";
import { giveAccess } from "./open.js";
import { startOld } from "./rollback.js";

export const bringBack: Step = {
  says: "starting the previous store",
  needs: (state, request) => [{ kind: "target" }, { kind: "server", at: endpoint(state, request) }],
  decide: (context) => {
    const move = firstOf(
      () => startOld(context),
      () => giveAccess(context),
    );
    if (move) return move;
    return {
      kind: "next",
      facts: { ...restoredAside(context.state.facts), undone: true },
      message: "the previous store serves",
    };
  },
};

/** It has what was written since the restore, so no clock removes it. */
function restoredAside({ previous }: Facts): Facts {
  if (!previous) return {};
  const { keptUntil: _ofTheOther, ...rest } = previous;
  return { previous: { ...rest, path: rest.path.replace(/previous$/, "rejected") } };
}
