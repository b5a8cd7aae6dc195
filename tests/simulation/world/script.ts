/**
 * Understands the argv of our own Jobs and execs and runs it on the simulated volumes. Invariant: it accepts
 * the constant script only, so a changed call that the real script would not understand fails here as well.
 */
import { scriptExit } from "../../../provider/plan/script-exit.js";
import type { BackFrom } from "../../../provider/plan/volume-command.js";
import { volumeScript } from "../../../provider/plan/volume-script.js";
import type { Process, Surroundings } from "./process.js";
import { keep, kept } from "./keep-verbs.js";
import { discard, sweep, wiped } from "./discard-verb.js";
import { last, underLock } from "./volume-lock.js";
import { type Making, readWanted, rehearse, reporting, restore } from "./restore-verb.js";
import { again, aside, back, inspect, type Place, swap, undo, verbProcess } from "./volume-verbs.js";

/** The process that runs this argv, or undefined where it is none of our script's. */
export function scriptProcess(world: Surroundings, making: Making): Process | undefined {
  const [shell, flag, script, name, verb, data = "", run = "", database = "", ...more] = world.argv;
  const [by = "", epoch = "", turn = "", ended = "", patience = "", pod = "", ...rest] = more;
  if (shell !== "/bin/sh" || flag !== "-c" || script !== volumeScript || name !== "neo4j-restore")
    return undefined;
  const volume = world.mounts.get(data);
  const acting = {
    ...{ by, epoch: Number(epoch), turn: Number(turn), ended: ended.split(" ") },
    ...{ patienceMs: Number(patience) * 1000, pod: pod === "" ? (world.pod ?? world.who) : pod },
  };
  const named = { ...world, who: `${world.who} for ${by}` };
  const at = volume && { volume, run, database, verb: verb ?? "", acting };
  // A Job that only looks as the servers would has none of their claims.
  if (verb === "rehearse") return verbProcess(rehearse(at, named, readWanted(rest), making), named);
  if (!at) throw new Error(`${world.who}: nothing is mounted at ${data}`);
  for (const id of [run, by])
    if (!/^[a-z0-9]+$/.test(id)) return finished(world, scriptExit.usage, `not a run id: ${id}`);
  const work = verbOn(at, named, rest, making);
  if (!work) return finished(world, scriptExit.usage, `no such verb: ${verb ?? ""}`);
  const inJob = world.pod !== undefined && verb !== "restore";
  return verbProcess(inJob ? reporting(named, "", work) : work, named);
}

function verbOn(
  place: Place,
  world: Surroundings,
  rest: readonly string[],
  making: Making,
): Generator<number, void, void> | undefined {
  switch (place.verb) {
    case "inspect":
      return inspect(place, world);
    case "last":
      return last(place, world);
    case "kept":
      return kept(place, world, rest);
    case "keep":
      return underLock(place, world, keep(place, world, rest));
    case "restore":
      return restore(place, world, readWanted(rest), making);
    case "aside":
      return underLock(place, world, aside(place, world));
    case "swap":
      return underLock(place, world, swap(place, world));
    case "back":
      return underLock(place, world, back(place, world, backFrom(rest[0])));
    case "undo":
      return underLock(place, world, undo(place, world));
    case "again":
      return underLock(place, world, again(place, world));
    case "discard":
      return discard(place, world, rest[0] ?? "", rest[1] ?? "");
    case "wipe":
      return underLock(place, world, wiped(place, world));
    case "close":
      return closed(place, world);
    default:
      return undefined;
  }
}

function* closed(place: Place, world: Surroundings): Generator<number, void, void> {
  yield* underLock(place, world, sweep(place, world), "closed");
  world.out.say("closed=yes");
}

/** It changes nothing. */
export function isLook(argv: readonly string[]): boolean {
  const verb = verbOf(argv);
  return verb === "inspect" || verb === "last" || verb === "kept";
}

/** The verb of an argv of ours. */
export function verbOf(argv: readonly string[]): string | undefined {
  return argv[2] === volumeScript ? argv[4] : undefined;
}

function* finished(world: Surroundings, code: number, message: string): Process {
  world.out.complain(`neo4j-restore: ${message}`);
  yield 1;
  return code;
}

function backFrom(text: string | undefined): BackFrom {
  if (text === "swapped" || text === "old" || text === "unknown") return text;
  throw new Error(`back from where? ${text ?? "nothing is said"}`);
}
