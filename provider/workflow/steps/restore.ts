/**
 * Rehearse and Restore: the Job on the target's own data claim. The rehearsal is the same pod doing everything
 * but the restore, so that quota, image, admission, credentials and a wrong path are found while the old
 * database serves. The restore writes under the scratch name (or the real one where nothing is there), and
 * leaves its figures and the fingerprint in the termination message.
 */
import { shapeOfPod } from "../../plan/cluster.js";
import { scratchName, tempClaimName } from "../../plan/names.js";
import type { JobView, JsonObject } from "../../plan/observation.js";
import { jobMemory, jobPaths, renderJob } from "../../plan/restore-job.js";
import { withoutClaims, withPlainSubPaths } from "../../plan/layout.js";
import { adminArguments } from "../../plan/admin-arguments.js";
import { whenTaken } from "../../plan/backup-age.js";
import { pointArguments, type PointArguments } from "../../plan/point-in-time.js";
import { claimsOf, jobIdentity, keyHint, plainName, stagingJob, storesOf } from "../../plan/staging.js";
import { parseReport, restoreCommand } from "../../plan/volume-command.js";
import { actingInJob } from "../acting.js";
import { firstOf, once, type Context, type Move, type StateNote, type Step } from "../step.js";
import type { Need } from "../effects.js";
import type { RestoredFacts, RunState } from "../state.js";
import type { RestoreRequest } from "../../spec/request.js";
import { isOffline, known, nodeAtRest, runningPod, seenJob, seenTarget, targetFacts } from "../subject.js";
import { clearEarlier, leaving, runJob } from "./job.js";
import { isRemoved, lockedOut, roundOf } from "./volume-job.js";
import { clearRehearsal } from "./reseed.js";
import { round, tempClaim, tempStorage } from "./temp-claim.js";
import { foundOf, inspectedOf, jobFailureOf, restoredOf, seedOf } from "./job-report.js";

export const rehearse: Step = {
  says: "rehearsing: the restore's pod reads the backup without touching anything",
  needs: (state, request) => [
    { kind: "target" },
    { kind: "job", role: "rehearsal" },
    { kind: "job", role: "restore" },
    ...backupClaims(state, request),
  ],
  decide: (context) =>
    firstOf(
      // Its pod may take its time to go: nothing that is out of service waits for that.
      () => clearEarlier(context, "restore"),
      () => clearRehearsal(context),
      () => tempClaim(context, "rehearsal"),
      () => serviceAccount(context),
      () => {
        const answer = runJob(
          context,
          "rehearsal",
          () => restoreManifest(context, "rehearse"),
          round(context),
        );
        if (answer.kind !== "over") return answer;
        if (!answer.job.succeeded)
          return jobFailureOf(
            context,
            { role: "rehearsal", job: answer.job },
            inStore(context),
            "the rehearsal failed, nothing was touched",
          );
        if (context.state.facts.strategy === "seedURI") return seedFound(context, answer.job);
        const facts = inspectedOf(answer.job);
        return { kind: "next", facts, message: told(context, facts.artifact ?? "done", facts.artifactTime) };
      },
    ) ?? { kind: "next" },
};

/** No store of ours will tell what it holds: what inspect told of the artifact is what will be compared with. */
function seedFound(context: Context, job: JobView): Move {
  const seed = seedOf(job, context.request.spec.source.pointInTime !== undefined);
  if ("fault" in seed) return { kind: "fail", fault: seed.fault };
  const { artifact, artifactTime } = seed.facts;
  const message = told(context, artifact, artifactTime);
  return { kind: "next", facts: { ...inspectedOf(job), restored: seed.facts }, message };
}

export const restore: Step = {
  says: "restoring the backup",
  needs: (state, request) => [
    { kind: "target" },
    { kind: "job", role: "restore" },
    ...backupClaims(state, request),
  ],
  decide: (context) =>
    firstOf(
      () => tempClaim(context, "restore"),
      () => serviceAccount(context),
      () => contested(context),
      () => {
        const before = leavingTheLock(context);
        if (before) return before;
        const again = `${round(context)}${roundOf(context)}`;
        const answer = runJob(context, "restore", () => restoreManifest(context, "restore"), again);
        if (context.state.facts.jobCreated !== true && isOurs(context))
          return { kind: "learn", facts: { jobCreated: true } };
        if (answer.kind !== "over") return answer;
        if (hasOverwritten(context, answer.job))
          return { kind: "learn", facts: {}, note: { pointOfNoReturnAt: context.now } };
        if (!answer.job.succeeded)
          return (
            lockedOut(context, "restore", answer.job) ??
            jobFailureOf(
              context,
              { role: "restore", job: answer.job },
              inStore(context),
              "the restore Job failed",
            )
          );
        const restored = restoredOf(answer.job);
        if ("fault" in restored) return { kind: "fail", fault: restored.fault };
        const swapped = restored.facts.swapped ? { swapped: true } : {};
        return {
          kind: "next",
          facts: { restored: restored.facts, ...foundOf(answer.job), ...swapped },
          message: told(context, restored.facts.artifact, restored.facts.artifactTime),
          ...remarkOf(context, restored.facts),
        };
      },
    ) ?? { kind: "next" },
};

/** One that something kept from the volume's lock was removed: another is made in its place. */
function leavingTheLock(context: Context): Move | undefined {
  const job = seenJob(context.seen, "restore");
  return job !== "absent" && isRemoved(context, job)
    ? leaving(`the Job ${job.name} that did not come to the volume's lock to go`)
    : undefined;
}

/** Where no server runs, the node is that of the claims which are in use. */
function backupClaims(state: RunState, request: RestoreRequest): readonly Need[] {
  const names = claimsOf(state.facts.source);
  return isOffline(state, request) && names.length > 0 ? [{ kind: "claims", names }] : [];
}

/** The artifact, and how old it is where inspect told it. */
function told({ now }: Context, artifact: string, time: string | undefined): string {
  const taken = whenTaken(time, now);
  return taken === undefined ? artifact : `${artifact}, taken ${taken}`;
}

const inStore = ({ state }: Context): boolean => storesOf(state.facts.source).length > 0;

function remarkOf({ request }: Context, restored: RestoredFacts): { readonly note?: StateNote } {
  const script = `${jobPaths.data}/scripts/${request.spec.databaseName}/restore_metadata.cypher`;
  const { until, gapSeconds = 0 } = restored;
  const remarks = [
    ...(until === undefined ? [] : [`restored is what was committed before ${until} UTC`]),
    ...(gapSeconds > 0 ? [`the history ends ${gapSeconds}s before the point in time`] : []),
    // neo4j-admin writes the artifact's roles and privileges as a script and never runs it.
    ...(restored.metadataScript
      ? [`the backup holds roles and privileges: ${script} was written, not run`]
      : []),
  ];
  return remarks.length > 0 ? { note: { remark: remarks.join("; ") } } : {};
}

function isOurs({ seen, state }: Context): boolean {
  const job = seenJob(seen, "restore");
  return job !== "absent" && job.runId === state.runId;
}

/** In place, the point of no return is where neo4j-admin begins: it removes the old store. Untold, the rollback looks. */
function hasOverwritten({ state }: Context, job: JobView): boolean {
  if (state.facts.strategy !== "inPlace" || state.pointOfNoReturnAt !== undefined) return false;
  return job.succeeded || parseReport(job.terminationMessage ?? "")["overwriting"] === "yes";
}

/** Offline, nobody else may bring the server back while the Job writes. */
function contested(context: Context): Move | undefined {
  const replicas = seenTarget(context.seen)?.statefulSet?.replicas ?? 0;
  if (context.state.facts.scaledDown !== true || replicas === 0) return undefined;
  const set = targetFacts(context.state).statefulSet;
  return {
    kind: "fail",
    fault: {
      kind: "terminal",
      reason: "ReplicasContested",
      message: `someone scaled StatefulSet ${set} to ${replicas} during the offline restore`,
    },
  };
}

/** The account that the Job runs as, where it is for us to make. */
function serviceAccount(context: Context): Move | undefined {
  const { source, usesServiceAccount } = context.state.facts;
  const identity = jobIdentity(source);
  if (!identity?.make) return undefined;
  const { serviceAccount: name, annotations } = identity;
  const use = once(context, { kind: "useServiceAccount", key: "service-account", name, annotations });
  return use ?? (usesServiceAccount ? undefined : { kind: "learn", facts: { usesServiceAccount: true } });
}

/** By the rehearsal of this attempt; of a chain and in a store, inspect also says what to take. */
function inspectedBefore({ state, request, now }: Context): boolean {
  const { attempt } = state;
  const rehearsed = state.steps.some(
    (step) => step.name === "Rehearse" && step.attempt === attempt && step.endedAt,
  );
  const chain = pointArguments(request, now).chain !== "";
  return rehearsed && state.facts.artifact !== undefined && !chain && !state.facts.source?.cloud;
}

/** Of what was fetched with an account's key, whether it can be restored is always judged. */
function chainPoint({ state, request, now }: Context): PointArguments {
  const point = pointArguments(request, now);
  if (state.facts.source?.cloud?.loginByKey !== true) return point;
  return { ...point, chain: point.chain || "contiguous", hint: `${point.hint}${keyHint}` };
}

/** What an artifact that the user named is to its chain. */
function baseOf({ spec: { source } }: RestoreRequest): "end" | "base" | "logs" {
  if (source.type !== "pitr") return "end";
  return source.pitr?.logStorage ? "logs" : "base";
}

/** Where artifacts are staged: with the temporary files; empty where nothing is. */
export function stagedFolder(state: RunState, request: RestoreRequest): string {
  const { facts, runId } = state;
  if (!facts.source?.staging) return "";
  return tempStorage(state, request)
    ? `${jobPaths.temp}/staging`
    : `${jobPaths.data}/.neo4j-restore/${runId}/staging`;
}

export function restoreManifest(context: Context, verb: "rehearse" | "restore"): JsonObject {
  const { state, request, now } = context;
  const source = known(state.facts.source, "the source");
  const set = seenTarget(context.seen)?.statefulSet;
  const pod = runningPod(state, context.seen);
  const { pod: name } = targetFacts(state);
  const offline = isOffline(state, request);
  const { strategy, beside } = state.facts;
  const into = beside === true ? scratchName(state.runId) : request.spec.databaseName;
  // What an earlier attempt or the rehearsal has found is pinned: a backup that arrives meanwhile is not taken.
  const found = state.facts.artifact;
  const staged = stagedFolder(state, request);
  const at = (place: string): string => (source.cloud ? place : `${jobPaths.backup}/${place}`);
  const pinned = found === undefined || staged === "" ? found : `${staged}/${plainName(found)}`;
  const first = pinned ?? (staged || at(source.first));
  const point = chainPoint(context);
  const admin = adminArguments(request);
  const ownTemp = tempStorage(state, request) !== undefined;
  const shape = withPlainSubPaths(pod?.shape ?? shapeOfPod(known(set, "the StatefulSet"), name), name);
  return renderJob({
    restore: state.name,
    namespace: state.namespace,
    runId: state.runId,
    labels: context.request.labels,
    role: verb === "rehearse" ? "rehearsal" : "restore",
    shape: verb === "rehearse" && state.facts.exclusive === true ? withoutClaims(shape) : shape,
    node: source.cloud?.asServers ? undefined : (pod?.node ?? nodeAtRest(state, context.seen)),
    ...(source.claim === undefined ? {} : { backupClaim: source.claim }),
    ...(source.cloud && !source.staging ? { cloud: source.cloud } : {}),
    ...(ownTemp ? { tempClaim: tempClaimName(state.name) } : {}),
    ...(source.staging
      ? {
          staging: stagingJob(
            request,
            { ...source, staging: source.staging },
            {
              folder: staged,
              first: state.facts.base ?? at(source.first),
              second: state.facts.base ?? at(source.second),
              reference: state.facts.base === undefined ? source.reference : "",
              artifactDatabase: source.artifactDatabase,
              until: point.until,
              work: jobPaths.work,
            },
          ),
        }
      : {}),
    deadlineSeconds: ((state.deadline ?? now) - now) / 1000,
    bounded: state.facts.bounded === true,
    argv: restoreCommand(verb, {
      data: jobPaths.data,
      runId: state.runId,
      database: request.spec.databaseName,
      acting: actingInJob(state),
      into,
      first,
      second: pinned ?? (staged || at(source.second)),
      reference: pinned === undefined && staged === "" ? source.reference : "",
      artifactDatabase: source.artifactDatabase,
      // What was agreed to be replaced exists; a database that is new must not be there.
      overwrite: strategy === "inPlace" || beside === true,
      temp: request.spec.options?.tempPath ?? (ownTemp ? jobPaths.temp : ""),
      check: admin.check,
      thenSwap: offline && strategy === "swap",
      point,
      inspected: inspectedBefore(context),
      named: pinned === undefined ? baseOf(request) : "end",
      staged,
      times: pinned === undefined && staged === "" ? source.times : undefined,
      pageCache: jobMemory.pageCache,
      extra: admin.extra,
    }),
  });
}
