/**
 * What stories of late effects share: a first driver dies with one of its effects on its way, the next one comes, and
 * what was on its way arrives then. For each kind of effect of a piece of work once.
 */
import { newDataServes, nothingLeftOver, oldDataServes, Verdict } from "./expectations.js";
import { type Drive, launch, type Work } from "./story.js";
import { isEffect } from "./world/driver.js";
import type { Call } from "./world/faults.js";
import { verbOf } from "./world/script.js";
import type { World } from "./world/world.js";

/** The kinds of what a driver does in its work, each with how many effects come before its first. */
export async function kindsOf(world: World, work: Work): Promise<Map<string, number>> {
  const kinds = new Map<string, number>();
  let effects = 0;
  world.onEffect = (call) => {
    const kind = kindOf(call);
    if (!kinds.has(kind)) kinds.set(kind, effects);
    effects += 1;
  };
  await world.clock.settle(launch(world, work));
  kinds.delete("journal.releaseLease");
  return kinds;
}

function kindOf({ name, args }: Call): string {
  if (name === "kubernetes.exec") return `${name} ${verbOf(args[3] as readonly string[]) ?? ""}`;
  if (name === "kubernetes.scale" || name === "kubernetes.saveReturnState")
    return `${name} ${JSON.stringify(args[2] ?? null).length > 4 ? "something" : JSON.stringify(args[2] ?? null)}`;
  if (name === "journal.save") return `${name} ${attempt(args)}`;
  if (name === "neo4j.setAccess") return `${name} ${String(args[2])}`;
  if (name !== "kubernetes.create" && name !== "kubernetes.deleteJob") return name;
  const labels = JSON.stringify(args[0] === "neo4j" ? args[1] : args[0]);
  return `${name} ${/(restore|rehearsal|volume|hook)"/.exec(labels)?.[1] ?? ""}`;
}

/** The first one makes the journal: where it has not arrived there is nothing to go on with. */
const attempt = (args: readonly unknown[]): string =>
  (args[3] as { readonly revision: string | undefined }).revision === undefined ? "of a new run" : "";

/** The first driver dies with its n-th effect on its way. @returns what lets it arrive */
export async function dieWith(world: World, work: Work, n: number): Promise<() => void> {
  const arrive = await diedWith(world, work, n);
  if (!arrive) throw new Error(`it came to its end before effect ${n}`);
  return arrive;
}

/** @returns undefined where it came to its end before its n-th effect */
export async function diedWith(world: World, work: Work, n: number): Promise<(() => void) | undefined> {
  let arrive = (): void => undefined;
  let sent = (): void => undefined;
  const arrives = new Promise<void>((resolve) => (arrive = resolve));
  const underWay = new Promise<boolean>((resolve) => (sent = () => resolve(true)));
  const first = launch(world, work);
  let effects = 0;
  const call = (one: Call): boolean => {
    if (one.driver !== first.driver.name || !isEffect(one) || effects++ !== n) return false;
    first.driver.kill();
    sent();
    return true;
  };
  world.faults.holdBack({ call, arrives });
  const isUnderWay = await world.clock.settle(Promise.race([first.then(() => false), underWay]));
  return isUnderWay ? arrive : undefined;
}

/** The next driver; what is on its way arrives so long after its first act, or when it is through. */
export async function replaced(
  world: World,
  work: Work,
  arrive: () => void,
  afterMs: number | undefined,
): Promise<Drive> {
  if (afterMs === 0) arrive();
  const next = launch(world, work);
  world.onEffect = ({ driver, name }) => {
    if (afterMs === undefined || driver !== next.driver.name || name !== "journal.save") return;
    world.onEffect = () => undefined;
    world.clock.after(afterMs, arrive);
  };
  const drive = await world.clock.settle(next);
  arrive();
  await world.clock.pass(240_000);
  return drive;
}

/** One of the two stores serves, whole, and nothing is left over but the other where that was restored. */
export function restoredOrGivenBack(world: World, { report }: Drive): void {
  const verdict = new Verdict(world, report);
  const completed = report?.status.phase === "Completed";
  if (completed) newDataServes(verdict, world);
  else oldDataServes(verdict, world);
  nothingLeftOver(verdict, world, { previous: completed });
  verdict.done();
}

/** When what was on its way arrives. */
const moments: readonly (readonly [string, number | undefined])[] = [
  ["a second after its first act", 1_000],
  ["when it is through", undefined],
];

const early = ["before the next one came", 0] as const;

export interface Late {
  readonly begin: () => Promise<World>;
  readonly first: Work;
  readonly next: Work;
  readonly judge: (world: World, drive: Drive) => void;
  /** Kinds after whose loss there is nothing for the next driver to go on with. */
  readonly without?: readonly string[];
  /** Also where it took place before the next driver came, with nobody there to take note. */
  readonly atOnce?: boolean;
}

/** Tells it for each kind and moment, and fails with all that were wrong. @returns the kinds */
export async function tellLate({
  begin,
  first,
  next,
  judge,
  without = [],
  atOnce = false,
}: Late): Promise<readonly string[]> {
  const kinds = await kindsOf(await begin(), first);
  without.forEach((kind) => kinds.delete(kind));
  const wrong: string[] = [];
  for (const [kind, n] of kinds) {
    for (const [moment, afterMs] of atOnce ? [early, ...moments] : moments) {
      const world = await begin();
      try {
        const arrive = await dieWith(world, first, n);
        judge(world, await replaced(world, next, arrive, afterMs));
      } catch (error) {
        wrong.push(`${kind}, ${moment}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  const [whole, ...others] = wrong;
  if (whole !== undefined)
    throw new Error([whole, ...others.map((text) => text.split("\n", 2).join(" "))].join("\n"));
  return [...kinds.keys()];
}
