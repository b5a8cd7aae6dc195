/** What must be given back, kept beside the stores and read again, as the constant script does it. */
import { ballast } from "../../../provider/plan/ballast-script.js";
import { digestOf } from "../../../provider/plan/digest.js";
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { Died, type Surroundings } from "./process.js";
import { sweep } from "./discard-verb.js";
import { ballastOf, written } from "./volume-lock.js";
import { folderOf, moveMs, type Place } from "./volume-verbs.js";

/** A piece of what must be given back; the last one puts the whole in its place. */
export function* keep(
  place: Place,
  world: Surroundings,
  [piece = "", of = "", sum = "", text = ""]: readonly string[],
): Generator<number, void, void> {
  const { volume } = place;
  const folder = folderOf(place);
  yield* sweep(place, world);
  written(place, world);
  volume.put(`${folder}/kept-${piece}`, { type: "file", text }, world.who);
  if (piece !== of) {
    world.out.say(`piece=${piece}`);
    return;
  }
  const paths = Array.from({ length: Number(of) }, (_, index) => `${folder}/kept-${index + 1}`);
  const parts = paths.map((path) => {
    const leaf = volume.get(path);
    return leaf?.type === "file" ? leaf.text : "";
  });
  const whole = parts.join("");
  written(place, world);
  for (const path of paths) volume.remove(path, world.who);
  if (digestOf(whole) !== sum)
    throw new Died(scriptExit.usage, `what was to be kept in /data/${folder} came broken`);
  // On a full volume as much of it as was thrown off, but for what was written; of none, none.
  const gone = volume.full && (volume.fills || ballastOf(place).length === 0);
  const pieces = gone ? 0 : ballast.pieces - (volume.full ? 1 : 0);
  for (let at = 1; at <= pieces; at++)
    volume.put(`${folder}/ballast-${at}`, { type: "file", text: "" }, world.who);
  yield moveMs;
  volume.put(`${folder}/kept`, { type: "file", text: whole }, world.who);
  if (ballastOf(place).length < ballast.enough)
    throw new Died(scriptExit.diskHeadroom, "the volume's room for a way back is used up");
  world.out.say(`kept=${digestOf(whole)}`);
}

export function* kept(
  place: Place,
  world: Surroundings,
  [from = "", bytes = ""]: readonly string[],
): Generator<number, void, void> {
  const leaf = place.volume.get(`${folderOf(place)}/kept`);
  yield moveMs;
  if (leaf?.type !== "file") {
    world.out.say("kept_bytes=0");
    return;
  }
  world.out.say(`kept=${digestOf(leaf.text)}`);
  world.out.say(`ballast=${ballastOf(place).length}`);
  world.out.say(`kept_bytes=${leaf.text.length}`);
  world.out.say(`kept_part=${leaf.text.slice(Number(from) - 1, Number(from) - 1 + Number(bytes))}`);
}
