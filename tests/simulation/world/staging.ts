/**
 * The staging container as its constant script behaves: the base, then what follows it, copied one by one into
 * one folder. Killed in between, it leaves what it has copied; only the end of a script wipes.
 */
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { stagingName } from "../../../provider/plan/names.js";
import { plainName } from "../../../provider/plan/staging.js";
import { originsFile, stagingScript } from "../../../provider/plan/staging-script.js";
import { Died, type Surroundings } from "./process.js";
import type { Artifact, Volume } from "./volume.js";

interface Found {
  readonly path: string;
  readonly artifact: Artifact;
}

export function* stage(world: Surroundings): Generator<number, void, void> {
  const [shell, flag, script, name, folder = "", first = "", second = "", ...rest] = world.argv;
  const [logs = "", , , database = ""] = rest;
  if (shell !== "/bin/sh" || flag !== "-c" || script !== stagingScript || name !== stagingName)
    throw new Error(`${world.who} stages with an argv that is not the constant script's`);
  const to = within(world.mounts, folder);
  to.volume.remove(to.inside, world.who);
  yield 200;
  const base = newestAt(world, first, database) ?? newestAt(world, second, database);
  if (!base)
    throw new Died(scriptExit.artifactNotFound, `no base backup of database ${database} at ${first}`);
  const origins: string[] = [];
  const following = logs === "" ? [] : artifactsAt(world, logs, database);
  for (const one of [base, ...following]) {
    to.volume.put(`${to.inside}/${plainName(one.path)}`, one.artifact, world.who);
    origins.push(`${plainName(one.path)}\t${one.path}`);
    to.volume.put(`${to.inside}/${originsFile}`, { type: "file", text: origins.join("\n") }, world.who);
    yield 500;
  }
}

/** What the end of the restore's script removes. */
export function wipe(world: Surroundings, staged: string): void {
  if (staged === "") return;
  const at = within(world.mounts, staged);
  at.volume.remove(at.inside, world.who);
}

/** Where a staged artifact came from, and the base. */
export function originOf(world: Surroundings, staged: string, path: string): readonly [string, string] {
  const at = within(world.mounts, staged);
  const leaf = at.volume.get(`${at.inside}/${originsFile}`);
  const lines = leaf?.type === "file" ? leaf.text.split("\n").map((line) => line.split("\t")) : [];
  const own = lines.find(([name]) => name === plainName(path));
  return [own?.[1] ?? "", lines[0]?.[1] ?? ""];
}

function newestAt(world: Surroundings, path: string, database: string): Found | undefined {
  const at = within(world.mounts, path);
  const leaf = at.volume.get(at.inside);
  if (leaf?.type === "artifact") return { path, artifact: leaf };
  return artifactsAt(world, path, database).at(-1);
}

function artifactsAt(world: Surroundings, folder: string, database: string): readonly Found[] {
  const at = within(world.mounts, folder);
  return at.volume.below(at.inside).flatMap((path) => {
    const leaf = at.volume.get(path);
    const own = leaf?.type === "artifact" && leaf.database === database;
    return own ? [{ path: `${at.mount}/${path}`, artifact: leaf }] : [];
  });
}

function within(
  mounts: ReadonlyMap<string, Volume>,
  path: string,
): { readonly volume: Volume; readonly inside: string; readonly mount: string } {
  for (const [mount, volume] of mounts)
    if (path.startsWith(`${mount}/`)) return { volume, inside: path.slice(mount.length + 1), mount };
  throw new Error(`nothing is mounted at ${path}`);
}
