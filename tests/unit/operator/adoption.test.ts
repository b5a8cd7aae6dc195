/** Direct runs: left to the process that drives them, hardly asked for while it lives, and brought to their end once it is gone. */
import type { Engine, RunOptions } from "../../../provider/runtime/engine.js";
import { VirtualClock } from "../../simulation/world/virtual-clock.js";
import { standingOf } from "./scenes.js";
import { settled, Small, started } from "./small-world.js";

const renewal = 4_000;

/** A direct run, its driver, and an operator that sees both. */
class Direct {
  readonly small = new Small();
  readonly clock = new VirtualClock(() => undefined);
  /** How often its Lease was looked at. */
  looks = 0;
  adopted: { readonly at: number; readonly gone: string | undefined } | undefined;
  private diedAt = Infinity;
  private released = false;
  private readonly operator;

  constructor() {
    const engine: Partial<Engine> = {
      driver: () => {
        this.looks += 1;
        return Promise.resolve(this.released ? undefined : { renewed: this.sign });
      },
      resume: (_ref, options) => this.resume(options),
    };
    this.operator = started({ ...this.small.world(engine), clock: this.clock });
    this.works();
  }

  private get sign(): string {
    return `laptop ${Math.floor(Math.min(this.clock.monotonic(), this.diedAt) / renewal)}`;
  }

  /** It writes into its journal. */
  works(): void {
    this.small.stand("direct", standingOf({ active: true, locked: true, status: { phase: "Running" } }));
  }

  dies(): void {
    this.diedAt = this.clock.monotonic();
  }

  leaves(): void {
    this.released = true;
  }

  private resume({ gone }: RunOptions): Promise<never> {
    this.adopted = { at: this.clock.monotonic(), gone };
    this.small.stand("direct", standingOf());
    return new Promise(() => undefined);
  }

  /** @returns how long until it was adopted. */
  async adoption(within: number): Promise<number> {
    const since = this.clock.monotonic();
    await this.seconds(within);
    return ((this.adopted?.at ?? Infinity) - since) / 1000;
  }

  async seconds(count: number): Promise<void> {
    for (let passed = 0; passed < count; passed += 1) {
      await settled();
      await this.clock.pass(1000);
    }
    await settled();
  }

  stop(): void {
    void this.operator.stop();
  }
}

let it: Direct;
beforeEach(() => {
  it = new Direct();
});
afterEach(() => it.stop());

test("while its driver lives nothing is begun, and its Lease is looked at when it would run out", async () => {
  await it.seconds(600);
  expect(it.adopted).toBeUndefined();
  expect(it.looks).toBeLessThanOrEqual(600 / 15 + 2);
});

test("a driver that dies while it works is replaced when its Lease has run out", async () => {
  await it.seconds(100);
  it.works();
  await settled();
  it.dies();
  const after = await it.adoption(40);
  expect(after).toBeGreaterThanOrEqual(15);
  expect(after).toBeLessThanOrEqual(16);
  expect(it.adopted?.gone).toBe("laptop 25");
});

test("one that dies while nothing happens, within two lengths of its Lease", async () => {
  await it.seconds(101);
  it.dies();
  const after = await it.adoption(40);
  expect(after).toBeGreaterThanOrEqual(11);
  expect(after).toBeLessThanOrEqual(30);
});

test("one that has left is replaced at the next look", async () => {
  await it.seconds(100);
  it.leaves();
  expect(await it.adoption(40)).toBeLessThanOrEqual(15);
  expect(it.adopted?.gone).toBeUndefined();
});
