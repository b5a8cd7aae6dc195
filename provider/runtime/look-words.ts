/**
 * What would be typed and run, from the request and what was found: the calls of neo4j-admin as the volume
 * script makes them, the statements of the hooks by number, and what the restore costs. Pure.
 */
import { adminArguments } from "../plan/admin-arguments.js";
import { whenTaken } from "../plan/backup-age.js";
import { statementDatabase } from "../plan/hook-statement.js";
import { jobPaths } from "../plan/restore-job.js";
import type { Strategy } from "../plan/strategy.js";
import { parseInstant, toRestoreUntil } from "../spec/instant.js";
import { formatQuantity } from "../spec/quantity.js";
import type { RestoreRequest } from "../spec/request.js";
import { keepPreviousMs } from "../workflow/limits.js";
import type { PlanFindings, PlannedStatement } from "./plan-report.js";

/** Stands for what only a run knows. */
const runId = "<run>";

export function plannedCommands(
  request: RestoreRequest,
  backup: NonNullable<PlanFindings["backup"]>,
  strategy: Strategy,
  beside: boolean,
): readonly (readonly string[])[] {
  const [first = ""] = backup.paths;
  const path = backup.claim === undefined ? first : `${jobPaths.backup}/${first}`;
  const which =
    request.spec.source.pointInTime === undefined ? "newest artifact" : "artifact that covers the point";
  const artifact = path.endsWith(".backup") ? path : `<${which} in ${path}>`;
  const into = beside ? `restoring-${runId}` : request.spec.databaseName;
  const { check, extra } = adminArguments(request);
  const { pointInTime } = request.spec.source;
  const point = pointInTime === undefined ? undefined : parseInstant(pointInTime);
  const inspect = ["neo4j-admin", "backup", "inspect", "--show-metadata", artifact];
  if (strategy === "seedURI") return [inspect];
  return [
    inspect,
    [
      ...["neo4j-admin", "database", "restore"],
      ...(strategy === "inPlace" || beside ? ["--overwrite-destination=true"] : []),
      ...(point === undefined ? [] : [`--restore-until=${toRestoreUntil(point)}`]),
      ...[`--from-path=${artifact}`, `--temp-path=${tempFolder(request)}/work`, ...extra, into],
    ],
    ["neo4j-admin", "database", "info", into, "--format=json"],
    ...(check ? [["neo4j-admin", "database", "check", into]] : []),
  ];
}

function tempFolder(request: RestoreRequest): string {
  const { tempPath, tempStorage } = request.spec.options ?? {};
  return tempPath ?? (tempStorage ? jobPaths.temp : `${jobPaths.data}/.neo4j-restore/${runId}/temp`);
}

export function plannedStatements(request: RestoreRequest): readonly PlannedStatement[] {
  const { databaseName, options } = request.spec;
  return (["preRestore", "postRestore"] as const).flatMap((hook) =>
    (options?.[hook]?.cypherStatements ?? []).map((statement, index) => ({
      hook,
      number: index + 1,
      database: statementDatabase(statement, databaseName),
    })),
  );
}

/** What a restore of that strategy takes away, and for how long. */
export function consequencesOf(
  request: RestoreRequest,
  found: PlanFindings,
  strategy: Strategy,
  online: readonly string[],
  now: number,
): readonly string[] {
  return [
    ...(request.spec.stopCluster === true ? [serverDown(online)] : []),
    ...foreign(request, found),
    ...replaced(request, found, strategy, now),
  ];
}

function serverDown(online: readonly string[]): string {
  const which = online.length > 0 ? `: ${online.join(", ")}` : "";
  return `every database of the server is down from the stop until the server is back${which}`;
}

/** As a copy it is meant; in the place of another database it seldom is. */
function foreign(
  { spec: { databaseName } }: RestoreRequest,
  { backup, database }: PlanFindings,
): readonly string[] {
  if (backup?.database === undefined || backup.database === databaseName) return [];
  const whose = `the backup is of database ${backup.database}, not of ${databaseName}`;
  return [
    database?.exists === true ? `${whose}: its data takes the place of what ${databaseName} has now` : whose,
  ];
}

function replaced(
  request: RestoreRequest,
  { database, volume, backup }: PlanFindings,
  strategy: Strategy,
  now: number,
): readonly string[] {
  if (strategy === "create" || database?.exists === false) return [];
  const name = request.spec.databaseName;
  const last =
    database?.lastTransaction === undefined ? "" : `, last transaction ${database.lastTransaction}`;
  const size = volume ? ` (${formatQuantity(volume.storeBytes)}${last})` : "";
  const taken = whenTaken(backup?.takenAt, now);
  const since = taken === undefined ? "backup was taken" : `backup of ${taken}`;
  const gap = `what was written to ${name} since the ${since} is not in it`;
  return [gap, `the old store of ${name}${size} ${fateOf(strategy, keepPreviousMs(request))}`];
}

/** What becomes of the old store, and the way back. */
function fateOf(strategy: Strategy, keepMs: number | undefined): string {
  switch (strategy) {
    case "seedURI":
      return "goes on every server once they are told to read the backup: no way back";
    case "designatedSeeder":
    case "recreate":
      return "is set aside on one server and goes from all others; only neo4j-restore discard removes it, and going back is by hand";
    case "inPlace":
      return "is deleted before the new one is written: no way back";
    case "swap":
    case "create":
      if (keepMs === 0) return "is removed once the restored one serves: no way back";
      return keepMs === undefined
        ? "is set aside, and removed at the end unless a fifth of the volume is free then; neo4j-restore undo puts it back while it is kept"
        : "is set aside; neo4j-restore undo puts it back while it is kept";
  }
}
