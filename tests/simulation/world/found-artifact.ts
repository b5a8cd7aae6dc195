/**
 * What the script finds at a place: the artifact itself, or of a folder's the newest, or the one of a Neo4jBackup's
 * newest run. By the times that "backup inspect" would tell, as the script does it.
 */
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { Died, type Surroundings } from "./process.js";
import type { Artifact, Volume } from "./volume.js";

export interface Sought {
  readonly reference: string;
  readonly artifactDatabase: string;
  /** When the newest run of the Neo4jBackup was at work, and the field that names an artifact; else empty. */
  readonly times: string;
}

interface Found {
  readonly path: string;
  readonly artifact: Artifact;
}

export function foundAt(world: Surroundings, wanted: Sought, path: string): Found | undefined {
  const at = onVolume(world.mounts, path);
  if (!at) return undefined;
  const leaf = at.volume.get(at.inside);
  if (leaf?.type === "artifact") return { path, artifact: leaf };
  const folder = at.inside === "" ? "" : `${at.inside}/`;
  const own = (name: string): boolean =>
    name.startsWith(`${wanted.artifactDatabase}-`) &&
    /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}\.backup$/.test(name.slice(wanted.artifactDatabase.length + 1));
  const inFolder = (parent: string): boolean =>
    wanted.reference === ""
      ? parent === folder
      : parent === `${folder}${wanted.reference}/` ||
        new RegExp(`^${escape(`${folder}${wanted.reference}-`)}[0-9]{8}-[0-9]{6}/$`).test(parent);
  const candidates = [...at.volume.leaves].flatMap(([where, candidate]) => {
    const name = where.slice(where.lastIndexOf("/") + 1);
    const parent = where.slice(0, where.length - name.length);
    return candidate.type === "artifact" && inFolder(parent) && own(name) ? [{ where, candidate }] : [];
  });
  const found = candidates
    .map(({ where, candidate }) => ({ path: `${at.mount}/${where}`, artifact: candidate }))
    .sort((a, b) => a.artifact.takenAt.localeCompare(b.artifact.takenAt));
  return wanted.times === "" ? found.at(-1) : ofNewestRun(wanted, found);
}

function ofNewestRun({ times, artifactDatabase }: Sought, found: readonly Found[]): Found | undefined {
  const [from = "", to = "", field = ""] = times.split(" ");
  const itsOwn = found.filter(({ artifact: { takenAt } }) => takenAt >= from && takenAt.slice(0, 19) <= to);
  if (itsOwn.length === 1 || found.length === 0) return itsOwn[0];
  const spaced = (time: string): string => time.slice(0, 19).replace("T", " ");
  const told = (some: readonly Found[]): string =>
    some.map(({ path, artifact }) => `${path} (${spaced(artifact.takenAt)} UTC)`).join(", ");
  const atWork = `between ${spaced(from)} and ${spaced(to)} UTC, when the newest run of the Neo4jBackup was at work, and its history names no file`;
  if (itsOwn.length === 0) {
    throw new Died(
      scriptExit.artifactNotFound,
      `no artifact of database ${artifactDatabase} was made ${atWork}; there are ${told(found)}: name the one to restore in ${field}`,
    );
  }
  throw new Died(
    scriptExit.artifactAmbiguous,
    `${itsOwn.length} artifacts of database ${artifactDatabase} were made ${atWork}: ${told(itsOwn)}; name the one to restore in ${field}`,
  );
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function onVolume(
  mounts: ReadonlyMap<string, Volume>,
  path: string,
): { readonly volume: Volume; readonly inside: string; readonly mount: string } | undefined {
  const clean = path.replace(/(?<!:)\/+/g, "/").replace(/\/$/, "");
  for (const [mount, volume] of mounts) {
    if (clean === mount) return { volume, inside: "", mount };
    if (clean.startsWith(`${mount}/`)) return { volume, inside: clean.slice(mount.length + 1), mount };
  }
  return undefined;
}
