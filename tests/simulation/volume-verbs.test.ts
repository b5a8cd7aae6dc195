/**
 * The simulated volume verbs against the real script: both run over the same trees, whole or interrupted after
 * any number of renames, and must leave the same tree, exit code and words.
 */
import { rmSync } from "node:fs";
import type { BackFrom, VolumeVerb } from "../../provider/plan/volume-command.js";
import { scriptExit } from "../../provider/plan/script-exit.js";
import {
  copyManifests,
  execute,
  isFile,
  kinds,
  own,
  realPaths,
  realTree,
  run,
  simulate,
  simulatedPaths,
  simulatedTree,
  tree,
} from "./volume-bench.js";
import type { Volume } from "./world/volume.js";

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
