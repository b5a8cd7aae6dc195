/**
 * A swap or an undo that was killed in between leaves one half of a store in the run's folder. `discard` of what nobody
 * has given up removes no half of it: old logs without their store are as lost as the store. On real directories.
 */
import { rmSync } from "node:fs";
import { scriptExit } from "../../provider/plan/script-exit.js";
import type { VolumeVerb } from "../../provider/plan/volume-command.js";
import {
  copyManifests,
  execute,
  isFile,
  kinds,
  realPaths,
  realTree,
  run,
  simulate,
  simulatedPaths,
  simulatedTree,
  tree,
} from "./volume-bench.js";

const paths = [...tree("orders", ...kinds), ...tree(`restoring-${run}`, ...kinds)];
const stories: readonly (readonly [before: readonly VolumeVerb[], killed: VolumeVerb])[] = [
  [[], "aside"],
  [[], "swap"],
  [["swap"], "undo"],
  [["swap", "undo"], "again"],
];

it.each(stories)("after %j, %s killed at any rename", (before, verb) => {
  let halves = 0;
  for (let moves = 0; moves < 12; moves++) {
    const volume = simulatedTree(paths);
    for (const one of before) simulate(volume, one);
    simulate(volume, verb, moves);
    const left = [...simulatedPaths(volume)];
    const empty = left.filter((path) => volume.get(path)?.type === "file");
    const real = realTree(
      left.filter((path) => !isFile(path)),
      empty,
    );
    copyManifests(volume, real);
    const within = (folder: string): number => left.filter((path) => path.includes(`/${folder}/`)).length;
    const aside = [within("previous"), within("rejected")].filter((count) => count > 0);
    const there = realPaths(real);
    const end = execute(real, "discard");
    expect(simulate(volume, "discard")).toEqual(end);
    expect(simulatedPaths(volume)).toEqual(realPaths(real));
    if (aside.length > 0) {
      halves += aside.filter((count) => count < kinds.length).length;
      expect([moves, end.code]).toEqual([moves, scriptExit.swapRefused]);
      expect(realPaths(real)).toEqual(there);
    }
    rmSync(real, { recursive: true });
  }
  expect(halves).toBeGreaterThan(0);
});
