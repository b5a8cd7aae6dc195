/**
 * What the volume script prints, as views: the look of `inspect`, the progress of `restore`. Pure; figures that
 * `inspect` did not print are zero.
 */
import { isWhole, parseReport } from "./volume-command.js";
import { progressMark } from "./script-exit.js";

/** How far the restore Job has come; what it could not tell is absent. */
export interface JobProgress {
  readonly writtenBytes: number;
  readonly readBytes?: number;
  readonly artifactBytes?: number;
}

/** The newest line of progress among the last lines of a Job's log. */
export function jobProgress(lines: readonly string[]): JobProgress | undefined {
  const line = lines.findLast((one) => one.startsWith(progressMark));
  const [, read, size, written] = /read=(\d*) of=(\d+) written=(\d+)/.exec(line ?? "") ?? [];
  if (written === undefined) return undefined;
  const known =
    read === undefined || read === "" ? {} : { readBytes: Number(read), artifactBytes: Number(size) };
  return { writtenBytes: Number(written), ...known };
}

/** What lies on the target's volume, where a running server let us look. */
export interface VolumeView {
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly storeBytes: number;
  readonly hasStore: boolean;
  /** Directory settings found in neo4j.conf, by the last part of their name. */
  readonly directories: Readonly<Record<string, string>>;
}

export function volumeView(printed: string): VolumeView {
  const report = parseReport(printed);
  const bytes = (key: string): number => Number(report[key] ?? 0) * 1024;
  const directories = Object.entries(report).flatMap(([key, value]) =>
    key.startsWith("directory_") ? [[key.slice("directory_".length), value.trim()] as const] : [],
  );
  return {
    totalBytes: bytes("total_kb"),
    freeBytes: bytes("free_kb"),
    storeBytes: bytes("store_kb"),
    hasStore: report["databases"] === "yes",
    directories: Object.fromEntries(directories),
  };
}

/** What a cluster's server has of a database that is to be dropped. */
export interface CopyView {
  /** Under the database's own name: nothing, the empty folder that stands for a store set aside, or files. */
  readonly place: "none" | "empty" | "taken";
  /** The run's old store lies aside with both its folders, and they are the very ones that were there before. */
  readonly asideWhole: boolean;
  /** What lies under the name is not the store that this run has restored. */
  readonly foreign: boolean;
}

/** @returns null where the answer was cut, or is none: then it may have anything. */
export function copyView(printed: string): CopyView | null {
  if (!isWhole(printed)) return null;
  const { place, aside, in_place: inPlace } = parseReport(printed);
  if (place !== "none" && place !== "empty" && place !== "taken") return null;
  return { place, asideWhole: aside === "whole", foreign: inPlace === "other" };
}
