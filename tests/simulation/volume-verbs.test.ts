/**
 * The simulated volume verbs against the real script: both run over the same trees, whole or interrupted after
 * any number of renames, and must leave the same tree, exit code and words.
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
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
import { scriptExit } from "../../provider/plan/script-exit.js";
import { Output } from "./world/process.js";
import { scriptProcess } from "./world/script.js";
import { Volume } from "./world/volume.js";

const run = "run0000001";
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
const own = `.neo4j-restore/${run}`;
const kinds = ["databases", "transactions", "scripts"] as const;

/** Directories of a tree, by path. */
type Tree = ReadonlySet<string>;

const tree = (name: string, ...having: readonly string[]): readonly string[] =>
  having.map((kind) => `${kind}/${name}`);
const old = tree("orders", "databases", "transactions");
const oldWithScripts = tree("orders", ...kinds);
const fresh = tree(`restoring-${run}`, ...kinds);
const freshWithoutScripts = tree(`restoring-${run}`, "databases", "transactions");

const trees: readonly (readonly [name: string, tree: readonly string[]])[] = [
  ["an old store and a new one", [...old, ...fresh]],
  ["an old store with a script and a new one without", [...oldWithScripts, ...freshWithoutScripts]],
  ["only a new store", fresh],
  ["only an old store", old],
  ["an old store without logs", [...tree("orders", "databases"), ...fresh]],
  ["nothing", []],
];

const sequences: readonly (readonly VolumeVerb[])[] = [
  ["swap"],
  ["swap", "swap"],
  ["swap", "back"],
  ["swap", "back", "back", "swap"],
  ["swap", "discard"],
  ["back", "discard"],
  ["swap", "back", "discard"],
  ["swap", "undo", "undo"],
  ["swap", "undo", "again", "again"],
  ["swap", "undo", "again", "undo", "discard"],
  ["swap", "again"],
  ["undo", "again"],
  ["aside"],
  ["aside", "aside", "swap"],
  ["aside", "back"],
  ["aside", "swap", "back", "discard"],
];

describe.each(trees)("with %s", (_name, paths) => {
  it.each(sequences.map((sequence) => [sequence.join(", "), sequence] as const))("%s", (_label, sequence) => {
    const real = realTree(paths);
    const volume = simulatedTree(paths);
    try {
      for (const verb of [...sequence, "inspect"] as const) {
        expect(simulate(volume, verb)).toEqual(execute(real, verb));
        expect(simulatedPaths(volume)).toEqual(realPaths(real));
      }
    } finally {
      rmSync(real, { recursive: true });
    }
  });

  it.each(["aside", "swap", "back", "undo", "again"] as const)(
    "%s goes on after an interruption at any rename",
    (verb) => {
      for (let moves = 0; moves < 8; moves++) {
        const volume = simulatedTree(paths);
        if (verb === "back" || verb === "undo" || verb === "again") simulate(volume, "swap");
        if (verb === "again") simulate(volume, "undo");
        simulate(volume, verb, moves);
        const left = [...simulatedPaths(volume)].filter((path) => !isFile(path));
        const empty = left.filter((path) => volume.get(path)?.type === "file");
        const real = realTree(left, empty);
        copyManifests(volume, real);
        expect(simulate(volume, verb)).toEqual(execute(real, verb));
        expect(simulatedPaths(volume)).toEqual(realPaths(real));
        rmSync(real, { recursive: true });
      }
    },
  );
});

const isFile = (path: string): boolean => /\/(swap|swapped-back)$/.test(path);

/** @param empty store folders without a file in them */
function realTree(paths: readonly string[], empty: readonly string[] = []): string {
  const root = mkdtempSync(join(tmpdir(), "volume-verbs-"));
  for (const path of [...kinds, ...paths]) mkdirSync(join(root, path), { recursive: true });
  for (const path of paths) if (!empty.includes(path)) writeFileSync(join(root, path, "neostore"), "");
  return root;
}

function simulatedTree(paths: readonly string[]): Volume {
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
    Object.entries(parseReport(stdout)).filter(([key]) => !key.endsWith("_kb")),
  );
  return { code, said };
}

function execute(root: string, verb: VolumeVerb | "inspect", backFrom: BackFrom = "unknown"): End {
  const [shell = "", ...argv] = argvOf(verb, root, backFrom);
  const { status, stdout } = spawnSync(shell, argv, {
    encoding: "utf8",
  });
  return comparable(status, stdout);
}

function simulate(
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

function simulatedPaths(volume: Volume): Tree {
  return new Set([...volume.leaves.keys()].sort());
}

/** The same leaves on the real disk: the three folders of a database, and our two manifests. */
function realPaths(root: string): Tree {
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

function copyManifests(volume: Volume, root: string): void {
  for (const [path, leaf] of volume.leaves) {
    if (leaf.type !== "file" || !isFile(path)) continue;
    mkdirSync(join(root, own, "previous"), { recursive: true });
    writeFileSync(join(root, `${path}.new`), `${leaf.text}\n`);
    renameSync(join(root, `${path}.new`), join(root, path));
  }
}

describe("undo", () => {
  const swapped = (): Volume => {
    const volume = simulatedTree([...oldWithScripts, ...fresh]);
    simulate(volume, "swap");
    return volume;
  };

  it.each(["databases", "transactions"] as const)("refuses without the old %s, and moves nothing", (kind) => {
    const volume = swapped();
    volume.remove(`${own}/previous/${kind}`, "somebody");
    const left = [...simulatedPaths(volume)].filter((path) => !isFile(path));
    const real = realTree(left);
    copyManifests(volume, real);
    const before = realPaths(real);
    const end = execute(real, "undo");
    expect(end.code).not.toBe(0);
    expect(simulate(volume, "undo")).toEqual(end);
    expect(realPaths(real)).toEqual(before);
    expect(simulatedPaths(volume)).toEqual(before);
    rmSync(real, { recursive: true });
  });

  it("interrupted at any rename, again puts the restored store back", () => {
    const before = simulatedPaths(swapped());
    for (let moves = 0; moves < 9; moves++) {
      const volume = swapped();
      simulate(volume, "undo", moves);
      const real = realTree([...simulatedPaths(volume)].filter((path) => !isFile(path)));
      copyManifests(volume, real);
      expect(execute(real, "again").code).toBe(0);
      expect(realPaths(real)).toEqual(before);
      rmSync(real, { recursive: true });
    }
  });
});

describe("back", () => {
  const beginnings: readonly (readonly [
    name: string,
    paths: readonly string[],
    verbs: readonly VolumeVerb[],
  ])[] = [
    ["before the swap", [...old, ...fresh], []],
    ["after the swap", [...old, ...fresh], ["swap"]],
    ["with the old store aside", [...old, ...fresh], ["aside"]],
    ["once it was put back", [...old, ...fresh], ["swap", "back"]],
    ["on another volume, empty", [], []],
    ["on another volume that has a store of the name", old, []],
    ["on another volume that has the store alone", tree("orders", "databases"), []],
  ];
  const refused: readonly (readonly [BackFrom, readonly string[]])[] = [
    ["unknown", []],
    ["old", ["on another volume, empty", "on another volume that has the store alone"]],
    [
      "swapped",
      [
        "before the swap",
        "on another volume, empty",
        "on another volume that has a store of the name",
        "on another volume that has the store alone",
      ],
    ],
  ];

  describe.each(refused)("where the run knows: %s", (backFrom, refuses) => {
    it.each(beginnings)("%s", (name, paths, verbs) => {
      const real = realTree(paths);
      const volume = simulatedTree(paths);
      try {
        for (const verb of verbs) expect(simulate(volume, verb)).toEqual(execute(real, verb));
        const before = realPaths(real);
        const end = execute(real, "back", backFrom);
        expect(simulate(volume, "back", Infinity, backFrom)).toEqual(end);
        expect(end.code).toBe(refuses.includes(name) ? scriptExit.swapRefused : 0);
        expect(simulatedPaths(volume)).toEqual(realPaths(real));
        if (refuses.includes(name)) expect(realPaths(real)).toEqual(before);
      } finally {
        rmSync(real, { recursive: true });
      }
    });
  });
});
