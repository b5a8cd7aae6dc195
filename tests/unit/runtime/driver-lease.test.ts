/** A Lease is taken from a driver that was silent for 15 seconds, by whoever has seen that, and from no other. */
import { acquireLease, type DriverLease } from "../../../provider/runtime/driver-lease.js";
import type { JournalPort, Ports } from "../../../provider/workflow/ports.js";
import { VirtualClock } from "../../simulation/world/virtual-clock.js";

const patience = { giveUp: () => false, outlasts: () => false };

interface Taken {
  readonly second: number;
  readonly looks: number;
}

/** @param sign what the holder's Lease says at an instant of the monotonic clock. */
async function taken(gone: string | undefined, sign: (now: number) => string): Promise<number> {
  return (await takenBy({ gone }, sign)).second;
}

async function takenBy(
  how: { readonly gone?: string | undefined; readonly lookEvery?: number },
  sign: (now: number) => string,
): Promise<Taken> {
  const clock = new VirtualClock(() => undefined);
  const over = new AbortController();
  const taken: { lease?: DriverLease | undefined } = {};
  let looks = 0;
  const lease: JournalPort["lease"] = (_namespace, _name, _driver, takeOver) => {
    looks += 1;
    return Promise.resolve(
      takeOver || taken.lease
        ? { mine: true }
        : { mine: false, holder: "other", renewed: sign(clock.monotonic()) },
    );
  };
  const ports = { clock, journal: { lease, releaseLease: () => Promise.resolve() } } as unknown as Ports;
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

test("known to be silent: at once", async () => {
  expect(await taken("other 1", () => "other 1")).toBe(0);
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
  const lease: JournalPort["lease"] = async () => {
    calls += 1;
    // The renewal of second 4 is answered in second 14; the next one never.
    if (calls === 2) await until(14);
    if (calls > 2) await until(100);
    return { mine: true };
  };
  const ports = { clock, journal: { lease, releaseLease: () => Promise.resolve() } } as unknown as Ports;
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
