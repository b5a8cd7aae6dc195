/**
 * Swap: old store aside, new store in place. Right before, the database must still be offline: a status is no
 * lock, somebody may have started it. With stopCluster the restore Job has swapped already, in its own pod.
 */
import { isThere } from "../../plan/cluster.js";
import { fail, type Context, type Move, type Step } from "../step.js";
import { endpoint, rowsOf } from "../subject.js";
import { volumeVerb } from "./volume.js";

/** Also before an old store is put aside and before it is dropped. */
export function startedMeanwhile({ seen, request }: Context): Move | undefined {
  const rows = rowsOf(seen.server, request.spec.databaseName).filter(isThere);
  const row = rows.find(
    ({ requestedStatus, currentStatus }) => requestedStatus !== "offline" || currentStatus !== "offline",
  );
  return (
    row &&
    fail(
      "SwapFailed",
      `database ${row.name} is ${row.currentStatus} although it was stopped: did someone start it?`,
    )
  );
}

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
    return (
      startedMeanwhile(context) ??
      volumeVerb(context, "swap") ?? {
        kind: "next",
        facts: { swapped: true },
        message: "old store aside, new store in place",
      }
    );
  },
};
