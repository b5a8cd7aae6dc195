/**
 * A Neo4jBackup whose newest run names no file: what tells that run's artifact from all others is when it was made.
 * Pure. Where the resource tells no times either, nothing is guessed.
 */
import { parseInstant } from "../spec/instant.js";
import type { BackupView } from "./observation.js";

/** The artifact of this time is meant, by inspect's own; and where a user may name it instead. */
export interface RunTimes {
  /** UTC, whole seconds, as inspect writes them. */
  readonly from: string;
  readonly to: string;
  /** The property that names an artifact. */
  readonly field: string;
}

/**
 * A run's start and end are told by the backup operator's clock, an artifact's time by the server's: nodes that keep
 * time at all are seconds apart. Much more would take in the run before, where backups are frequent.
 */
const clocksApartMs = 60_000;

export function timesOf(run: BackupView["runs"][number], field: string): RunTimes | undefined {
  const from = parseInstant(run.startedAt ?? "");
  const to = parseInstant(run.completedAt ?? "");
  if (from === undefined || to === undefined) return undefined;
  return { from: asInspect(from - clocksApartMs), to: asInspect(to + clocksApartMs), field };
}

const asInspect = (ms: number): string => new Date(ms).toISOString().slice(0, 19);

/** The one argument of the scripts; empty where the artifact is known, or its chain is what counts. */
export function timesArgument(times: RunTimes | undefined): string {
  return times === undefined ? "" : [times.from, times.to, times.field].join(" ");
}

/**
 * The folders of an older Neo4jBackup's runs: its name and the day and second that the run began. As a pattern of
 * the shell that takes none of another resource, whose name may go on where this one's ends.
 */
export const runFolders = `-${"[0-9]".repeat(8)}-${"[0-9]".repeat(6)}`;
