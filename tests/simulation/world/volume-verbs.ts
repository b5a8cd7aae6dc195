/**
 * The volume verbs as the constant script carries them out (provider/plan/volume-script.ts), move by move, on
 * the simulated tree. A test runs the real script and this one over the same trees and compares.
 */
import type { BackFrom } from "../../../provider/plan/volume-command.js";
import type { Leaf } from "./volume.js";
import { endMark, scriptExit } from "../../../provider/plan/script-exit.js";
import { Died, type Process, type Surroundings } from "./process.js";
import { type Sent, written } from "./volume-lock.js";

export type Kind = "databases" | "transactions" | "scripts";
export const kinds: readonly Kind[] = ["databases", "transactions", "scripts"];
export const outwards: readonly Kind[] = ["transactions", "databases", "scripts"];
const inwards: readonly Kind[] = ["scripts", "databases", "transactions"];

/** How long one rename takes. */
export const moveMs = 2;

export interface Place extends Sent {
  readonly database: string;
}

export const scratchOf = (place: Place): string => `restoring-${place.run}`;
export const folderOf = (place: Place): string => `.neo4j-restore/${place.run}`;

interface Manifest {
  readonly had: (which: "old" | "new", kind: Kind) => boolean;
}

function readManifest(place: Place): Manifest | undefined {
  const leaf = place.volume.get(`${folderOf(place)}/swap`);
  if (leaf?.type !== "file") return undefined;
  const lines = new Set(leaf.text.split("\n"));
  return { had: (which, kind) => lines.has(`${which} ${kind}`) };
}

/** A store is known again by its set, as a folder by its inode. */
export const becoming = (kind: Kind, leaf: Leaf | undefined): readonly string[] =>
  leaf && "set" in leaf ? [`becomes ${kind} ${leaf.set}`] : [];

function inPlace({ volume, database, ...place }: Place): "restored" | "other" | "unknown" {
  const leaf = volume.get(`${folderOf({ volume, database, ...place })}/swap`);
  const lines = leaf?.type === "file" ? leaf.text.split("\n") : [];
  if (!lines.some((line) => line.startsWith("becomes "))) return "unknown";
  const restored = (["databases", "transactions"] as const).every((kind) =>
    becoming(kind, volume.get(`${kind}/${database}`)).some((line) => lines.includes(line)),
  );
  return restored ? "restored" : "other";
}

/** The folder that stands for a store which was put aside. */
const emptyFolder = { type: "file", text: "" } as const;

export function* aside(place: Place, world: Surroundings): Generator<number, void, void> {
  yield* movedOut(place, world);
  const { volume, database } = place;
  if (!volume.has(`databases/${database}`)) volume.put(`databases/${database}`, emptyFolder, world.who);
  world.out.say("aside=yes");
}

function removeEmpty({ volume, database }: Place, world: Surroundings): void {
  if (volume.get(`databases/${database}`)?.type === "file") volume.remove(`databases/${database}`, world.who);
}

function* movedOut(place: Place, world: Surroundings): Generator<number, void, void> {
  const { volume, database } = place;
  const folder = folderOf(place);
  const scratch = scratchOf(place);
  if (!readManifest(place)) {
    if (!volume.has(`databases/${scratch}`)) {
      throw new Died(scriptExit.swapRefused, `there is no restored store ${scratch} to swap in`);
    }
    const lines = kinds.flatMap((kind) => [
      ...(volume.has(`${kind}/${database}`) ? [`old ${kind}`] : []),
      ...(volume.has(`${kind}/${scratch}`) ? [`new ${kind}`] : []),
      ...becoming(kind, volume.get(`${kind}/${scratch}`)),
    ]);
    volume.put(`${folder}/swap`, { type: "file", text: lines.join("\n") }, world.who);
    yield moveMs;
  }
  const had = readManifest(place)?.had ?? ((): boolean => false);
  for (const kind of outwards) {
    if (!had("old", kind) || volume.has(`${folder}/previous/${kind}`)) continue;
    volume.move(`${kind}/${database}`, `${folder}/previous/${kind}`, world.who);
    yield moveMs;
  }
}

export function* swap(place: Place, world: Surroundings): Generator<number, void, void> {
  yield* movedOut(place, world);
  const { volume, database } = place;
  const scratch = scratchOf(place);
  const had = readManifest(place)?.had ?? ((): boolean => false);
  removeEmpty(place, world);
  for (const kind of inwards) {
    if (!had("new", kind) || !volume.has(`${kind}/${scratch}`)) continue;
    if (volume.has(`${kind}/${database}`)) {
      throw new Died(
        scriptExit.swapRefused,
        `${kind}/${database} appeared meanwhile: did someone start the database?`,
      );
    }
    volume.move(`${kind}/${scratch}`, `${kind}/${database}`, world.who);
    yield moveMs;
  }
  world.out.say("swapped=yes");
}

/** No manifest: is it the volume that this run knows? */
function unmoved(place: Place, from: BackFrom): void {
  const { volume, database } = place;
  if (volume.has(`${folderOf(place)}/swapped-back`)) return;
  if (from === "swapped") throw new Died(scriptExit.swapRefused, `the stores of ${database} were swapped`);
  const missing = ["databases", "transactions"].find((kind) => !volume.has(`${kind}/${database}`));
  if (from === "old" && missing !== undefined)
    throw new Died(scriptExit.swapRefused, `${missing}/${database} is not there`);
}

export function* back(
  place: Place,
  world: Surroundings,
  from: BackFrom = "unknown",
): Generator<number, void, void> {
  const { volume, database } = place;
  const folder = folderOf(place);
  const scratch = scratchOf(place);
  const manifest = readManifest(place);
  if (!manifest) {
    unmoved(place, from);
    world.out.say("swapped=no");
    return;
  }
  const { had } = manifest;
  if (!volume.has(`${folder}/rejected`)) written(place, world);
  removeEmpty(place, world);
  for (const kind of outwards) {
    const mayGo = !had("old", kind) || volume.has(`${folder}/previous/${kind}`);
    const isIn = !volume.has(`${kind}/${scratch}`) && volume.has(`${kind}/${database}`);
    if (!had("new", kind) || !isIn || !mayGo || volume.has(`${folder}/rejected/${kind}`)) continue;
    volume.move(`${kind}/${database}`, `${folder}/rejected/${kind}`, world.who);
    yield moveMs;
  }
  for (const kind of inwards) {
    if (!had("old", kind) || !volume.has(`${folder}/previous/${kind}`)) continue;
    if (volume.has(`${kind}/${database}`)) {
      throw new Died(scriptExit.swapRefused, `${kind}/${database} is in the way of the previous store`);
    }
    volume.move(`${folder}/previous/${kind}`, `${kind}/${database}`, world.who);
    yield moveMs;
  }
  volume.remove(`${folder}/swapped-back`, world.who);
  volume.move(`${folder}/swap`, `${folder}/swapped-back`, world.who);
  world.out.say("swapped=no");
}

export function* undo(place: Place, world: Surroundings): Generator<number, void, void> {
  const { volume } = place;
  const folder = folderOf(place);
  const manifest = readManifest(place);
  if (!manifest && !volume.has(`${folder}/swapped-back`))
    throw new Died(scriptExit.swapRefused, `there is no previous store in ${folder} to put back`);
  const elsewhere = (kind: Kind): readonly string[] => [
    `${folder}/previous/${kind}`,
    `${folder}/rejected/${kind}`,
    `${kind}/${scratchOf(place)}`,
  ];
  const gone = (kind: Kind): boolean =>
    manifest?.had("old", kind) === true &&
    manifest.had("new", kind) &&
    !elsewhere(kind).some((path) => volume.has(path));
  if (gone("databases") || gone("transactions"))
    throw new Died(
      scriptExit.swapRefused,
      `there is no whole previous store in ${folder}/previous to put back`,
    );
  if (!volume.has(`${folder}/undone`)) written(place, world);
  volume.put(`${folder}/undone`, emptyFolder, world.who);
  yield* back(place, world);
}

export function* again(place: Place, world: Surroundings): Generator<number, void, void> {
  const { volume, database } = place;
  const folder = folderOf(place);
  if (!readManifest(place)) {
    if (!volume.has(`${folder}/swapped-back`))
      throw new Died(scriptExit.swapRefused, `there is no store in ${folder} to put back`);
    volume.move(`${folder}/swapped-back`, `${folder}/swap`, world.who);
    yield moveMs;
  }
  const had = readManifest(place)?.had ?? ((): boolean => false);
  removeEmpty(place, world);
  for (const kind of outwards) {
    const isOld = !had("new", kind) || volume.has(`${folder}/rejected/${kind}`);
    const isIn = !volume.has(`${folder}/previous/${kind}`) && volume.has(`${kind}/${database}`);
    if (!had("old", kind) || !isIn || !isOld) continue;
    volume.move(`${kind}/${database}`, `${folder}/previous/${kind}`, world.who);
    yield moveMs;
  }
  for (const kind of inwards) {
    if (!volume.has(`${folder}/rejected/${kind}`)) continue;
    if (volume.has(`${kind}/${database}`))
      throw new Died(scriptExit.swapRefused, `${kind}/${database} is in the way of the restored store`);
    volume.move(`${folder}/rejected/${kind}`, `${kind}/${database}`, world.who);
    yield moveMs;
  }
  volume.remove(`${folder}/undone`, world.who);
  world.out.say("swapped=yes");
}

export function* inspect(place: Place, world: Surroundings): Generator<number, void, void> {
  const { volume, database } = place;
  const say = (key: string, value: string | number): void => world.out.say(`${key}=${value}`);
  say("total_kb", Math.floor(volume.capacityBytes / 1024));
  say("free_kb", Math.floor(volume.freeBytes() / 1024));
  for (const kind of ["databases", "transactions"])
    say(kind, volume.has(`${kind}/${database}`) ? "yes" : "no");
  const kilobytes = (path: string): number => Math.floor(volume.bytesBelow(path) / 1024);
  if (volume.has(`databases/${database}`)) say("store_kb", kilobytes(`databases/${database}`));
  const previous = `${folderOf(place)}/previous`;
  if (volume.has(`${previous}/databases`)) say("previous_kb", kilobytes(previous));
  say("swapped", readManifest(place) ? "yes" : "no");
  const leaf = volume.get(`databases/${database}`);
  const taken = volume.has(`transactions/${database}`) || (leaf !== undefined && leaf.type !== "file");
  say("place", taken ? "taken" : leaf === undefined ? "none" : "empty");
  const noted = readManifest(place)?.had ?? ((): boolean => false);
  const aside = (["databases", "transactions"] as const).every(
    (kind) => noted("old", kind) && volume.has(`${previous}/${kind}`),
  );
  say("in_place", inPlace(place));
  say("aside", aside ? "whole" : "no");
  say("overwriting", volume.has(`${folderOf(place)}/overwrites`) ? "yes" : "no");
  yield moveMs;
}

/**
 * Runs a verb as `/bin/sh -eu` would.
 * @param reports what it dies of is told to Kubernetes as well
 */
export function* verbProcess(
  verb: Generator<number, void, void>,
  world: Surroundings,
  reports = false,
): Process {
  try {
    yield* verb;
    world.out.say(endMark);
    return 0;
  } catch (error) {
    if (!(error instanceof Died)) throw error;
    world.out.complain(`neo4j-restore: ${error.message}`);
    if (reports) world.out.leave("failed", error.message);
    return error.code;
  }
}
