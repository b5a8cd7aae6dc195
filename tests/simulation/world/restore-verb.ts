/**
 * The script's `rehearse` and `restore`: finds the artifact, has "neo4j-admin" restore and identify it, checks
 * and swaps where asked. Behaves as the script and as reference documentation of neo4j-admin say; how long
 * things take and where they fail is told by `Making`.
 */
import { progressMark, scriptExit } from "../../../provider/plan/script-exit.js";
import { info, inspectTable } from "./admin-words.js";
import { Died, type Surroundings } from "./process.js";
import { originOf, wipe } from "./staging.js";
import { folderOf, type Place, scratchOf, swap } from "./volume-verbs.js";
import { expected, underLock } from "./volume-lock.js";
import { foundAt, type Sought } from "./found-artifact.js";
import type { Artifact, Store, Volume } from "./volume.js";

/** Where a Job fails, told by a story. */
export type JobStage = "inspect" | "restore" | "info" | "check" | "swap";

/** How a restore goes. */
export interface Making {
  readonly restoreMs: number;
  /** neo4j-admin ends with this code, or the process is killed (137), midway in that stage. */
  readonly failAt?: { readonly stage: JobStage; readonly code: number; readonly line: string } | undefined;
  readonly freshSet: () => string;
}

interface Wanted extends Sought {
  readonly into: string;
  readonly first: string;
  readonly second: string;
  readonly overwrite: boolean;
  readonly temp: string;
  readonly check: boolean;
  readonly thenSwap: boolean;
  readonly inspected: boolean;
  readonly staged: string;
}

/** How long a mark takes until it is on the disk. */
const markMs = 5;

const yes = (text: string | undefined): boolean => text === "yes";

export function readWanted(rest: readonly string[]): Wanted {
  const [into = "", first = "", second = "", reference = "", artifactDatabase = ""] = rest;
  const [overwrite, temp = "", check, thenSwap] = rest.slice(5);
  return {
    ...{ into, first, second, reference, artifactDatabase, temp },
    ...{
      overwrite: yes(overwrite),
      check: yes(check),
      thenSwap: yes(thenSwap),
      inspected: yes(rest[13]),
      staged: rest[15] ?? "",
      times: rest[16] ?? "",
    },
  };
}

export function* rehearse(
  place: Place | undefined,
  world: Surroundings,
  wanted: Wanted,
  making: Making,
): Generator<number, void, void> {
  yield* reporting(world, wanted.staged, rehearsed(place, world, wanted, making));
}

function* rehearsed(
  place: Place | undefined,
  world: Surroundings,
  wanted: Wanted,
  making: Making,
): Generator<number, void, void> {
  if (place) expected(place);
  yield* findArtifactAndRoom(place, world, wanted, making);
}

export function* restore(
  place: Place,
  world: Surroundings,
  wanted: Wanted,
  making: Making,
): Generator<number, void, void> {
  yield* reporting(world, wanted.staged, restoreArtifact(place, world, wanted, making));
}

/** The script's own end wipes what was staged for it, and marks its report as whole; a kill does not. */
export function* reporting(
  world: Surroundings,
  staged: string,
  work: Generator<number, void, void>,
): Generator<number, void, void> {
  let killed = true;
  try {
    yield* work;
    killed = false;
  } catch (error) {
    if (error instanceof Died) {
      killed = false;
      world.out.leave("failed", error.message);
    }
    throw error;
  } finally {
    if (!killed) {
      wipe(world, staged);
      world.out.leave("end", "yes");
    }
  }
}

function* restoreArtifact(
  place: Place,
  world: Surroundings,
  wanted: Wanted,
  making: Making,
): Generator<number, void, void> {
  yield* underLock(place, world, undefined, "goes on");
  const artifact = yield* findArtifactAndRoom(place, world, wanted, making);
  const { volume } = place;
  const headroom = volume.capacityBytes / 10;
  yield* underLock(place, world, makeReady(place, world, wanted), "goes on");
  yield* adminRestore(volume, world, wanted, making, artifact);
  yield* judgeRestored(place, world, wanted, making, artifact, headroom);
  yield* underLock(place, world, wanted.thenSwap ? thenSwapped(place, world, making) : undefined);
}

/** Marks what a crash would leave, before the first byte. */
function* makeReady(place: Place, world: Surroundings, wanted: Wanted): Generator<number, void, void> {
  const { volume } = place;
  const { into } = wanted;
  if (into === scratchOf(place)) {
    for (const kind of ["databases", "transactions", "scripts"]) volume.remove(`${kind}/${into}`, world.who);
  }
  volume.put(`${folderOf(place)}/temp/work`, { type: "file", text: "" }, world.who);
  world.out.say(`neo4j-restore: restore: restoring ${wanted.first} into ${into}`);
  if (replaces(place, wanted)) {
    volume.put(`${folderOf(place)}/overwrites`, { type: "file", text: "" }, world.who);
    yield markMs;
    world.out.leave("overwriting", "yes");
  } else if (into === place.database && !volume.has(`${folderOf(place)}/creates`)) {
    const kinds = ["databases", "transactions", "scripts"].filter((kind) => !volume.has(`${kind}/${into}`));
    volume.put(`${folderOf(place)}/creates`, { type: "file", text: kinds.join("\n") }, world.who);
    yield markMs;
  }
}

function* judgeRestored(
  place: Place,
  world: Surroundings,
  wanted: Wanted,
  making: Making,
  artifact: Artifact,
  headroom: number,
): Generator<number, void, void> {
  const { volume } = place;
  const { into } = wanted;
  if (volume.freeBytes() < headroom) throw new Died(scriptExit.diskHeadroom, "the volume came close to full");
  volume.remove(`${folderOf(place)}/temp/work`, world.who);
  world.out.leave("restore_seconds", String(Math.round(making.restoreMs / 1000)));
  world.out.leave("store_bytes", String(artifact.content.bytes));
  world.out.leave("files", "42");
  if (artifact.metadata) world.out.leave("metadata_script", "yes");
  yield 800;
  failing(world, making, "info", scriptExit.noFingerprint);
  world.out.leave("info", JSON.stringify(info(into, artifact)));
  if (wanted.check) {
    yield 5_000;
    failing(world, making, "check", scriptExit.inconsistent);
    if (!artifact.consistent) {
      throw new Died(scriptExit.inconsistent, `neo4j-admin database check found ${into} inconsistent`);
    }
    world.out.leave("checked", "yes");
  }
}

function* thenSwapped(place: Place, world: Surroundings, making: Making): Generator<number, void, void> {
  failing(world, making, "swap", scriptExit.swapRefused);
  yield* swap(place, world);
  world.out.leave("swapped", "yes");
}

function* adminRestore(
  volume: Volume,
  world: Surroundings,
  wanted: Wanted,
  making: Making,
  artifact: Artifact,
): Generator<number, void, void> {
  const { into } = wanted;
  const store = `databases/${into}`;
  const refuse = (text: string): never => {
    world.out.complain(text);
    throw new Died(1, `neo4j-admin database restore ended with exit code 1`);
  };
  if (volume.isOpen(store)) refuse(`The database is in use. Stop database '${into}' and try again.`);
  if (volume.has(store) || volume.has(`transactions/${into}`)) {
    if (!wanted.overwrite) refuse(`Database already exists: ${into}`);
    for (const kind of ["databases", "transactions"]) volume.remove(`${kind}/${into}`, world.who);
  }
  const set = making.freshSet();
  const { content } = artifact;
  const half: Store = { type: "store", set, origin: "backup", ...content, complete: false, writes: 0 };
  volume.open(store, world.who);
  try {
    volume.put(store, half, world.who);
    const { bytes } = artifact.content;
    const read = `read=${artifact.bytes / 2} of=${artifact.bytes}`;
    world.out.say(`${progressMark} ${read} written=${bytes / 2}`);
    yield making.restoreMs / 2;
    failing(world, making, "restore", 1);
    volume.put(`transactions/${into}`, { type: "logs", set }, world.who);
    if (artifact.metadata) volume.put(`scripts/${into}`, { type: "file", text: "CREATE ROLE r" }, world.who);
    yield making.restoreMs / 2;
    volume.put(store, { ...half, complete: true }, world.who);
  } finally {
    volume.close(store, world.who);
  }
  world.out.say(`Restore of database '${into}' completed successfully`);
}

/** Temporary files that would take too much of the data volume need a claim of their own. */
function* findArtifactAndRoom(
  place: Place | undefined,
  world: Surroundings,
  wanted: Wanted,
  making: Making,
): Generator<number, Artifact, void> {
  const artifact = yield* findArtifact(world, wanted, making);
  const bytes = wanted.first.startsWith("s3://") ? 0 : 3 * artifact.bytes;
  if (wanted.temp === "" && place && bytes * 5 > place.volume.freeBytes()) {
    world.out.leave("temp_bytes", String(bytes));
    throw new Died(scriptExit.tempTooLarge, `temporary files may take ${bytes} bytes`);
  }
  if (place && roomFor(place, wanted) - artifact.bytes < place.volume.capacityBytes / 10) {
    throw new Died(
      scriptExit.diskHeadroom,
      `${place.volume.freeBytes()} bytes are free, a tenth must stay free`,
    );
  }
  return artifact;
}

const replaces = (place: Place, wanted: Wanted): boolean =>
  wanted.overwrite && wanted.into === place.database;

function roomFor(place: Place, wanted: Wanted): number {
  const { volume, database } = place;
  return volume.freeBytes() + (replaces(place, wanted) ? volume.bytesBelow(`databases/${database}`) : 0);
}

function* findArtifact(
  world: Surroundings,
  wanted: Wanted,
  making: Making,
): Generator<number, Artifact, void> {
  yield 500;
  const one = foundAt(world, wanted, wanted.first);
  const other = wanted.second === wanted.first ? undefined : foundAt(world, wanted, wanted.second);
  if (one && other && one.path !== other.path) {
    throw new Died(scriptExit.artifactAmbiguous, `both ${one.path} and ${other.path} fit`);
  }
  const found = one ?? other;
  if (!found) {
    world.out.say("what is there:");
    throw new Died(
      scriptExit.artifactNotFound,
      `no artifact of database ${wanted.artifactDatabase} at ${wanted.first}`,
    );
  }
  const [origin, base] = wanted.staged === "" ? [found.path] : originOf(world, wanted.staged, found.path);
  world.out.leave("artifact", origin);
  if (base !== undefined) world.out.leave("base", base);
  world.out.leave("artifact_bytes", String(found.artifact.bytes));
  if (wanted.inspected) return found.artifact;
  yield 1_000;
  failing(world, making, "inspect", scriptExit.artifactInvalid);
  if (!found.artifact.readable) {
    throw new Died(scriptExit.artifactInvalid, `neo4j-admin backup inspect could not read ${found.path}`);
  }
  world.out.leave("inspect", `${inspectTable(found.path, found.artifact).join("~")}~`);
  return found.artifact;
}

/** `usual` is the code where the story names none: 0. */
function failing(world: Surroundings, making: Making, stage: JobStage, usual: number): void {
  if (making.failAt?.stage !== stage) return;
  world.out.complain(making.failAt.line);
  throw new Died(making.failAt.code === 0 ? usual : making.failAt.code, making.failAt.line);
}
