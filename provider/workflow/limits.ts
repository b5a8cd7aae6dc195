/** Every bound of the workflow in one place: milliseconds, and why that long. */
import { parseDuration } from "../spec/duration.js";
import type { RestoreRequest } from "../spec/request.js";

const second = 1000;
const minute = 60 * second;

export const limits = {
  /** Safety poll where a watch tells of changes. */
  poll: 30 * second,
  /** A running Job's log has no watch either. */
  logPoll: 5 * second,
  /** Neo4j has no watch: status is asked for this often while a database changes state, less often as that lasts. */
  databasePoll: 150,
  /** A Job without a running container by then is reported with what blocks it. */
  jobStart: 5 * minute,
  /** STOP waits for open transactions (db.shutdown_transaction_end_timeout, 10 s) and a checkpoint. */
  stop: 5 * minute,
  /** A database that is set READ ONLY before its STOP is quiet on every server, and its seeder at the end, by then. */
  freeze: minute,
  /** A seeder that is behind once writes have ended is waited for so long before another is chosen, where one can be. */
  catchUp: 10 * second,
  /** Between the two looks that must see the same last transaction on a cluster. */
  steady: second,
  /** Pods end within their grace period. */
  podsGone: 15 * minute,
  /** A running server that does not answer is asked again for so long before it counts as silent. */
  silence: 45 * second,
  /** A dropped database's folder is gone by then, or never will be. */
  dropped: minute,
  /** What is called is seen at the leader long before; only then may it be called again. */
  recreated: minute,
  /** The servers beyond the majority are waited for so long before they are told to be missing. */
  rest: 2 * minute,
  /** From scaling up to Bolt's first answer; a throttled server took three minutes. */
  serverStart: 30 * minute,
  /** From START to online: recovery of a large store takes its time. */
  online: 60 * minute,
  /** A database that wants to be online and is not, with a message, is given this long to change its mind. */
  settle: 3 * second,
  /** On a way back a START counts as failed after so long with a message, or offline without one. */
  failedStart: 15 * second,
  silentStart: minute,
  /** All tries of a START that fails on a way back together; one that goes on has only the way back's own budget. */
  startTries: 5 * minute,
  /** A hook's statement, as long as a hook's Job where nothing is said: Neo4j ends it then. */
  statement: 30 * minute,
  /** Retries of one effect, with growing pauses. */
  retry: 5 * minute,
  firstPause: 500,
  longestPause: 15 * second,
  /** A driver waits so long for a Kubernetes API that does not answer before it gives its run up. */
  outage: 30 * minute,
  outagePause: second,
  /** Budget of giving back, whatever the run's own timeout; of an undo, and of its own way back. */
  rollback: 30 * minute,
  /** A driver whose Lease was not renewed for so long, as another one has watched it, is gone. */
  lease: 15 * second,
  /** The longest that a driver may ask for where the API server is slow: every answer comes within half of it, or never. */
  longLease: 75 * second,
  /** So much of that an operator may have seen by looks that are far apart. */
  rareLooks: 10 * second,
  /** An answer that takes longer is slow. */
  prompt: 2 * second,
  /** Nothing is begun with less of the Lease left: a command to Neo4j is sent within that time, or not at all. */
  act: 10 * second,
  /** What was seen that long ago is looked at again before it is acted upon, where no answer is slow. */
  stale: 5 * second,
  /** The same, however slow they are. */
  longStale: 2 * minute,
  /** An operator takes a resource up within that time, also where another replica has to follow the leader first. */
  takeUp: 2 * minute,
  /** A resource that is being deleted, and of which nothing was heard for so long, has no operator. */
  letGo: 3 * minute,
  /** The same while a run has to give back first: one step of that may take long. */
  giveBack: 10 * minute,
  /** An operator that has to leave a run for another driver answers within that time; the run's Lease decides in the end. */
  handOver: 30 * second,
  /** Cleaning that cannot be done is said and left. */
  clean: 2 * minute,
} as const;

/** spec.timeout, default 24h. */
export function timeoutMs(request: RestoreRequest): number {
  return durationOr(request.spec.timeout, 24 * 60 * minute);
}

/** spec.options.waitFor, default 10m. */
export function waitForMs(request: RestoreRequest): number {
  return durationOr(request.spec.options?.waitFor, 10 * minute);
}

/** spec.options.keepPrevious where the user wrote it. */
export function keepPreviousMs(request: RestoreRequest): number | undefined {
  const text = request.spec.options?.keepPrevious;
  return text === undefined ? undefined : durationOr(text, 0);
}

/** How long a previous store is kept where the user wrote nothing and a fifth of the volume stays free. */
export const defaultKeepPreviousMs = 24 * 60 * minute;

function durationOr(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : (parseDuration(text) ?? otherwise);
}
