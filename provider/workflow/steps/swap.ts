/**
 * Swap: old store aside, new store in place. Right before, the database must still be offline: a status is no
 * lock, somebody may have started it. With stopCluster the restore Job has swapped already, in its own pod.
 */
import { fail, type Step } from "../step.js";
import { databaseRow, endpoint, isOffline } from "../subject.js";
import { volumeVerb } from "./volume.js";

export const swap: Step = {
  says: "swapping the stores",
  needs: (state, request) =>
    isOffline(state, request)
      ? [{ kind: "target" }, { kind: "job", role: "volume" }]
      : [
          { kind: "target" },
          { kind: "server", at: endpoint(state, request) },
          { kind: "job", role: "volume" },
        ],
  decide: (context) => {
    if (context.state.facts.restored?.swapped === true)
      return { kind: "next", message: "done by the restore Job" };
    const row = databaseRow(context);
    if (row && (row.requestedStatus !== "offline" || row.currentStatus !== "offline")) {
      return fail(
        "SwapFailed",
        `database ${row.name} is ${row.currentStatus} although it was stopped: did someone start it?`,
      );
    }
    return (
      volumeVerb(context, "swap") ?? {
        kind: "next",
        facts: { swapped: true },
        message: "old store aside, new store in place",
      }
    );
  },
};
