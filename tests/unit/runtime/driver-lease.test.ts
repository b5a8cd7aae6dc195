/**
 * A Lease is taken from a driver that was silent for 15 seconds, by whoever has watched that, as it was seen last, and
 * from no other. Its holder counts it as lost by either clock.
 */
import { acquireLease, type DriverLease } from "../../../provider/runtime/driver-lease.js";
import { RestoreFault } from "../../../provider/workflow/faults.js";
import type { JournalPort, Ports } from "../../../provider/workflow/ports.js";
import { VirtualClock } from "../../simulation/world/virtual-clock.js";

const patience = { giveUp: () => false, outlasts: () => false };

const renewing = (answer: () => boolean) => ({
  renewLease: () => Promise.resolve(answer()),
  releaseLease: () => Promise.resolve(),
});

interface Taken {
  readonly second: number;
  readonly looks: number;
}

/** @param sign what the holder's Lease says at an instant of the monotonic clock. */
async function taken(gone: string | undefined, sign: (now: number) => string): Promise<number> {
  return (await takenBy({ gone }, sign)).second;
}

async function takenBy(
  how: {
    readonly gone?: string | undefined;
    readonly lookEvery?: number;
    /** Milliseconds that an answer takes to what is asked then. */
    readonly takes?: (now: number) => number;
  },
  sign: (now: number) => string,
): Promise<Taken> {
  const clock = new VirtualClock(() => undefined);
  const over = new AbortController();
  const taken: { lease?: DriverLease | undefined } = {};
  let looks = 0;
  const lease: JournalPort["lease"] = async (_namespace, _name, _driver, silent) => {
    looks += 1;
    const asked = clock.monotonic();
    await clock.sleep(how.takes?.(asked) ?? 0);
    const renewed = sign(clock.monotonic());
    return silent === renewed ? { mine: true } : { mine: false, holder: "other", renewed };
  };
  const ports = { clock, journal: { lease, ...renewing(() => true) } } as unknown as Ports;
  const at = { namespace: "neo4j", name: "r", driver: "me", ...how };
  const acquiring = acquireLease(ports, at, over.signal, patience, () => Promise.resolve(false));
  taken.lease = await clock.settle(acquiring);
  const when = clock.monotonic();
  await taken.lease?.release();
  return { second: when / 1000, looks };
}

test("seen for the first time: after 15 seconds without a renewal", async () => {
  expect(await taken(undefined, () => "other 1")).toBe(16);
  expect(await taken(undefined, (now) => (now < 7_500 ? `other ${now}` : "other 1"))).toBe(24);
});

test("whoever looks less often takes it a little later, and asks less", async () => {
  expect(await takenBy({ lookEvery: 5_000 }, () => "other 1")).toEqual({ second: 20, looks: 6 });
});

test("known to be silent by rare looks: the last third is watched", async () => {
  expect(await taken("other 1", () => "other 1")).toBe(6);
});

test("an API server that does not answer is nobody's silence: after a stall it is counted anew", async () => {
  const stalled = (ms: number) => (now: number) => (now >= 8_000 && now < 8_000 + ms ? 8_000 + ms - now : 0);
  for (const [ms, second] of [
    [1_500, 15.5],
    [3_000, 27],
    [10_000, 34],
    [40_000, 64],
  ] as const)
    expect([ms, (await takenBy({ takes: stalled(ms) }, () => "other 1")).second]).toEqual([ms, second]);
});

test("one that renews while the taking is on its way keeps it", async () => {
  const renewsThen = (now: number): string =>
    now < 16_000 ? "other 1" : now < 90_000 ? `other ${now}` : "last";
  expect(await taken(undefined, renewsThen)).toBeGreaterThan(90);
});

test("known to be silent, and renewed since: as if seen for the first time", async () => {
  expect(await taken("other 1", () => "other 2")).toBe(16);
});

test("an answer that was long on its way does not make it ours for longer: others count from the server's write", async () => {
  const clock = new VirtualClock(() => undefined);
  const over = new AbortController();
  const at = { namespace: "neo4j", name: "r", driver: "me" };
  const until = (seconds: number): Promise<void> =>
    clock.wait(clock.now() + seconds * 1000 - clock.monotonic(), over.signal);
  let calls = 0;
  const lease: JournalPort["lease"] = () => Promise.resolve({ mine: true });
  const renewLease = async (): Promise<boolean> => {
    calls += 1;
    // The renewal of second 4 is answered in second 14; the next one never.
    await until(calls === 1 ? 14 : 100);
    return true;
  };
  const journal = { lease, ...renewing(() => true), renewLease };
  const ports = { clock, journal } as unknown as Ports;
  const held = await clock.settle(
    acquireLease(ports, at, over.signal, patience, () => Promise.resolve(false)),
  );
  const ours: boolean[] = [];
  await clock.settle(
    (async () => {
      for (const second of [18.5, 19.5]) {
        await until(second);
        ours.push(held?.mine() ?? false);
      }
    })(),
  );
  await clock.settle(held?.release() ?? Promise.resolve());
  expect(ours).toEqual([true, false]);
});

describe("the holder's own", () => {
  /** @param renews answers a renewal; what it throws is an API server out of reach. */
  async function held(renews: () => boolean, look: (lease: DriverLease, clock: Skewed) => Promise<void>) {
    const clock = new Skewed();
    const lease: JournalPort["lease"] = () => Promise.resolve({ mine: true });
    const ports = { clock, journal: { lease, ...renewing(renews) } } as unknown as Ports;
    const at = { namespace: "neo4j", name: "r", driver: "me" };
    const signal = new AbortController().signal;
    await clock.settle(
      (async () => {
        const taken = await acquireLease(ports, at, signal, patience, () => Promise.resolve(false));
        if (!taken) throw new Error("it was not taken");
        await look(taken, clock);
        await taken.release();
      })(),
    );
  }

  /** A machine that sleeps: one of its clocks stands still. */
  class Skewed extends VirtualClock {
    wall = 0;
    constructor() {
      super(() => undefined);
    }
    override now(): number {
      return super.now() + this.wall;
    }
    override wait(until: number, signal: AbortSignal): Promise<void> {
      return super.wait(until - this.wall, signal);
    }
  }

  const unreachable = (): never => {
    throw new RestoreFault("retry", "KubernetesUnreachable", "no answer");
  };

  test("is lost by the clock that did not stand still", async () => {
    await held(
      () => true,
      async (lease, clock) => {
        await clock.sleep(3_000);
        expect(lease.mine()).toBe(true);
        clock.wall += 3_600_000;
        expect([lease.mine(), await lease.lasts()]).toEqual([false, true]);
      },
    );
  });

  test("is lost after 15 seconds without an answer; nothing is begun in the last ten of them", async () => {
    await held(unreachable, async (lease, clock) => {
      const told: (readonly [number, boolean, boolean])[] = [];
      for (const second of [4, 6, 14, 16]) {
        await clock.sleep(second * 1000 - clock.monotonic());
        told.push([second, await lease.lasts(), lease.mine()]);
      }
      expect(told).toEqual([
        [4, true, true],
        [6, false, true],
        [14, false, true],
        [16, false, false],
      ]);
    });
  });

  test("is renewed for an act where too little of it is left", async () => {
    let answers = false;
    await held(
      () => (answers ? true : unreachable()),
      async (lease, clock) => {
        await clock.sleep(7_500);
        answers = true;
        expect([await lease.lasts(), lease.mine()]).toEqual([true, true]);
      },
    );
  });

  test("is lost for good where another one has it, or nobody", async () => {
    let there = true;
    await held(
      () => there,
      async (lease, clock) => {
        await clock.sleep(5_000);
        there = false;
        await clock.sleep(4_000);
        there = true;
        await clock.sleep(4_000);
        expect([lease.mine(), await lease.lasts(), lease.mine()]).toEqual([false, false, false]);
      },
    );
  });
});
