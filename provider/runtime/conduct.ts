/**
 * One visit to a run: take the driver's lease, look at the journal under it, let the caller decide what is due,
 * drive, report. Where another process drives, this one follows it to its end and reports what came of it.
 */
import { runIdentity } from "../plan/identity.js";
import { RestoreFault } from "../workflow/faults.js";
import type { JournalView, Ports } from "../workflow/ports.js";
import type { Reason } from "../workflow/reasons.js";
import { statusOf } from "../workflow/status.js";
import { interrupted, outlasts } from "../workflow/progression.js";
import { drive, type Driven } from "./drive.js";
import { acquireLease } from "./driver-lease.js";
import type { RunOptions, RunReport } from "./engine.js";
import { haveItAgain, wholeState } from "./kept-again.js";
import { withPatience, type Patience } from "./patience.js";
import { readRequest, readState, readStatus } from "./records.js";
import { reportOf } from "./report.js";
import { store } from "./save-run.js";
import { faultsOnly } from "./unforeseen.js";

export interface Place {
  readonly namespace: string;
  readonly name: string;
}

/** Of a journal that is written while the database is out of service. */
const worthAsking: readonly Reason[] = ["KubernetesRefused", "UnforeseenError"];

/** What is to be driven, given what is there; undefined: nothing is due. */
export type Intention = (there: Driven | undefined) => Driven | undefined;

/** @returns undefined where there is no run and none was begun. */
export async function conduct(
  given: Ports,
  at: Place,
  options: RunOptions,
  intention: Intention,
): Promise<RunReport | undefined> {
  let run: Driven | undefined;
  const patience: Patience = {
    // Told to leave, it does so as soon as it may: while the database is out of service it may not.
    giveUp: () => options.signal.aborted && !(run && interrupted(run.state)),
    // Credentials may be renewed, and a Role be given back. A process that ends would leave the database stopped.
    outlasts: (reason) =>
      run !== undefined &&
      (outlasts(run.state, reason) || (worthAsking.includes(reason) && interrupted(run.state))),
    onTrouble: ({ message }) =>
      options.onProgress({ step: run?.state.step ?? "Resolve", message: `asked again: ${message}` }),
  };
  const ports = withPatience(faultsOnly(given), patience);
  /** The run that this process drove until another one took it over, or released it by force. */
  let lost: string | undefined;
  for (;;) {
    const driver = ports.newId();
    const follow = follower(ports, at, options);
    const { signal, gone } = options;
    const lease = await acquireLease(ports, { ...at, driver, gone }, signal, patience, follow);
    if (!lease) return reportThere(ports, at);
    let before: string | undefined;
    try {
      const there = await driven(ports, at);
      // What came of it is told; whether it is asked for once more is not for this process to say.
      if (lost !== undefined && there?.state.runId === lost && there.state.standing === "ended")
        return reportOf(there.state, there.status ?? statusOf(there.state, ports.clock.now()));
      run = intention(there);
      if (!run)
        return there && reportOf(there.state, there.status ?? statusOf(there.state, ports.clock.now()));
      if (run.request === there?.request) expectItsOwn(run);
      if (run.state.standing === "ended") {
        // Only something to take note of.
        await store(ports, run);
        return reportOf(run.state, statusOf(run.state, ports.clock.now(), run.status));
      }
      await haveItAgain(ports, run);
      before = run.written;
      const end = await drive(ports, run, options, lease);
      if (end !== "lost") return reportOf(run.state, statusOf(run.state, ports.clock.now(), run.status));
    } catch (error) {
      // Another driver has taken over: this one follows.
      if (!(error instanceof RestoreFault) || error.reason !== "JournalConflict") throw error;
    } finally {
      await lease.release();
    }
    if (run && run.written !== before) lost = run.state.runId;
  }
}

/** State and request are two objects: a process that began a run may have died between writing the one and the other. */
function expectItsOwn({ state, request }: Driven): void {
  if (state.lockedAt !== undefined || runIdentity(request, state.namespace) === state.identity) return;
  throw new RestoreFault(
    "terminal",
    "JournalUnreadable",
    `the journal of restore ${state.name} was written only in part: its Secret holds another request than its run was ` +
      "begun with. Ask for the restore again where it is declared: that goes on with this run",
  );
}

/** Tells what the other driver does; true once its run has ended. */
function follower(ports: Ports, at: Place, options: RunOptions): (holder: string) => Promise<boolean> {
  let told: string | undefined;
  let wasActive = false;
  return async () => {
    const there = seen(await ports.journal.view(at.namespace, at.name));
    if (!there) return false;
    const { progress } = there.status;
    const line = `driven by another process: ${progress?.message ?? there.status.message ?? ""}`;
    if (line !== told) options.onProgress({ step: progress?.step ?? there.state.step, message: line });
    told = line;
    if (there.state.standing === "active") {
      wasActive = true;
      if (options.cancel?.aborted && !there.cancelRequested)
        await ports.journal.requestCancel(at.namespace, at.name);
      return false;
    }
    return wasActive;
  };
}

async function reportThere(ports: Ports, at: Place): Promise<RunReport | undefined> {
  const view = await ports.journal.view(at.namespace, at.name);
  return view && reportOf((await wholeState(ports, at, view)).state, readStatus(view.status));
}

const seen = (view: JournalView | undefined) =>
  view && {
    state: readState(view.state),
    status: readStatus(view.status),
    cancelRequested: view.cancelRequested,
  };

async function driven(ports: Ports, at: Place): Promise<Driven | undefined> {
  const record = await ports.journal.load(at.namespace, at.name);
  return (
    record && {
      ...(await wholeState(ports, at, record)),
      request: readRequest(record.request),
      owner: record.owner,
      revision: record.revision,
      written: record.state,
      status: readStatus(record.status),
      cancel: record.cancelRequested,
    }
  );
}
