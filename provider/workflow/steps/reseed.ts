/**
 * Another seeder, where the one that was chosen has fallen behind before the restore's Job is made: with stopCluster that
 * is after the freeze. Writes are given back first, what the run keeps on the volume of the one before goes, and the
 * rehearsal is done on the other's. Invariants: nothing was stopped yet; each server is tried once; what has been taken
 * on one server's volume already (staged files, a claim for temporary files) keeps the run there.
 */
import { podOfAddress } from "../../plan/cluster.js";
import type { DatabaseRow } from "../../plan/observation.js";
import { jobPaths } from "../../plan/restore-job.js";
import { otherSeeder } from "../../plan/seeder.js";
import { volumeCommand } from "../../plan/volume-command.js";
import { limits } from "../limits.js";
import type { SeederFacts } from "../seeder-facts.js";
import { firstOf, once, resultOf, type Context, type Move } from "../step.js";
import { isOffline, rowsOf, runningPod, seenJob, seenTarget, targetFacts } from "../subject.js";
import { leaving } from "./job.js";
import { giveAccess } from "./open.js";
import { sendByExec } from "./volume.js";

const none: SeederFacts = { left: [], cleared: 0 };

/** @param own what each server tells of its own copy; @param end where the writer's ends */
export function chooseAnother(
  context: Context,
  own: readonly DatabaseRow[],
  end: number | undefined,
): Move | undefined {
  const { state, request, seen, now } = context;
  const { source, tempClaim, exclusive, seeders = none, jobCreated } = state.facts;
  const bound = source?.staging !== undefined || tempClaim === true || exclusive === true;
  if (!isOffline(state, request) || jobCreated === true || bound || end === undefined) return undefined;
  // It may catch up yet.
  const since = state.waiting?.reason === "SeederBehind" ? state.waiting.since : now;
  const target = seenTarget(seen);
  if (now - since < limits.catchUp || !target || !seen.server?.reachable) return undefined;
  const { pod } = targetFacts(state);
  const there = own.filter(({ lastCommittedTxn }) => lastCommittedTxn === end);
  const pods = there.flatMap(({ address }) => podOfAddress(address) ?? []);
  const candidates = pods.filter((one) => one !== pod && !seeders.left.includes(one));
  const seeder = otherSeeder(target, seen.server, request.spec.databaseName, own, candidates);
  return seeder && { kind: "learn", facts: { seeders: { ...seeders, next: seeder } } };
}

/** First thing in TakeOffline: once decided, it is carried out, whoever drives. */
export function reseed(context: Context): Move | undefined {
  const { state, request, seen } = context;
  const { next: seeder, ...seeders } = state.facts.seeders ?? none;
  if (!seeder) return undefined;
  const former = targetFacts(state);
  const at = { data: jobPaths.data, runId: state.runId, database: request.spec.databaseName };
  const pod = runningPod(state, seen);
  return (
    firstOf(
      () => (rowsOf(seen.server, at.database).length > 0 ? giveAccess(context) : undefined),
      () =>
        pod &&
        sendByExec(context, "leave-seeder", pod.name, (acting) =>
          volumeCommand("discard", { ...at, acting }),
        ),
    ) ?? {
      kind: "again",
      step: "Rehearse",
      facts: {
        target: { ...former, pod: seeder.pod, serverId: seeder.serverId, dataClaim: seeder.claim },
        seeders: { ...seeders, left: [...seeders.left, former.pod] },
      },
      message: `server ${former.pod} has not what the writer has: ${seeder.pod} seeds`,
      note: {
        remark: `server ${former.pod} was left as the seeder, because it had not what the writer of ${at.database} had: ${seeder.pod} seeded`,
      },
    }
  );
}

/** The rehearsal on the server before is no answer for this one. */
export function clearRehearsal(context: Context): Move | undefined {
  const { seeders = none } = context.state.facts;
  const { left, cleared } = seeders;
  if (left.length === cleared) return undefined;
  const key = `clear-seeder-${left.length}`;
  return (
    once(context, { kind: "deleteJobs", key, roles: ["rehearsal"], anyRun: false }) ??
    (seenJob(context.seen, "rehearsal") === "absent" && resultOf(context, key)?.ok === true
      ? { kind: "learn", facts: { seeders: { ...seeders, cleared: left.length } } }
      : leaving(`the rehearsal on ${left.at(-1) ?? "another server"} to go`))
  );
}
