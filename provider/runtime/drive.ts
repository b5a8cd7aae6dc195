/**
 * The interpreter: look, decide, record, act, again. Invariants: a driver raises the run's epoch in the journal before
 * its first look, and stops where it learns of a higher one; an effect's intent is in the journal before it is performed
 * and its result after; nothing is performed on a look that is too old (freshness.ts), or with less of the Lease left
 * than it may take, and what was not performed for that is tried again with pauses; a driver that is told to leave does so at once while the database serves, and only then.
 */
import type { Observation } from "../plan/observation.js";
import type { RestoreRequest } from "../spec/request.js";
import type { Neo4jRestoreStatus } from "../spec/types.js";
import type { Effect } from "../workflow/effects.js";
import { RestoreFault } from "../workflow/faults.js";
import type { KeptRef } from "../workflow/kept.js";
import { limits } from "../workflow/limits.js";
import type { Ports } from "../workflow/ports.js";
import { interrupted, noted } from "../workflow/progression.js";
import { recordBlindness, recordResult, type Answer } from "../workflow/results.js";
import type { RunState } from "../workflow/state.js";
import { messageOf, progressOf } from "../workflow/status.js";
import { endpoint, targetRef } from "../workflow/subject.js";
import { type Decision, transition } from "../workflow/transition.js";
import type { DriverLease } from "./driver-lease.js";
import type { RunOptions } from "./engine.js";
import { allMissing } from "./missing-permissions.js";
import { createFreshness } from "./freshness.js";
import { observe } from "./observe.js";
import { perform } from "./perform.js";
import { recordOf } from "./records.js";
import { store, write } from "./save-run.js";
import { instant, since } from "./spans.js";
import { unforeseen } from "./unforeseen.js";

/** A run in the hands of one driver. */
export interface Driven {
  state: RunState;
  request: RestoreRequest;
  owner: string;
  revision: string | undefined;
  /** The state as it stands in the journal, which may have shed some of it; absent where that is another run's. */
  written?: string;
  /** What must be given back, and lies neither where the journal says nor anywhere else. */
  lost?: KeptRef;
  status: Neo4jRestoreStatus | undefined;
  /** Somebody asked for this run to end. */
  cancel: boolean;
}

/** Drives until the run ended ("ended"), the caller gives up ("left") or another process drives it ("lost"). */
export async function drive(
  ports: Ports,
  run: Driven,
  options: RunOptions,
  lease: Pick<DriverLease, "mine" | "lasts">,
): Promise<"ended" | "left" | "lost"> {
  if (!lease.mine()) return "lost";
  await takeOver(ports, run);
  const freshness = createFreshness();
  run.state = await fencedOff(ports, run);
  let saved: RunState | undefined = run.state;
  const save = async (): Promise<void> => {
    if (saved === run.state) return;
    run.cancel = (await store(ports, run)) || run.cancel;
    saved = run.state;
  };
  for (;;) {
    if (!lease.mine()) return "lost";
    if (options.signal.aborted && !interrupted(run.state)) {
      await save();
      return "left";
    }
    const began = instant(ports.clock);
    const seen = await lookOrNote(ports, run);
    const cancel = run.cancel || options.cancel?.aborted === true;
    const decision = decide(run, cancel ? { ...seen, cancelRequested: true } : seen, ports.clock.now());
    const before = run.state;
    run.state = decision.state;
    tell(run, before, options);
    if (run.state.standing === "ended") {
      await save();
      return "ended";
    }
    if (decision.effect) {
      await save();
      const lasts = await lease.lasts();
      const age = since(ports.clock, began);
      if (!freshness.isFresh(age) || !lasts) {
        const { errorCount } = run.state;
        // Tried again like what failed, but nothing did.
        run.state = {
          ...recordResult(run.state, decision.effect, tooSlow(age), ports.clock.now()),
          errorCount,
        };
        continue;
      }
      const answer = await performOrName(ports, run.state, decision.effect);
      if (wasReplaced(answer)) return "lost";
      run.state = recordResult(run.state, decision.effect, answer, ports.clock.now());
      if (decision.effect.once === true) await save();
    } else if (decision.wakeAt !== undefined) {
      await save();
      await pause(ports, run, decision.wakeAt, options);
      // Short pauses are those of a database that changes state: there every call counts.
      if (!run.cancel && decision.wakeAt - began.wall > limits.databasePoll * 2)
        run.cancel = await cancelAsked(ports, run);
    }
  }
}

/**
 * A driver's first act: from here on the saves of the one before fail. Whether it was its own word that is there now is
 * not asked: two drivers may have written the same, and only the one whose save was answered has this epoch.
 */
async function takeOver(ports: Ports, run: Driven): Promise<void> {
  const before = run.state;
  run.state = { ...before, epoch: before.epoch + 1 };
  await write(ports, run, recordOf(run, ports.clock.now()), run.revision);
}

/**
 * What an earlier driver still has on its way to Neo4j is cut off, on every server that answers; the others are left to
 * the first contact with each. Without the right it is said, and the run goes on.
 */
async function fencedOff(ports: Ports, { state, request }: Driven): Promise<RunState> {
  if (state.epoch <= 1 || !state.facts.target) return state;
  const at = endpoint(state, request);
  const pods = [at.pod, ...(at.others ?? [])];
  const refusals = await Promise.all(
    pods.map(async (pod) => {
      const refused = await ports.neo4j.fence({ ...at, pod });
      return refused === undefined ? [] : [`${pod} (${refused})`];
    }),
  );
  const where = refusals.flat().join(", ");
  const remark = `connections of an earlier process of this restore could not be ended: ${where}`;
  return where === "" ? state : noted(state, { remark });
}

/** Nothing was sent: what was seen may not hold any more, or another driver may be about to come. */
function tooSlow(age: number): Answer {
  const seconds = Math.ceil(age / 1000);
  const message =
    `the Kubernetes API answers slowly: ${seconds} s passed between looking and acting, or the Lease could not be renewed ` +
    "in time, so that nothing was done. It is looked at again";
  return { ok: false, fault: { kind: "retry", reason: "KubernetesUnreachable", message } };
}

/** What carries an epoch was refused for a higher one: another driver has the run. */
const wasReplaced = (answer: Answer): boolean => !answer.ok && answer.fault.reason === "DriverReplaced";

/** A step that cannot decide has failed: whatever it stumbled over, the service is given back. */
function decide({ state, request }: Driven, seen: Observation, now: number): Decision {
  try {
    return transition(state, request, seen, now);
  } catch (error) {
    const blind = recordBlindness(state, unforeseen(error, "terminal").toData(), now);
    return transition(blind, request, seen, now);
  }
}

async function lookOrNote(ports: Ports, run: Driven): Promise<Observation> {
  try {
    return await observe(ports, run.state, run.request);
  } catch (error) {
    const fault = await allMissing(ports, run.state, unforeseen(error, "outcomeUnknown").toData());
    run.state = recordBlindness(run.state, fault, ports.clock.now());
    return {};
  }
}

async function performOrName(ports: Ports, state: RunState, effect: Effect): Promise<Answer> {
  const answer = await perform(ports, state, effect);
  return answer.ok ? answer : { ok: false, fault: await allMissing(ports, state, answer.fault) };
}

async function cancelAsked(ports: Ports, run: Driven): Promise<boolean> {
  try {
    const record = await ports.journal.view(run.state.namespace, run.state.name);
    return record?.cancelRequested === true;
  } catch (error) {
    // Looking again comes next and says what is wrong.
    if (error instanceof RestoreFault) return false;
    throw error;
  }
}

/** Until that instant, a change in the cluster, or a signal. */
async function pause(ports: Ports, run: Driven, until: number, options: RunOptions): Promise<void> {
  const over = new AbortController();
  const end = (): void => over.abort();
  const signals = [
    ...(interrupted(run.state) ? [] : [options.signal]),
    ...(options.cancel && !options.cancel.aborted ? [options.cancel] : []),
  ];
  for (const signal of signals) signal.addEventListener("abort", end, { once: true });
  try {
    const backup = run.request.spec.source.backupRef;
    const scope = {
      target: targetRef(run.state, run.request),
      runId: run.state.runId,
      ...(backup === undefined ? {} : { backup }),
    };
    // A retry waits its pause out; all other waits end early when something changes.
    const changed = run.state.retry ? [] : [ports.kubernetes.changed(scope, over.signal)];
    await Promise.race([ports.clock.wait(until, over.signal), ...changed]);
  } finally {
    end();
    for (const signal of signals) signal.removeEventListener("abort", end);
  }
}

function tell(run: Driven, before: RunState, options: RunOptions): void {
  const step = run.state.step;
  const same =
    before.step === step &&
    before.waiting?.message === run.state.waiting?.message &&
    before.retry?.count === run.state.retry?.count;
  if (same && before.standing === run.state.standing) return;
  const percent = run.state.standing === "active" ? progressOf(run.state).percent : undefined;
  options.onProgress({ step, message: messageOf(run.state), ...(percent === undefined ? {} : { percent }) });
}
