/**
 * Removing a restore: its own unfinished work is cancelled with compensation, its Jobs and journal go. The serving data,
 * what was set aside and the target's ledger stay. Another's run is left alone. Told to leave in the middle, the journal
 * stays: the next process goes on with the removal.
 */
import { asideText, discardCommand, type OfDatabase } from "../plan/aside-words.js";
import { emptyLedger, type StoreAside } from "../plan/ledger.js";
import { jobName, type JobRole } from "../plan/names.js";
import type { RestoreRequest } from "../spec/request.js";
import { RestoreFault } from "../workflow/faults.js";
import { storesLeft } from "../workflow/former-stores.js";
import type { Ports } from "../workflow/ports.js";
import type { RunState } from "../workflow/state.js";
import { released } from "./afterwards.js";
import { conduct, type Place } from "./conduct.js";
import type { RunOptions } from "./engine.js";
import { readRequest, readState } from "./records.js";

const roles: readonly JobRole[] = ["restore", "rehearsal", "volume", "pre-restore-hook", "post-restore-hook"];

export async function removeRun(
  ports: Ports,
  at: Place & { readonly runId: string },
  options: RunOptions,
): Promise<void> {
  const { namespace, name } = at;
  const record = await ports.journal.load(namespace, name);
  if (!record || record.owner !== options.owner) return;
  const state = readState(record.state);
  const { runId, flow } = state;
  // An update that was broken off has told nobody its run's id: what its owner left unfinished is meant as well.
  if (runId !== at.runId && !unfinished(state)) return;
  if (unfinished(state)) {
    // An undo is carried to its end: cancelled, it would leave the very data that somebody goes back from.
    const undoing = flow === "undo" && state.standing === "active";
    if (state.standing === "active" && !undoing) await ports.journal.requestCancel(namespace, name);
    const report = await conduct(ports, at, options, (there) => {
      if (undoing) return there?.state.standing === "active" ? there : undefined;
      return there && released(there, ports.clock.now());
    });
    expectNotLeft(at, options);
    if (report?.failure?.reason === "RollbackIncomplete" || report?.failure?.reason === "Interrupted") {
      throw new RestoreFault(
        "terminal",
        "RollbackIncomplete",
        [report.failure.message, ...report.failure.hints].join("\n"),
      );
    }
  }
  await leavePrevious(ports, at, readRequest(record.request), options);
  expectNotLeft(at, options);
  for (const role of roles) await deleteOwn(ports, namespace, jobName(name, role), runId);
  await ports.journal.remove(namespace, name);
}

/** Without its journal nobody could give back any more what it took. */
const unfinished = ({ standing, outcome }: RunState): boolean =>
  standing === "active" || outcome?.reason === "RollbackIncomplete";

/** What was under way when it was told to leave may hold the target: only the journal tells the next process so. */
function expectNotLeft({ namespace, name }: Place, { signal }: RunOptions): void {
  if (signal.aborted)
    throw new RestoreFault(
      "terminal",
      "Interrupted",
      `told to leave while restore ${name} in ${namespace} was being removed: its journal stays, and removing it again goes on there`,
    );
}

/**
 * A store that was set aside outlives its restore: the ledger has it from now on, and whoever asks is told where it lies.
 * What the ledger could not be told, as the run could not, is told to the person alone.
 */
async function leavePrevious(
  ports: Ports,
  at: Place,
  request: RestoreRequest,
  options: RunOptions,
): Promise<void> {
  const say = (message: string): void => options.onProgress({ step: "Clean", message });
  const record = await ports.journal.view(at.namespace, at.name);
  if (!record) return;
  const state = readState(record.state);
  const { clusterRef: target, databaseName: database } = request.spec;
  const left = storesLeft(state, request, ports.clock.now());
  const ledgers = new Map([[`${target}/${database}`, { target, database }]]);
  for (const one of left) ledgers.set(`${one.target}/${one.database}`, one);
  for (const { target: name, database: its } of ledgers.values()) {
    const of = { namespace: at.namespace, target: name, database: its };
    const own = left.filter((one) => one.target === name && one.database === its).map(({ store }) => store);
    const known = await asideOf(ports, of, own, state.name).catch((error: unknown) => {
      if (!(error instanceof RestoreFault)) throw error;
      say(`the ledger of ${name} could not be told what lies aside: ${error.message}`);
      return own;
    });
    for (const store of known) say(`${asideText(store)}; remove it with: ${discardCommand(of, store.runId)}`);
  }
}

async function asideOf(
  { journal }: Ports,
  { namespace, target: name, database }: OfDatabase,
  own: readonly StoreAside[],
  restore: string,
): Promise<readonly StoreAside[]> {
  const ref = { namespace, name };
  const { aside } = (await journal.ledger(ref, database)) ?? emptyLedger;
  const unknown = own.filter(({ runId }) => !aside.some((store) => store.runId === runId));
  if (unknown.length > 0)
    await journal.writeLedger(
      ref,
      database,
      unknown.map((store) => ({ kind: "found", store }) as const),
    );
  return [...aside.filter((store) => store.restore === restore), ...unknown];
}

async function deleteOwn(ports: Ports, namespace: string, name: string, runId: string): Promise<void> {
  const job = await ports.kubernetes.job(namespace, name);
  if (job?.runId === runId) await ports.kubernetes.deleteJob(namespace, name, runId);
}
