/**
 * Removing a restore: its own unfinished work is cancelled with compensation, its previous store is discarded,
 * its Jobs and journal go. The serving data and the target's ledger stay. Another's run is left alone. Told to leave in
 * the middle, the journal stays: the next process goes on with the removal.
 */
import { keepsOnlyCopy } from "../plan/strategy.js";
import { jobName, type JobRole } from "../plan/names.js";
import { RestoreFault } from "../workflow/faults.js";
import type { Ports } from "../workflow/ports.js";
import { startFlow, undoUnfinished } from "../workflow/progression.js";
import type { RunState } from "../workflow/state.js";
import { released } from "./afterwards.js";
import { conduct, type Place } from "./conduct.js";
import type { RunOptions } from "./engine.js";
import { readState } from "./records.js";

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
  await discardPrevious(ports, at, options);
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

/** Best effort: a target that is gone has no store to discard. What may be the only old copy goes by discard alone. */
async function discardPrevious(ports: Ports, at: Place, options: RunOptions): Promise<void> {
  const report = await conduct(ports, at, options, (there) => {
    const previous = there?.state.facts.previous;
    const mayGo = !keepsOnlyCopy(there?.state.facts.strategy);
    // Where an undo could not give back, the one store that starts may be the one that lies aside.
    if (!there || undoUnfinished(there.state)) return undefined;
    return previous && previous.discarded !== true && mayGo
      ? { ...there, state: startFlow(there.state, "discard", "Lock", ports.clock.now()) }
      : undefined;
  });
  if (report?.failure)
    options.onProgress({ step: "Clean", message: `the previous store was left: ${report.failure.message}` });
}

async function deleteOwn(ports: Ports, namespace: string, name: string, runId: string): Promise<void> {
  const job = await ports.kubernetes.job(namespace, name);
  if (job?.runId === runId) await ports.kubernetes.deleteJob(namespace, name, runId);
}
