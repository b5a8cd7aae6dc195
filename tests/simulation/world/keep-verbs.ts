/** What must be given back, kept beside the stores and read again, as the constant script does it. */
import { ballast } from "../../../provider/plan/ballast-script.js";
import { digestOf } from "../../../provider/plan/digest.js";
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { Died, type Surroundings } from "./process.js";
import { sweep } from "./discard-verb.js";
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
  for (const path of paths) volume.remove(path, world.who);
  const whole = parts.join("");
  if (digestOf(whole) !== sum)
    throw new Died(scriptExit.usage, `what was to be kept in /data/${folder} came broken`);
  for (let at = 1; at <= ballast.pieces; at++)
    volume.put(`${folder}/ballast-${at}`, { type: "file", text: "" }, world.who);
  yield moveMs;
  volume.put(`${folder}/kept`, { type: "file", text: whole }, world.who);
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
  world.out.say(`kept_bytes=${leaf.text.length}`);
  world.out.say(`kept_part=${leaf.text.slice(Number(from) - 1, Number(from) - 1 + Number(bytes))}`);
}
