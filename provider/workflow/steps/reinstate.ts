/**
 * The way back of an undo that failed, was cancelled or took too long: the restored store in its place again, its
 * access mode and its status as they were. Each step does nothing where undo had not yet touched anything.
 */
import type { Step } from "../step.js";
import { endpoint } from "../subject.js";
import { startNeeds, startStore } from "./start-store.js";
import { moveStores } from "./undo.js";

export const swapAgain: Step = {
  says: "putting the restored store back",
  needs: (state, request) =>
    (state.facts.undo?.inPlace ?? "restored") === "restored"
      ? []
      : [
          { kind: "target" },
          { kind: "server", at: endpoint(state, request) },
          { kind: "job", role: "volume" },
        ],
  decide: (context) =>
    (context.state.facts.undo?.inPlace ?? "restored") === "restored"
      ? { kind: "next" }
      : moveStores(context, "again"),
};

export const bringAgain: Step = {
  says: "starting the restored store",
  needs: (state, request) => (state.facts.undo ? [{ kind: "target" }, ...startNeeds(state, request)] : []),
  decide: (context) => {
    const { undo } = context.state.facts;
    if (!undo) return { kind: "next" };
    const { requestedStatus, access, lastTxn } = undo;
    const atLeast = lastTxn === undefined ? {} : { atLeast: lastTxn };
    const wanted = { what: "the restored database", requestedStatus, access, ...atLeast };
    return startStore(context, wanted) ?? { kind: "next", message: "as it was before undo" };
  },
};
