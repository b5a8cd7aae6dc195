/**
 * Whatever answers take, and whichever are lost: a driver counts its Lease as its own no longer than those who wait for
 * it to fall silent, and whoever watches never counts more silence than there was.
 */
import fc from "fast-check";
import { acquireLease } from "../../../provider/runtime/driver-lease.js";
import { createFreshness } from "../../../provider/runtime/freshness.js";
import { leaseFor } from "../../../provider/runtime/lease-time.js";
import { isGone, type Sign, watched } from "../../../provider/runtime/silence.js";
import { RestoreFault } from "../../../provider/workflow/faults.js";
import { limits } from "../../../provider/workflow/limits.js";
import type { JournalPort, Ports } from "../../../provider/workflow/ports.js";
import { beginning, VirtualClock } from "../../simulation/world/virtual-clock.js";

jest.setTimeout(60_000);

/** How a call goes: so long on its way there and back, and whether it arrives, and its answer comes. */
const call = fc.record({
  there: fc.constantFrom(0, 1, 900, 4_000, 9_000, 15_000),
  back: fc.constantFrom(0, 1, 900, 4_000, 9_000, 15_000),
  end: fc.constantFrom("answered", "lost", "never arrives", "never arrives"),
});

const patience = { giveUp: () => false, outlasts: () => false };

test("a driver counts its Lease as its own no longer than others do", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 12 }), async (calls) => {
      const clock = new VirtualClock(() => undefined);
      /** As the server has it: whoever waits counts from there. */
      const written = { at: 0, lasts: 0 };
      let made = 0;
      const write = async (lasts: number, mayFail: boolean): Promise<void> => {
        const { there, back, end } = calls[made++ % calls.length] ?? { there: 0, back: 0, end: "answered" };
        await clock.sleep(there);
        if (!mayFail || end !== "never arrives") Object.assign(written, { at: clock.monotonic(), lasts });
        await clock.sleep(back);
        if (mayFail && end !== "answered")
          throw new RestoreFault("retry", "KubernetesUnreachable", "no answer");
      };
      const lease: JournalPort["lease"] = async (_namespace, _name, _driver, _silent, lasts) => {
        await write(lasts, false);
        return { mine: true };
      };
      const renewLease: JournalPort["renewLease"] = async (_namespace, _name, _driver, lasts) => {
        await write(lasts, true);
        return true;
      };
      const journal = { lease, renewLease, releaseLease: () => Promise.resolve() };
      const ports = { clock, journal } as unknown as Ports;
      const signal = new AbortController().signal;
      const wrong: number[] = [];
      await clock.settle(
        (async () => {
          const at = { namespace: "neo4j", name: "r", driver: "me" };
          const held = await acquireLease(ports, at, signal, patience, () => Promise.resolve(false));
          for (let look = 0; look < 80; look += 1) {
            await clock.sleep(1_000);
            if (look % 7 === 0) await held?.lasts();
            if (held?.mine() === true && clock.monotonic() >= written.at + written.lasts)
              wrong.push(clock.monotonic());
          }
          await held?.release();
        })(),
      );
      expect(wrong).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("enough is left for an act once the answer is there, whatever an answer takes", () => {
  for (let took = 0; took <= 30_000; took += 10) {
    const lasts = leaseFor(took);
    expect(lasts % 1000).toBe(0);
    expect(lasts - took).toBeGreaterThanOrEqual(limits.act);
    // With the pause between two renewals, and the next one.
    expect(lasts).toBeGreaterThan(2 * took + 4_000);
  }
});

test("who watches counts no more silence than there was", () => {
  const looks = fc.array(
    fc.record({
      pause: fc.constantFrom(0, 1_000, 5_000, 60_000),
      took: fc.constantFrom(1, 1_500, 8_000, 40_000),
      reads: fc.double({ min: 0, max: 1, noNaN: true }),
      renews: fc.boolean(),
    }),
    { minLength: 1, maxLength: 30 },
  );
  fc.assert(
    fc.property(looks, (all) => {
      const instant = (now: number) => ({ wall: beginning + now, steady: now });
      let now = 0;
      let renewedAt = -1;
      let sign: Sign | undefined;
      for (const { pause, took, reads, renews } of all) {
        const asked = now + pause;
        // Somewhere between the looks, or right before this one is read.
        if (renews) renewedAt = asked + took * reads;
        now = asked + took;
        const look = { renewed: String(renewedAt), asked: instant(asked), answered: instant(now) };
        sign = watched(sign, look, 4_000);
        expect(sign.silent).toBeLessThanOrEqual(now - renewedAt);
        if (isGone(sign)) expect(now - renewedAt).toBeGreaterThan(limits.lease);
      }
    }),
  );
});

test("one turn that took long is no measure: what was seen before it is looked at again", () => {
  const { isFresh } = createFreshness();
  expect([20, 4_900, 3_600_000, 30, 6_000].map((age) => isFresh(age))).toEqual([
    ...[true, true, false, true, false],
  ]);
});

test("turns that all take long are as fresh as they get, within a bound", () => {
  const { isFresh } = createFreshness();
  expect([40_000, 40_000, 79_000, 119_000, 121_000].map((age) => isFresh(age))).toEqual([
    ...[false, true, true, true, false],
  ]);
});
