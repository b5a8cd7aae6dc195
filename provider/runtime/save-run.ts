/**
 * Writes a run into its journal. Invariants: of two drivers the one whose revision is outdated writes nothing; what
 * stands there afterwards is known byte for byte, so that another driver's word is never taken for our own.
 */
import { RestoreFault } from "../workflow/faults.js";
import type { JournalPort, Ports } from "../workflow/ports.js";
import type { Driven } from "./drive.js";
import { readStatus, recordOf } from "./records.js";

type SavedRecord = Parameters<JournalPort["save"]>[2];

/** @returns whether someone asked for the run to be cancelled. */
export async function store(ports: Ports, run: Driven): Promise<boolean> {
  const { namespace, name } = run.state;
  const record = recordOf(run, ports.clock.now());
  const before = run.written;
  try {
    await write(ports, run, record, run.revision);
    return false;
  } catch (error) {
    if (!(error instanceof RestoreFault) || error.reason !== "JournalConflict") throw error;
    const there = await ports.journal.load(namespace, name);
    if (there?.state === record.state) {
      // Only the answer was lost.
      run.revision = there.revision;
      run.written = there.state;
      return there.cancelRequested;
    }
    // A cancel may be written beside the driver; any other change means that another one drives.
    if (there?.cancelRequested !== true || there.state !== before) throw error;
    await write(ports, run, record, there.revision);
    return true;
  }
}

/** Over that revision, and over nothing else. */
export async function write(
  ports: Ports,
  run: Driven,
  record: SavedRecord,
  revision: string | undefined,
): Promise<void> {
  const { namespace, name, standing } = run.state;
  // The one that stands there: a condition that was computed again would tell another instant.
  run.status = readStatus(record.status);
  run.revision = await ports.journal.save(namespace, name, record, {
    revision,
    active: standing === "active",
  });
  run.written = record.state;
}
