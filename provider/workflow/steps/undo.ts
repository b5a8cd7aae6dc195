/**
 * What undo does beyond a rollback. It proves that there is a previous store before anything stops, notes how the
 * restored database was (what is given back where undo fails), and moves stores only while the database is stopped.
 */
import { jobPaths } from "../../plan/restore-job.js";
import { lookCommand } from "../../plan/volume-command.js";
import { limits } from "../limits.js";
import { fail, once, type Context, type Move, type Step } from "../step.js";
import type { UndoFacts } from "../way-back-facts.js";
import { databaseRow, known, runningPod, targetFacts } from "../subject.js";
import { withoutTime } from "./aside.js";
import { printed, volumeVerb } from "./volume.js";

export const findPrevious: Step = {
  says: "looking for the previous store",
  needs: () => [{ kind: "target" }],
  decide: (context) => {
    const { state, request, seen } = context;
    const { pod, container } = targetFacts(state);
    if (!runningPod(state, seen))
      return {
        kind: "wait",
        reason: "TargetNotReady",
        message: `waiting for pod ${pod} to run`,
        pollMs: limits.poll,
      };
    const at = { data: jobPaths.data, runId: state.runId, database: request.spec.databaseName };
    const argv = lookCommand("inspect", at);
    const look = once(context, { kind: "exec", key: "inspect", pod, container, argv });
    if (look) return look;
    const report = printed(context, "inspect");
    if (report["previous_kb"] !== undefined && report["swapped"] === "yes")
      return withoutTime(context) ?? { kind: "next", message: "it is there" };
    return fail(
      "UndoFailed",
      `there is no previous store of ${at.database} under ${jobPaths.data}/.neo4j-restore/${state.runId} on the volume of ${pod}: was it moved or removed by hand?`,
    );
  },
};

/** As the restored database is right before its STOP; from then on there is something to give back. */
export function noteRestored(context: Context): Move | undefined {
  const { state, request } = context;
  if (state.flow !== "undo" || state.facts.undo) return undefined;
  const row = databaseRow(context);
  if (!row)
    return fail(
      "DatabaseChangedSinceConsent",
      `database ${request.spec.databaseName} is not there any more: someone dropped it`,
    );
  const undo: UndoFacts = {
    access: row.access === "read-only" ? "read-only" : "read-write",
    requestedStatus: row.requestedStatus === "online" ? "online" : "offline",
    inPlace: "restored",
    ...(row.lastCommittedTxn === undefined ? {} : { lastTxn: row.lastCommittedTxn }),
  };
  return { kind: "learn", facts: { undo } };
}

/** A status is no lock: who waited for us for an hour may have started the database. */
export function moveStores(context: Context, verb: "undo" | "again"): Move {
  const { state, seen } = context;
  const undo = known(state.facts.undo, "what undo has touched");
  const lands = verb === "undo" ? "previous" : "restored";
  if (!seen.server?.reachable)
    return {
      kind: "wait",
      reason: "ServerUnreachable",
      message: `Bolt of pod ${targetFacts(state).pod} does not answer`,
      pollMs: limits.databasePoll,
    };
  const row = databaseRow(context);
  if (row?.requestedStatus === "online")
    return fail("SwapFailed", `someone started database ${row.name} while its stores were to change places`);
  if (undo.inPlace !== "between" && undo.inPlace !== lands)
    return { kind: "learn", facts: { undo: { ...undo, inPlace: "between" } } };
  return (
    volumeVerb(context, verb) ?? {
      kind: "next",
      facts: { swapped: lands === "restored", undo: { ...undo, inPlace: lands } },
      message: `the ${lands === "restored" ? "restored" : "old"} store is in its place`,
    }
  );
}
