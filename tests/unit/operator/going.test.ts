/** A namespace that is being deleted: what nobody drives any more keeps it no longer, and nothing else is let go. */
import type { Engine } from "../../../provider/runtime/engine.js";
import { VirtualClock } from "../../simulation/world/virtual-clock.js";
import { standingOf } from "./scenes.js";
import { settled, Small, started } from "./small-world.js";

const active = standingOf({ active: true, locked: true, status: { phase: "Running" } });
const begun: string[] = [];
let small: Small;
let clock: VirtualClock;
let operator: ReturnType<typeof started>;
/** The last sign of life of whoever drives; it changes with every look while the driver lives. */
let sign: () => string | undefined;
beforeEach(() => {
  begun.length = 0;
  small = new Small();
  clock = new VirtualClock(() => undefined);
  sign = () => undefined;
  const engine: Partial<Engine> = {
    driver: () => Promise.resolve(signOf(sign())),
    resume: ({ name }) => Promise.reject(new Error(`nothing can be resumed: ${name}`)),
    remove: ({ name }) => {
      begun.push(`remove ${name}`);
      return Promise.resolve();
    },
  };
  operator = started({ ...small.world(engine), clock });
});
afterEach(() => operator.stop());

const signOf = (renewed: string | undefined) => (renewed === undefined ? undefined : { renewed });

async function seconds(count: number): Promise<void> {
  for (let passed = 0; passed < count; passed += 1) {
    await settled();
    await clock.pass(1000);
  }
  await settled();
}

test("a direct run whose driver is gone: its journal is let go, and the log says so", async () => {
  small.going = true;
  small.stand("direct", active);
  await seconds(30);
  expect([...small.standings.keys()]).toEqual([]);
  expect(operator.logged.filter((line) => line.includes("the namespace is being deleted"))).toHaveLength(1);
  expect(operator.logged.filter((line) => line.startsWith("error"))).toEqual([]);
});

test("a direct run whose driver lives: left to it", async () => {
  small.going = true;
  sign = () => `laptop ${clock.monotonic()}`;
  small.stand("direct", active);
  await seconds(120);
  expect([...small.standings.keys()]).toEqual(["direct"]);
});

test("a resource with an unfinished run: both are let go, and nothing is begun in vain", async () => {
  small.going = true;
  small.stand("r", active);
  small.add("r", "graph");
  small.edit("r", { deleting: true });
  await seconds(1);
  expect(small.views.size + small.standings.size).toBe(0);
  expect(begun).toEqual([]);
});

test("a run at work comes to its own end first", async () => {
  small.add("r", "graph");
  await settled();
  small.going = true;
  small.edit("r", { deleting: true });
  await settled();
  expect(small.shown.at(-1)).toBe("r: over");
  await seconds(1);
  expect(small.views.size + small.standings.size).toBe(0);
  expect(begun).toEqual([]);
});

test("a namespace that stays: what the run holds is given back, as ever", async () => {
  small.stand("r", active);
  small.add("r", "graph");
  small.edit("r", { deleting: true });
  await seconds(1);
  expect(begun).toEqual(["remove r"]);
});
