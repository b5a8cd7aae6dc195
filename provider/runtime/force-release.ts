/**
 * The documented last resort: whatever the state of the run, the journal says that it is over, with a higher epoch, so
 * that a process which drives it stops; then its hold on the target goes. Stores, Jobs and replicas are left as they are:
 * the message tells where they stand.
 */
import { RestoreFault } from "../workflow/faults.js";
import type { Ports } from "../workflow/ports.js";
import { recoveryCommands } from "../workflow/recovery.js";
import type { RunState } from "../workflow/state.js";
import { statusOf } from "../workflow/status.js";
import { ownHold, targetRef } from "../workflow/subject.js";
import type { Place } from "./conduct.js";
import type { RunReport } from "./engine.js";
import { wholeState } from "./kept-again.js";
import { readRequest, readStatus, recordOf } from "./records.js";
import { reportOf } from "./report.js";

const attempts = 10;

export async function forceRelease(ports: Ports, at: Place): Promise<RunReport> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await release(ports, at);
    } catch (error) {
      // A process that drives it was faster: its word is read, and ours comes after it.
      const faster = error instanceof RestoreFault && error.reason === "JournalConflict";
      if (!faster || attempt === attempts) throw error;
    }
  }
}

async function release(ports: Ports, at: Place): Promise<RunReport> {
  const record = await ports.journal.load(at.namespace, at.name);
  if (!record)
    throw new RestoreFault(
      "terminal",
      "InvalidSpec",
      `there is no restore ${at.name} in namespace ${at.namespace}`,
    );
  const { state, lost } = await wholeState(ports, at, record);
  const free = () =>
    ports.kubernetes.releaseHold(targetRef(state, readRequest(record.request)), ownHold(state));
  if (state.standing === "ended" && state.outcome?.reason !== "RollbackIncomplete") {
    await free();
    return reportOf(state, readStatus(record.status));
  }
  const now = ports.clock.now();
  const message = ["released by force; nothing was given back.", ...recoveryCommands(state)].join("\n");
  const released: RunState = {
    ...state,
    // A process that drives it writes nothing more, and stops.
    epoch: state.epoch + 1,
    facts: { ...state.facts, abandoned: true },
    standing: "ended",
    endedAt: now,
    outcome: { phase: "Failed", reason: "Cancelled", message },
  };
  const request = readRequest(record.request);
  const before = readStatus(record.status);
  const texts = recordOf(
    { state: released, status: before, request, owner: record.owner, ...(lost ? { lost } : {}) },
    now,
  );
  await ports.journal.save(at.namespace, at.name, texts, { revision: record.revision, active: false });
  await free();
  return reportOf(released, statusOf(released, now, before));
}
