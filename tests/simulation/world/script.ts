/**
 * Understands the argv of our own Jobs and execs and runs it on the simulated volumes. Invariant: it accepts
 * the constant script only, so a changed call that the real script would not understand fails here as well.
 */
import { scriptExit } from "../../../provider/plan/script-exit.js";
import type { BackFrom } from "../../../provider/plan/volume-command.js";
import { volumeScript } from "../../../provider/plan/volume-script.js";
import type { Process, Surroundings } from "./process.js";
import { type Making, readWanted, rehearse, restore } from "./restore-verb.js";
import {
  again,
  aside,
  back,
  discard,
  inspect,
  type Place,
  swap,
  undo,
  verbProcess,
  wiped,
} from "./volume-verbs.js";

/** The process that runs this argv, or undefined where it is none of our script's. */
export function scriptProcess(world: Surroundings, making: Making): Process | undefined {
  const [shell, flag, script, name, verb, data = "", run = "", database = "", ...rest] = world.argv;
  if (shell !== "/bin/sh" || flag !== "-c" || script !== volumeScript || name !== "neo4j-restore")
    return undefined;
  const volume = world.mounts.get(data);
  // A Job that only looks as the servers would has none of their claims.
  if (verb === "rehearse")
    return verbProcess(rehearse(volume && { volume, run, database }, world, readWanted(rest), making), world);
  if (!volume) throw new Error(`${world.who}: nothing is mounted at ${data}`);
  if (!/^[a-z0-9]+$/.test(run)) return finished(world, scriptExit.usage, `not a run id: ${run}`);
  const place: Place = { volume, run, database };
  switch (verb) {
    case "inspect":
      return verbProcess(inspect(place, world), world);
    case "aside":
      return verbProcess(aside(place, world), world);
    case "swap":
      return verbProcess(swap(place, world), world);
    case "back":
      return verbProcess(back(place, world, backFrom(rest[0])), world);
    case "undo":
      return verbProcess(undo(place, world), world);
    case "again":
      return verbProcess(again(place, world), world);
    case "discard":
      return verbProcess(discard(place, world, rest[0] ?? "", rest[1] ?? ""), world);
    case "wipe":
      return verbProcess(wiped(place, world), world);
    case "restore":
      return verbProcess(restore(place, world, readWanted(rest), making), world);
    default:
      return finished(world, scriptExit.usage, `no such verb: ${verb ?? ""}`);
  }
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
