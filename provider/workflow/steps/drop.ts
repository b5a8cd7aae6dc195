/**
 * SetAside and Drop: an existing database of a cluster leaves, before the restored one is created from a seeder.
 * The old store goes aside first, and an empty folder stays in its place: where that has gone, Neo4j has really
 * dropped the database on that server and will delete nothing later. Invariants: DROP is sent only while the old
 * store is seen whole aside and nothing lies under the name; never again once the database was seen to be gone, and
 * never for a database that somebody else has made.
 */
import { availablePods } from "../../plan/cluster.js";
import type { DatabaseRow } from "../../plan/observation.js";
import { jobPaths } from "../../plan/restore-job.js";
import { lookCommand } from "../../plan/volume-command.js";
import type { RestoreRequest } from "../../spec/request.js";
import type { Need } from "../effects.js";
import { limits } from "../limits.js";
import type { Reason } from "../reasons.js";
import { fail, type Context, type Move, type Step } from "../step.js";
import { admin, endpoint, rowsOf, targetFacts } from "../subject.js";
import type { RunState } from "../state.js";
import { changedSinceConsent, startedMeanwhile } from "./consent.js";
import { keepForReturn } from "./keep.js";
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
    const wrong =
      dropped === true
        ? someoneElses(context, "DatabaseChangedSinceConsent")
        : (changedSinceConsent(context) ?? startedMeanwhile(context));
    const keep = (): Move | undefined => (dropped === true ? undefined : keepForReturn(context));
    return wrong ?? keep() ?? dropAway(context) ?? { kind: "next", message: "gone from every server" };
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
  const { state, request, seen } = context;
  const database = request.spec.databaseName;
  if (!seen.server?.reachable) return wait("Bolt does not answer");
  const there = rowsOf(seen.server, database).length > 0;
  if (state.results["drop"]?.ok === true && there) return wait(`database ${database} is being dropped`);
  if (there || state.facts.dropped !== true) {
    const unsafe = notSafeToDrop(context);
    if (unsafe) return unsafe;
    if (state.facts.dropped !== true) return { kind: "learn", facts: { dropped: true } };
    const aliases = (state.facts.attachments?.aliases ?? []).map(({ name }) => name);
    return {
      kind: "perform",
      effect: { kind: "dropDatabase", key: "drop", at: admin(context), database, aliases },
    };
  }
  const left = leftSomewhere(context);
  return left ?? (state.facts.gone === true ? undefined : { kind: "learn", facts: { gone: true } });
}

/** What DROP would delete is what lies under the name. */
function notSafeToDrop({ state, request, seen }: Context): Move | undefined {
  const { pod } = targetFacts(state);
  const database = request.spec.databaseName;
  const copy = seen.copies?.[pod];
  if (!copy) return wait(`the volume of ${pod} cannot be looked at`);
  if (copy.asideWhole && copy.place !== "taken") return undefined;
  const why = copy.asideWhole
    ? `files lie under the name of database ${database}`
    : `the old store of database ${database} is not seen whole in ${jobPaths.data}/.neo4j-restore/${state.runId}/previous`;
  return fail("DropIncomplete", `${why} on ${pod}: DROP DATABASE was not sent`);
}

/** Files on a server that is there. Of the seeder, the empty folder: one that leaves it alone has nothing to delete. */
export function leftSomewhere({ state, request, seen, now }: Context): Move | undefined {
  const database = request.spec.databaseName;
  const { pod: seeder } = targetFacts(state);
  // A server that is away drops its copy when it is back: until then nobody can make it.
  const there = new Set([seeder, ...availablePods(seen.server)]);
  const copies = Object.entries(seen.copies ?? {}).filter(
    ([pod, copy]) => there.has(pod) && copy?.place !== "none",
  );
  const elsewhere = copies.find(([pod]) => pod !== seeder)?.[0];
  if (elsewhere !== undefined) return wait(`${elsewhere} still has files of database ${database}`);
  const entered = state.steps.at(-1)?.startedAt ?? now;
  return state.facts.gone !== true && copies.length > 0 && now - entered < limits.dropped
    ? wait(`${seeder} has not yet dropped database ${database}`)
    : undefined;
}

/**
 * A database of that name that is neither the one that was dropped nor this run's own is nobody's to drop: what lies
 * under the name goes with it.
 */
export function someoneElses(context: Context, reason: Reason): Move | undefined {
  const { state, request, seen } = context;
  const { gone, createdAgain, consent } = state.facts;
  const rows = rowsOf(seen.server, request.spec.databaseName);
  const ours = createdAgain === true || state.pointOfNoReturnAt !== undefined;
  const old = ({ creationTime }: DatabaseRow): boolean =>
    gone !== true &&
    (creationTime === undefined ||
      consent?.creationTime === undefined ||
      creationTime === consent.creationTime);
  if (ours || rows.every(old)) return undefined;
  const { pod } = targetFacts(state);
  const name = request.spec.databaseName;
  const aside = seen.copies?.[pod]?.asideWhole === true;
  const way = aside
    ? `The old data lies aside in ${jobPaths.data}/.neo4j-restore/${state.runId}/previous on ${pod}: DROP DATABASE \`${name}\` deletes only what was made since; then go on`
    : `Do not drop it: the old data may lie under that name on ${pod}. STOP DATABASE \`${name}\`, and see docs/clusters.md, "Going back by hand"`;
  return fail(
    reason,
    `someone created a database ${name} after the old one was dropped (a Neo4jDatabase resource?): it is left alone. Pause what creates it. ${way}`,
  );
}

function wait(message: string): Move {
  return {
    kind: "wait",
    reason: "DropIncomplete",
    message,
    pollMs: limits.databasePoll,
    limitMs: limits.stop,
  };
}
