/** Undo's own step: the previous store is started and its access mode given back; what was restored lies aside. */
import { firstOf, type Step } from "../step.js";
import { endpoint } from "../subject.js";
import { giveAccess } from "./open.js";
import { startOld } from "./rollback.js";

export const bringBack: Step = {
  says: "starting the previous store",
  needs: (state, request) => [{ kind: "target" }, { kind: "server", at: endpoint(state, request) }],
  decide: (context) => {
    const { state } = context;
    const move = firstOf(
      () => startOld(context),
      () => giveAccess(context),
    );
    if (move) return move;
    const previous = state.facts.previous;
    const aside = previous
      ? { previous: { ...previous, path: previous.path.replace(/previous$/, "rejected") } }
      : {};
    return {
      kind: "next",
      facts: { ...aside, undone: true },
      message: "the previous store serves",
    };
  },
};
