/**
 * Swap: old store aside, new store in place. Right before, the database must still be offline: a status is no
 * lock, somebody may have started it. With stopCluster the restore Job has swapped already, in its own pod.
 */
import type { Step } from "../step.js";
import { endpoint } from "../subject.js";
import { startedMeanwhile } from "./consent.js";
import { someoneElses } from "./drop.js";
import { volumeVerb } from "./volume.js";

export const swap: Step = {
  says: "swapping the stores",
  needs: (state, request) =>
    state.facts.scaledDown === true
      ? [{ kind: "target" }, { kind: "job", role: "volume" }]
      : [
          { kind: "target" },
          { kind: "server", at: endpoint(state, request) },
          { kind: "job", role: "volume" },
        ],
  decide: (context) => {
    if (context.state.facts.restored?.swapped === true)
      return { kind: "next", message: "done by the restore Job" };
    const { dropped } = context.state.facts;
    return (
      (dropped === true ? someoneElses(context, "DatabaseChangedSinceConsent") : undefined) ??
      startedMeanwhile(context) ??
      volumeVerb(context, "swap") ?? {
        kind: "next",
        facts: { swapped: true },
        message: "old store aside, new store in place",
      }
    );
  },
};
