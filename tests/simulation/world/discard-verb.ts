/**
 * What the constant script removes (provider/plan/moves-script.ts): the files of a run, a store that lies aside. A large
 * store takes its time to go, so it goes leaf by leaf, and who is killed meanwhile leaves a part of it.
 */
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { Died, type Surroundings } from "./process.js";
import { isBeingRemoved } from "./volume.js";
import { folderOf, kinds, moveMs, outwards, type Place, scratchOf } from "./volume-verbs.js";

/** What an interrupted script has staged. */
export function* wiped(place: Place, world: Surroundings): Generator<number, void, void> {
  yield moveMs;
  place.volume.remove(`${folderOf(place)}/staging`, world.who);
  yield* sweep(place, world);
  world.out.say("wiped=yes");
}

export function* discard(
  place: Place,
  world: Surroundings,
  keep: string,
  written: string,
): Generator<number, void, void> {
  const { volume } = place;
  const folder = folderOf(place);
  if (keep === "yes" && volume.has(`${folder}/previous/databases`)) {
    throw new Died(scriptExit.swapRefused, `${folder}/previous holds the previous store`);
  }
  if (keep === "yes" && volume.has(`${folder}/undone`) && volume.has(`${folder}/rejected/databases`)) {
    throw new Died(
      scriptExit.swapRefused,
      `${folder}/rejected holds a store that was served before its undo`,
    );
  }
  yield moveMs;
  const mark = volume.get(`${folder}/creates`);
  const own = written === "yes" && mark?.type === "file" ? mark.text.split("\n") : [];
  for (const kind of outwards.filter((one) => own.includes(one) && volume.has(`${one}/${place.database}`))) {
    volume.remove(`${kind}/${scratchOf(place)}`, world.who);
    volume.move(`${kind}/${place.database}`, `${kind}/${scratchOf(place)}`, world.who);
    yield moveMs;
  }
  volume.remove(`.neo4j-restore/removed.${place.run}`, world.who);
  for (const path of volume.below(folder))
    volume.move(path, path.replace(folder, `.neo4j-restore/removed.${place.run}`), world.who);
  yield moveMs;
  for (const kind of kinds) volume.remove(`${kind}/${scratchOf(place)}`, world.who);
  yield* sweep(place, world);
  world.out.say("discarded=yes");
}

/** What a verb that was killed has begun to remove. */
export function* sweep({ volume }: Place, world: Surroundings): Generator<number, void, void> {
  for (const path of [...volume.leaves.keys()].filter(isBeingRemoved)) {
    yield moveMs;
    volume.remove(path, world.who);
  }
}
