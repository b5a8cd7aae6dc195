/**
 * What the constant script removes (provider/plan/moves-script.ts): the files of a run, a store that lies aside. A large
 * store takes its time to go, so it goes leaf by leaf, and who is killed meanwhile leaves a part of it.
 */
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { Died, type Surroundings } from "./process.js";
import { isBeingRemoved } from "./volume.js";
import { ballastOf, expected, nobodyElse, underLock } from "./volume-lock.js";
import { becoming, folderOf, kinds, moveMs, outwards, type Place, scratchOf } from "./volume-verbs.js";

/** What an interrupted script has staged. */
export function* wiped(place: Place, world: Surroundings): Generator<number, void, void> {
  yield moveMs;
  place.volume.remove(`${folderOf(place)}/staging`, world.who);
  yield* sweep(place, world);
  world.out.say("wiped=yes");
}

/** On a full volume, without ballast for lock and fence, the store goes before: nobody else can take the lock either. */
export function* discard(
  place: Place,
  world: Surroundings,
  keep: string,
  marked: string,
): Generator<number, void, void> {
  if (place.volume.full && ballastOf(place).length < 2) {
    expected(place);
    mayDiscard(place, keep);
    nobodyElse(place, world);
    yield* goneWithIt(place, world, marked);
  }
  yield* underLock(place, world, discarded(place, world, keep, marked));
}

function* discarded(
  place: Place,
  world: Surroundings,
  keep: string,
  marked: string,
): Generator<number, void, void> {
  mayDiscard(place, keep);
  yield moveMs;
  yield* goneWithIt(place, world, marked);
  world.out.say("discarded=yes");
}

/** No part of a store goes that the caller has not meant. */
function mayDiscard(place: Place, keep: string): void {
  const { volume } = place;
  const folder = folderOf(place);
  if (keep !== "yes") return;
  for (const kind of kinds) {
    if (volume.has(`${folder}/previous/${kind}`))
      throw new Died(scriptExit.swapRefused, `${folder}/previous holds ${kind} of the previous store`);
    if (!volume.has(`${folder}/rejected/${kind}`)) continue;
    if (volume.has(`${folder}/undone`))
      throw new Died(
        scriptExit.swapRefused,
        `${folder}/rejected holds a store that was served before its undo`,
      );
    for (const name of ["swap", "swapped-back"]) {
      const manifest = volume.get(`${folder}/${name}`);
      const lines = manifest?.type === "file" ? manifest.text.split("\n") : [];
      const its = becoming(kind, volume.get(`${folder}/rejected/${kind}`));
      if (lines.some((line) => line.startsWith("becomes ")) && its.some((line) => !lines.includes(line)))
        throw new Died(
          scriptExit.swapRefused,
          `${folder}/rejected holds ${kind} that somebody else has put there`,
        );
    }
  }
}

/** @param marked yes: what the run has written under the database's own name goes too */
function* goneWithIt(place: Place, world: Surroundings, marked: string): Generator<number, void, void> {
  const { volume, database, run } = place;
  const folder = folderOf(place);
  const mark = volume.get(`${folder}/creates`);
  const own = marked === "yes" && mark?.type === "file" ? mark.text.split("\n") : [];
  for (const kind of outwards.filter((one) => own.includes(one) && volume.has(`${one}/${database}`))) {
    volume.remove(`${kind}/${scratchOf(place)}`, world.who);
    volume.move(`${kind}/${database}`, `${kind}/${scratchOf(place)}`, world.who);
    yield moveMs;
  }
  volume.remove(`.neo4j-restore/removed.${run}`, world.who);
  for (const path of volume.below(folder))
    volume.move(path, path.replace(folder, `.neo4j-restore/removed.${run}`), world.who);
  yield moveMs;
  for (const kind of kinds) volume.remove(`${kind}/${scratchOf(place)}`, world.who);
  yield* sweep(place, world);
}

/** What a verb that was killed has begun to remove. */
export function* sweep({ volume }: Place, world: Surroundings): Generator<number, void, void> {
  for (const path of [...volume.leaves.keys()].filter(isBeingRemoved)) {
    yield moveMs;
    volume.remove(path, world.who);
  }
}
