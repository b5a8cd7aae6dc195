/**
 * Verbs of several drivers on one volume, sent in order and landing in any, each moved on in any order and killed
 * anywhere. Invariants: no store beside logs of the other, nothing lost, nothing moved into another; after the last verb
 * that was sent what it says lies there. Without lock and fences the same interleavings break them.
 */
import fc from "fast-check";
import type { VolumeVerb } from "../../provider/plan/volume-command.js";
import { lookCommand, volumeCommand } from "../../provider/plan/volume-command.js";
import { run, simulatedTree, tree } from "./volume-bench.js";
import { Output, type Process } from "./world/process.js";
import { scriptProcess } from "./world/script.js";
import type { Volume } from "./world/volume.js";
import { back, swap } from "./world/volume-verbs.js";

const verbs = ["aside", "swap", "back", "undo", "again"] as const;

/** A verb of the product: drivers raise the epoch, each verb the turn. */
interface Sent {
  readonly verb: (typeof verbs)[number];
  readonly newDriver: boolean;
}

function freshVolume(): Volume {
  const volume = simulatedTree([
    ...tree("orders", "databases", "transactions"),
    ...tree(`restoring-${run}`, "databases", "transactions"),
  ]);
  for (const [name, set] of [
    ["orders", "old"],
    [`restoring-${run}`, "new"],
  ] as const) {
    const store = volume.store(`databases/${name}`);
    if (!store) throw new Error("there is no store");
    volume.put(`databases/${name}`, { ...store, set }, "test");
    volume.put(`transactions/${name}`, { type: "logs", set }, "test");
  }
  return volume;
}

const argvOf = (verb: VolumeVerb, epoch: number, turn: number): readonly string[] => {
  const acting = { runId: run, epoch, turn, patienceSeconds: 5, pod: "solo-0" };
  return volumeCommand(verb, { data: "/data", runId: run, database: "orders", acting });
};

function processOf(volume: Volume, argv: readonly string[]): Process {
  const surroundings = {
    who: "test",
    argv,
    mounts: new Map([["/data", volume]]),
    now: () => 0,
    out: new Output(),
  };
  const script = scriptProcess(surroundings, { restoreMs: 0, freshSet: () => "set" });
  if (!script) throw new Error("not the script");
  return script;
}

/** What is wrong now; undefined where nothing is. */
function wrong(volume: Volume): string | undefined {
  const [store, logs] = [volume.get("databases/orders"), volume.get("transactions/orders")];
  if (store?.type === "store" && logs?.type === "logs" && store.set !== logs.set)
    return `the ${store.set} store beside ${logs.set} logs`;
  for (const set of ["old", "new"])
    for (const type of ["store", "logs"]) {
      const count = [...volume.leaves.values()].filter(
        (leaf) => leaf.type === type && "set" in leaf && leaf.set === set,
      );
      if (count.length !== 1) return `${count.length} times ${set} ${type}`;
    }
  return undefined;
}

/** Moves on whichever process is chosen, until none is left. */
function interleave(volume: Volume, processes: Process[], choices: readonly number[]): string | undefined {
  const running = [...processes];
  for (let at = 0; running.length > 0; at++) {
    const choice = choices[at % choices.length] ?? 0;
    const index = choice % running.length;
    const process = running[index];
    const ended = choice % 17 === 16 ? process?.return(137) : process?.next();
    if (ended?.done === true) running.splice(index, 1);
    const found = wrong(volume);
    if (found !== undefined) return found;
  }
  return undefined;
}

const sendings = fc.array(fc.record({ verb: fc.constantFrom(...verbs), newDriver: fc.boolean() }), {
  minLength: 2,
  maxLength: 6,
});
const orders = fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 60 });

function numbered(sent: readonly Sent[]): readonly { readonly epoch: number; readonly turn: number }[] {
  let epoch = 1;
  return sent.map(({ newDriver }, index) => ({ epoch: newDriver ? ++epoch : epoch, turn: index + 1 }));
}

it("whatever lands whenever, stores and logs stay together and none is lost", () => {
  fc.assert(
    fc.property(sendings, orders, (sent, choices) => {
      const volume = freshVolume();
      const numbers = numbered(sent);
      const processes = sent.map(({ verb }, index) => {
        const { epoch, turn } = numbers[index] ?? { epoch: 0, turn: 0 };
        return processOf(volume, argvOf(verb, epoch, turn));
      });
      expect(interleave(volume, processes, choices)).toBeUndefined();
      // The driver that is left has the last word: what it sends next is carried out, and what came before is not.
      const last = numbers.at(-1) ?? { epoch: 0, turn: 0 };
      const end = endOf(processOf(volume, argvOf("back", last.epoch, last.turn + 1)));
      expect(end).toBe(0);
      const settled = [...volume.leaves.keys()].sort();
      for (const { epoch, turn } of numbers) endOf(processOf(volume, argvOf("swap", epoch, turn)));
      expect([...volume.leaves.keys()].sort()).toEqual(settled);
    }),
    { numRuns: 300 },
  );
});

it("without lock and fences they do not", () => {
  const place = (volume: Volume) => ({
    ...{ volume, run, database: "orders", verb: "swap" },
    acting: { by: run, epoch: 1, turn: 1, ended: [], patienceMs: 0, pod: "solo-0" },
  });
  const bare = (volume: Volume, verb: typeof swap): Process => {
    const world = {
      who: "test",
      argv: [],
      mounts: new Map<string, Volume>(),
      now: () => 0,
      out: new Output(),
    };
    return ended(verb(place(volume), world));
  };
  const found = fc.check(
    fc.property(orders, (choices) => {
      const volume = freshVolume();
      return (
        interleave(volume, [bare(volume, swap), bare(volume, back), bare(volume, swap)], choices) ===
        undefined
      );
    }),
    { numRuns: 2000 },
  );
  expect(found.failed).toBe(true);
});

it("a look changes nothing and is never refused", () => {
  const volume = freshVolume();
  endOf(processOf(volume, argvOf("swap", 3, 9)));
  const there = [...volume.leaves.keys()];
  for (const look of ["inspect", "last"] as const) {
    const argv = lookCommand(look, { data: "/data", runId: run, database: "orders" }, "solo-0");
    expect(endOf(processOf(volume, argv))).toBe(0);
  }
  expect([...volume.leaves.keys()]).toEqual(there);
});

/** Its exit code. */
function endOf(process: Process): number {
  let next = process.next();
  while (next.done !== true) next = process.next();
  return next.value;
}

/** A script that stumbles is over. */
function* ended(work: Generator<number, void, void>): Process {
  try {
    yield* work;
    return 0;
  } catch (error) {
    if (error instanceof Error) return 1;
    throw error;
  }
}
