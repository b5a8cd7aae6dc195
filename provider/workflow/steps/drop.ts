/**
 * SetAside and Drop: an existing database of a cluster leaves, before the restored one is created from a seeder.
 * The old store goes aside first, and an empty folder stays in its place: where that has gone, Neo4j has really
 * dropped the database on that server and will delete nothing later. Invariant: from the moment a DROP may have
 * been sent, every way on or back sends it again and waits for it.
 */
import { availablePods } from "../../plan/cluster.js";
import { jobPaths } from "../../plan/restore-job.js";
import { lookCommand } from "../../plan/volume-command.js";
import type { RestoreRequest } from "../../spec/request.js";
import type { Need } from "../effects.js";
import { limits } from "../limits.js";
import type { Context, Move, Step } from "../step.js";
import { admin, endpoint, rowsOf, targetFacts } from "../subject.js";
import type { RunState } from "../state.js";
import { changedSinceConsent } from "./consent.js";
import { startedMeanwhile } from "./swap.js";
import { volumeVerb } from "./volume.js";

export const setAside: Step = {
  says: "putting the old store aside",
  needs: (state, request) => [
    { kind: "target" },
    { kind: "server", at: endpoint(state, request) },
    { kind: "job", role: "volume" },
  ],
  decide: (context) =>
    startedMeanwhile(context) ??
    volumeVerb(context, "aside") ?? { kind: "next", facts: { swapped: true }, message: "old store aside" },
};

export const drop: Step = {
  says: "dropping the old database",
  needs: (state, request) => dropNeeds(state, request),
  decide: (context) => {
    const { existed, dropped } = context.state.facts;
    if (existed !== true) return { kind: "next", message: "there was none" };
    // The last look at the database that goes: still the one that was agreed to, and still offline.
    const wrong = dropped === true ? undefined : (changedSinceConsent(context) ?? startedMeanwhile(context));
    return wrong ?? dropAway(context) ?? { kind: "next", message: "gone from every server" };
  },
};

/** Used by the rollback as well. */
export function dropNeeds(state: RunState, request: RestoreRequest): readonly Need[] {
  const argv = lookCommand("inspect", {
    data: jobPaths.data,
    runId: state.runId,
    database: request.spec.databaseName,
  });
  return [
    { kind: "target" },
    { kind: "server", at: endpoint(state, request) },
    { kind: "copies", container: targetFacts(state).container, argv },
  ];
}

/** @returns undefined once the database and its files are gone from every server that runs. */
export function dropAway(context: Context): Move | undefined {
  const { state, request, seen, now } = context;
  const database = request.spec.databaseName;
  const wait = (message: string): Move => ({
    kind: "wait",
    reason: "DropIncomplete",
    message,
    pollMs: limits.databasePoll,
    limitMs: limits.stop,
  });
  if (!seen.server?.reachable) return wait("Bolt does not answer");
  if (state.facts.dropped !== true) return { kind: "learn", facts: { dropped: true } };
  const sent = state.results["drop"]?.ok === true;
  if (!sent || rowsOf(seen.server, database).length > 0) {
    const aliases = (state.facts.attachments?.aliases ?? []).map(({ name }) => name);
    return sent
      ? wait(`database ${database} is being dropped`)
      : {
          kind: "perform",
          effect: { kind: "dropDatabase", key: "drop", at: admin(context), database, aliases },
        };
  }
  // A server that is away drops its copy when it is back: until then nobody can make it.
  const pods = [targetFacts(state).pod, ...availablePods(seen.server)];
  const copies = (seen.copies ?? []).filter((pod) => pods.includes(pod));
  const elsewhere = copies.find((pod) => pod !== targetFacts(state).pod);
  if (elsewhere !== undefined) return wait(`${elsewhere} still has files of database ${database}`);
  // A server that leaves the empty folder alone has nothing to delete there.
  const entered = state.steps.at(-1)?.startedAt ?? now;
  return copies.length > 0 && now - entered < limits.dropped
    ? wait(`${copies[0] ?? ""} has not yet dropped database ${database}`)
    : undefined;
}
