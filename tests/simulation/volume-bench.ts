/**
 * Volumes for tests of the volume verbs: the same tree as real folders and as a simulated volume, and a verb carried
 * out on either, by the script that the product sends.
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BackFrom,
  lookCommand,
  parseReport,
  volumeCommand,
  type VolumeVerb,
} from "../../provider/plan/volume-command.js";
import { Output } from "./world/process.js";
import { scriptProcess } from "./world/script.js";
import { Volume } from "./world/volume.js";

export const run = "run0000001";
const place = { runId: run, database: "orders" };
const acting = { runId: run, epoch: 1, turn: 1, patienceSeconds: 0 };

/** argv as the product would send it. */
const argvOf = (
  verb: VolumeVerb | "inspect",
  data: string,
  backFrom: BackFrom = "unknown",
): readonly string[] =>
  verb === "inspect"
    ? lookCommand(verb, { data, ...place })
    : volumeCommand(verb, { data, ...place, acting, backFrom });
export const own = `.neo4j-restore/${run}`;
export const kinds = ["databases", "transactions", "scripts"] as const;

/** Directories of a tree, by path. */
type Tree = ReadonlySet<string>;

export const tree = (name: string, ...having: readonly string[]): readonly string[] =>
  having.map((kind) => `${kind}/${name}`);
export const isFile = (path: string): boolean => /\/(swap|swapped-back|undone)$/.test(path);

/** @param empty store folders without a file in them */
export function realTree(paths: readonly string[], empty: readonly string[] = []): string {
  const root = mkdtempSync(join(tmpdir(), "volume-verbs-"));
  for (const path of [...kinds, ...paths]) mkdirSync(join(root, path), { recursive: true });
  for (const path of paths) if (!empty.includes(path)) writeFileSync(join(root, path, "neostore"), "");
  return root;
}

export function simulatedTree(paths: readonly string[]): Volume {
  const volume = new Volume("data", 100 * 1024 ** 3, (what) => {
    throw new Error(what);
  });
  for (const path of paths) {
    const leaf = path.startsWith("databases/") ? store(path) : ({ type: "logs", set: path } as const);
    volume.put(path, leaf, "test");
  }
  return volume;
}

const store = (set: string) =>
  ({
    type: "store",
    set,
    origin: "old",
    storeId: "s",
    format: "f",
    bytes: 0,
    complete: true,
    txn: 1,
    writes: 0,
  }) as const;

interface End {
  readonly code: number | null;
  readonly said: Readonly<Record<string, string>>;
}

/** Sizes differ between a real disk and the simulated one. */
function comparable(code: number | null, stdout: string): End {
  const said = Object.fromEntries(
    Object.entries(parseReport(stdout)).filter(([key]) => !/_kb$|\.id$/.test(key)),
  );
  return { code, said };
}

export function execute(root: string, verb: VolumeVerb | "inspect", backFrom: BackFrom = "unknown"): End {
  const [shell = "", ...argv] = argvOf(verb, root, backFrom);
  const { status, stdout } = spawnSync(shell, argv, { encoding: "utf8", env: process.env });
  return comparable(status, stdout);
}

export function simulate(
  volume: Volume,
  verb: VolumeVerb | "inspect",
  moves = Infinity,
  backFrom: BackFrom = "unknown",
): End {
  const out = new Output();
  const argv = argvOf(verb, "/data", backFrom);
  const making = { restoreMs: 0, freshSet: () => "set" };
  const script = scriptProcess(
    { who: "test", argv, mounts: new Map([["/data", volume]]), now: () => 0, out },
    making,
  );
  for (let done = 0; script && done <= moves; done++) {
    const next = script.next();
    if (next.done) return comparable(next.value, out.lines.join("\n"));
  }
  script?.return(137);
  return comparable(null, "");
}

export function simulatedPaths(volume: Volume): Tree {
  return new Set([...volume.leaves.keys()].sort());
}

/** The same leaves on the real disk: the three folders of a database, and our two manifests. */
export function realPaths(root: string): Tree {
  const found: string[] = [];
  const names = (folder: string): readonly string[] =>
    existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [];
  for (const kind of kinds) found.push(...names(kind).map((name) => `${kind}/${name}`));
  for (const folder of ["previous", "rejected"])
    found.push(...names(`${own}/${folder}`).map((name) => `${own}/${folder}/${name}`));
  found.push(
    ...names(own)
      .map((name) => `${own}/${name}`)
      .filter((path) => statSync(join(root, path)).isFile()),
  );
  return new Set(found.sort());
}

export function copyManifests(volume: Volume, root: string): void {
  for (const [path, leaf] of volume.leaves) {
    if (leaf.type !== "file" || !isFile(path)) continue;
    mkdirSync(join(root, own, "previous"), { recursive: true });
    writeFileSync(join(root, `${path}.new`), `${leaf.text}\n`);
    renameSync(join(root, `${path}.new`), join(root, path));
  }
}
