/**
 * The volume's lock and fences as the constant script has them (provider/plan/volume-lock-script.ts). Invariants: what
 * a killed process has held stays held, until somebody of its own pod, or who knows that its pod has ended, takes it.
 */
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { fencesKept } from "../../../provider/plan/volume-lock-script.js";
import { Died, type Surroundings } from "./process.js";
import type { Fence, Holder, Volume } from "./volume.js";

/** As whom a verb acts, by its argv. */
export interface ActingAs {
  readonly by: string;
  readonly epoch: number;
  readonly turn: number;
  readonly ended: readonly string[];
  readonly patienceMs: number;
  readonly pod: string;
}

export interface Sent {
  readonly volume: Volume;
  readonly verb: string;
  /** Whose folder is worked on. */
  readonly run: string;
  readonly acting: ActingAs;
}

const unknown = { epoch: 0, turn: 0, closed: false, doneTurn: 0, doneVerb: "none" } as const;

/** Between two tries of a verb that waits for another. */
const pauseMs = 1_000;

export function* underLock(
  sent: Sent,
  world: Surroundings,
  work?: Generator<number, void, void>,
  end: "open" | "closed" | "goes on" = "open",
): Generator<number, void, void> {
  const { volume, verb, acting } = sent;
  const mine: Holder = { verb, pod: acting.pod, process: ++processes, alive: true };
  yield* take(sent, world, mine);
  let killed = true;
  try {
    expected(sent);
    fence(sent, world, { ...known(sent), closed: false });
    if (work) yield* work;
    const done = { doneTurn: acting.turn, doneVerb: verb };
    if (end !== "goes on") fence(sent, world, { ...done, closed: end === "closed" });
    killed = false;
  } catch (error) {
    killed = false;
    throw error;
  } finally {
    mine.alive = false;
    if (!killed) volume.lock = undefined;
  }
}

/** Nothing of a replaced driver, of an earlier verb, or of a run that is over. */
export function expected(sent: Sent): void {
  const { by, epoch, turn } = sent.acting;
  const was = known(sent);
  if (was.closed && epoch <= was.epoch)
    throw new Died(scriptExit.runClosed, `run ${by} is over since its epoch ${was.epoch}`);
  if (epoch < was.epoch || (epoch === was.epoch && turn < was.turn))
    throw new Died(scriptExit.driverReplaced, `run ${by} is at epoch ${was.epoch}, turn ${was.turn}`);
}

/** What became of a verb whose answer was lost. */
export function* last(sent: Sent, world: Surroundings): Generator<number, void, void> {
  const was = known(sent);
  const { lock } = sent.volume;
  const say = (key: string, value: string | number): void => world.out.say(`${key}=${value}`);
  say("fence_epoch", was.epoch);
  say("fence_turn", was.turn);
  say("run", sent.volume.fences.has(sent.acting.by) ? (was.closed ? "closed" : "open") : "unknown");
  say("done_turn", was.doneTurn);
  say("done_verb", was.doneVerb);
  const held = lock !== undefined && !isDead(sent, lock);
  say("lock", held ? "held" : "free");
  if (held) say("holder", lock.pod);
  yield 1;
}

const known = ({ volume, acting }: Sent): Fence => volume.fences.get(acting.by) ?? unknown;

function* take(sent: Sent, world: Surroundings, mine: Holder): Generator<number, void, void> {
  const { volume, acting } = sent;
  written(sent, world);
  for (let waited = 0; volume.lock !== undefined && !isDead(sent, volume.lock); waited += pauseMs) {
    if (waited >= acting.patienceMs) nobodyElse(sent, world);
    yield pauseMs;
  }
  volume.lock = mine;
}

/** Is at work on the volume. */
export function nobodyElse(sent: Sent, world: Surroundings): void {
  const { lock } = sent.volume;
  if (lock === undefined || isDead(sent, lock)) return;
  const { verb, pod } = lock;
  world.out.say(`holder=${pod}`);
  if (world.pod !== undefined) {
    world.out.leave("holder", pod);
    world.out.leave("entry", entryOf(lock));
  }
  throw new Died(scriptExit.lockHeld, `verb ${verb} in pod ${pod} is at work on the volume`);
}

/** What the run has laid for the time when its volume is full. */
export const ballastOf = ({ volume, run }: Sent): readonly string[] =>
  volume.below(`.neo4j-restore/${run}`).filter((path) => path.includes("/ballast-"));

/** A small write, for which what gives back or removes makes room. */
export function written(sent: Sent, world: Surroundings): void {
  const { volume } = sent;
  if (!volume.full) return;
  const spares = givesBack(sent);
  if (spares) expected(sent);
  const [piece] = spares ? ballastOf(sent) : [];
  if (piece === undefined)
    throw new Died(scriptExit.diskHeadroom, "nothing can be written on the volume (No space left on device)");
  volume.remove(piece, world.who);
}

/** Or removes; also what an undo begins with: it has kept, and moved stores, before. */
function givesBack({ volume, verb, run }: Sent): boolean {
  const has = (name: string): boolean => volume.has(`.neo4j-restore/${run}/${name}`);
  if (verb === "keep") return has("kept") && (has("swap") || has("swapped-back"));
  return ["back", "again", "undo", "discard"].includes(verb);
}

const isDead = ({ acting }: Sent, holder: Holder): boolean =>
  acting.ended.includes(holder.pod) ||
  acting.ended.includes(entryOf(holder)) ||
  (holder.pod === acting.pod && !holder.alive);

/** As the script names its process: no two are the same. */
const entryOf = ({ verb, pod, process = 0 }: Holder): string => `7474-${process}-1.1-${verb}-${pod}`;

let processes = 0;

/** Its own becomes the last; every other run is over, because one at a time has the target. */
function fence(sent: Sent, world: Surroundings, how: Pick<Fence, "closed" | "doneTurn" | "doneVerb">): void {
  written(sent, world);
  const { volume, acting } = sent;
  const { by, epoch, turn } = acting;
  const others = [...volume.fences].filter(([run]) => run !== by);
  volume.fences.clear();
  others.forEach(([run, one], index) => {
    const forgotten = others.length - index >= fencesKept && !volume.has(`.neo4j-restore/${run}`);
    if (!forgotten) volume.fences.set(run, { ...one, closed: true });
  });
  const { closed, doneTurn, doneVerb } = how;
  volume.fences.set(by, { epoch, turn, closed, doneTurn, doneVerb });
}
