/**
 * A Neo4jBackup of either published form (`target`+`storage`, or `instanceRef`+`database`) as one view.
 * Runs newest first; in the older form they have neither path nor file name. What is told of them is cut; paths and
 * names are used, so that a history which is too large is refused as a whole.
 */
import { bounded, most, sizeOf } from "../../plan/bounds.js";
import type { BackupView, JsonObject } from "../../plan/observation.js";
import { tooLarge } from "../../workflow/faults.js";
import type { Api } from "./api.js";
import { object, objects, present, text } from "./json.js";
import { pathOf } from "./paths.js";

const wayOut =
  "Let it keep a shorter history, or name the artifact itself: source.type storage with its backupPath";

export async function backupView(api: Api, namespace: string, name: string): Promise<BackupView | undefined> {
  const backup = await api.get(pathOf("Neo4jBackup", namespace, name));
  if (!backup) return undefined;
  const view = readBackup(name, backup);
  const size = sizeOf(JSON.stringify(view));
  if (size > most.backup)
    throw tooLarge(`What Neo4jBackup ${name} tells of itself`, size, most.backup, wayOut);
  return view;
}

export function readBackup(name: string, backup: JsonObject): BackupView {
  const spec = object(backup, "spec") ?? {};
  const status = object(backup, "status");
  const runs = objects(status, "history").map(readRun);
  return {
    name,
    storage: storageOf(spec),
    ...present("database", databaseOf(spec)),
    runs: runs.sort((one, other) => (other.startedAt ?? "").localeCompare(one.startedAt ?? "")),
    ...present("phase", told(text(status, "phase"))),
    ...present("neo4jVersion", text(status, "neo4jVersion")),
  };
}

/** The older form has its cloud block beside the storage, for all that lack their own. */
function storageOf(spec: JsonObject): JsonObject {
  const storage = object(spec, "storage") ?? {};
  const cloud = object(storage, "cloud") ?? object(spec, "cloud");
  return cloud ? { ...storage, cloud } : storage;
}

function databaseOf(spec: JsonObject): string | undefined {
  if (text(spec, "database")) return text(spec, "database");
  return text(spec, "target", "kind") === "Database" ? text(spec, "target", "name") : undefined;
}

function readRun(entry: JsonObject): BackupView["runs"][number] {
  return {
    succeeded: ["Succeeded", "Completed"].includes(text(entry, "status") ?? ""),
    ...present("startedAt", text(entry, "startTime")),
    ...present("completedAt", text(entry, "completionTime")),
    ...present("path", text(entry, "backupsPath")),
    ...present("artifact", text(entry, "artifactFilename")),
    ...present("artifacts", artifactsOf(entry)),
    ...present("error", told(text(entry, "error"))),
  };
}

const told = (words: string | undefined): string | undefined =>
  words === undefined ? undefined : bounded(words);

/** A backup of all databases names one file for each. */
function artifactsOf(entry: JsonObject): Readonly<Record<string, string>> | undefined {
  const named = objects(entry, "databaseArtifacts").flatMap((artifact) => {
    const [database, file] = [text(artifact, "database"), text(artifact, "filename")];
    return database && file ? [[database, file] as const] : [];
  });
  return named.length > 0 ? Object.fromEntries(named) : undefined;
}
