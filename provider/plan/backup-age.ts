/** When a backup was taken and how long ago, in the words that plan and run share. Pure: the time is an argument. */
import { formatDuration } from "../spec/duration.js";

/** `2026-02-28T02:05:00Z (21h55m ago)`; undefined where the time is not known, or is none. */
export function whenTaken(taken: string | undefined, now: number): string | undefined {
  const age = now - Date.parse(taken ?? "");
  return taken === undefined || Number.isNaN(age) ? undefined : `${taken} (${inMinutes(age)} ago)`;
}

/** "26h5m", "3m": seconds say nothing here. */
function inMinutes(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  return formatDuration(minutes * 60_000).replace(/0s$/, "");
}
