/**
 * The end of a run, or how it stands, as text: what happened, what is safe, what to type next. Figures only where
 * they were measured.
 */
import type { RunReport } from "../../runtime/engine.js";
import type { Neo4jRestoreStatus, RestoreStep } from "../../spec/types.js";
import { nextCommand, section, table } from "./words.js";

/** How a command ended. @param idle it found nothing to do */
export function renderEnd(report: RunReport, idle: boolean): string {
  const { name, namespace, status, failure } = report;
  if (!failure) {
    const lead = idle ? "Nothing was done: restore" : "Restore";
    const again = idle ? "To restore again, give run a new --trigger TEXT.\n" : "";
    return `${lead} ${name} (namespace ${namespace}) is ${status.phase}: ${status.message ?? ""}\n${again}\n${details(report)}`;
  }
  return [
    `Restore ${name} (namespace ${namespace}) did not finish. ${failure.reason}: ${failure.message}\n\n`,
    section("What is safe", safety(report)),
    section("What to do", failure.hints),
  ].join("");
}

/** How a restore stands, with its steps. */
export function renderStatus(report: RunReport): string {
  const { name, namespace, status, failure } = report;
  const ended = failure && failure.reason !== "Interrupted" ? failure : undefined;
  return [
    `Restore ${name} (namespace ${namespace}) is ${status.phase}: ${status.message ?? ""}\n\n`,
    details(report),
    section("Steps", (status.steps ?? []).map(stepText)),
    ended ? section("What is safe", safety(report)) : "",
    ended ? section("What to do", ended.hints) : "",
    status.progress
      ? `If no process drives it any more: ${nextCommand("resume", report)}\n  (run, pulumi up and resume join a run that is driven, and go on with one that is not)\n`
      : "",
  ].join("");
}

/** The rollback ends in a step of its own; a run that failed after the point of no return never enters it. */
function safety({ status, failure }: RunReport): readonly string[] {
  if (failure?.reason === "Interrupted") return ["the journal keeps every step: nothing is done twice"];
  const undo = status.conditions?.find(({ type }) => type === "Undone");
  if (undo?.status === "False") return afterUndo(status);
  if (failure?.reason === "RollbackIncomplete")
    return [
      "not everything could be given back; nothing was deleted: the commands tell where the old data lies",
    ];
  if (undo?.status === "True") return ["the previous data serves: undo had put it back before this"];
  if (status.phase === "Completed")
    return ["the restored data serves: the restore is Completed and stays so"];
  const givenBack = status.steps?.some(({ name }) => name === "StopJobs") === true;
  if (givenBack) return ["everything is as it was before the restore: the old data was not lost"];
  const opened = status.steps?.some(({ name, end }) => name === "Open" && end !== undefined) === true;
  return [
    opened
      ? "this happened after the restored data was opened: it stays, and nothing is put back by itself"
      : "the restored data was not opened: the database takes no writes and may be down, and nothing is put back by itself",
    ...(status.previous ? [`the previous data is kept at ${status.previous.path}`] : []),
  ];
}

/** What serves is told by the phase: a restore stays Completed only while one of its stores does as before. */
function afterUndo({ phase, previous }: Neo4jRestoreStatus): readonly string[] {
  return phase === "Completed"
    ? [
        "undo left everything as it was before: the restored data is in its place",
        ...(previous ? [`the previous data belongs at ${previous.path}`] : []),
      ]
    : [
        "the database may be down: undo has neither put the previous data back nor given the restored data back",
        "nothing was deleted: the commands tell where each store lies",
      ];
}

function details(report: RunReport): string {
  const { status } = report;
  const { stats, backupInfo, previous } = status;
  const rows = table([
    ["backup", backupInfo?.backupPath],
    ["taken", backupInfo?.backupCreatedAt],
    ["strategy", status.strategy],
    ["started", status.startTime],
    ["ended", status.completionTime],
    ["took", stats?.duration],
    ["interruption", stats?.interruption],
    ["restored", restoredText(stats)],
    ["gives up", status.completionTime === undefined ? status.deadline : undefined],
    ["set aside", previous && previousText(report, previous)],
  ]);
  return rows === "" ? "" : `${rows}\n`;
}

function restoredText(stats: Neo4jRestoreStatus["stats"]): string | undefined {
  if (stats?.dataSize === undefined) return undefined;
  const { dataSize, fileCount, throughput } = stats;
  return [dataSize, fileCount === undefined ? "" : `${fileCount} files`, throughput ?? ""]
    .filter(Boolean)
    .join(", ");
}

function previousText(
  report: RunReport,
  { path, size, keptUntil }: NonNullable<Neo4jRestoreStatus["previous"]>,
): string {
  const kept = keptUntil === undefined ? "kept until it is discarded" : `kept until ${keptUntil}`;
  const { strategy, conditions, phase } = report.status;
  const undone = conditions?.find(({ type }) => type === "Undone")?.status;
  const mayUndo = undone === undefined || (undone === "False" && phase === "Completed");
  return [
    `${size === undefined ? "" : `${size}, `}${kept}, at ${path}`,
    // Only a swapped store can be put back, and only once.
    ...(strategy === "swap" && mayUndo ? [`back to it:  ${nextCommand("undo", report)}`] : []),
    `remove it:   ${nextCommand("discard", report)}`,
  ].join("\n");
}

function stepText({ name, start, end, attempt, message }: RestoreStep): string {
  const seconds =
    end === undefined ? "running" : `${((Date.parse(end) - Date.parse(start)) / 1000).toFixed(1)}s`;
  const again = attempt > 1 ? ` (attempt ${attempt})` : "";
  const [text = ""] = (message ?? "").split("\n");
  return `${name.padEnd(11)} ${seconds.padStart(8)}  ${text}${again}`.trimEnd();
}
