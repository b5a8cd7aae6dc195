/** The operator's queue against any order of calls: nothing lost, nothing in two hands, failures pause and grow. */
import fc from "fast-check";
import { KeyedQueue, pauseAfter } from "../../../provider/faces/operator/queue.js";

type Step =
  | { readonly do: "add" | "finish" | "fail" | "forget"; readonly key: string }
  | { readonly do: "take" }
  | { readonly do: "pass"; readonly ms: number };

const key = fc.constantFrom("a", "b", "c");
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom("add", "finish", "fail", "forget"), key }),
  fc.record({ do: fc.constant("take" as const) }),
  fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 600_000 }) }),
);

test("whatever happens: a key is in one hand, and what was added after a look began is looked at again", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new KeyedQueue();
      const inHand = new Set<string>();
      const owed = new Set<string>();
      let now = 0;
      for (const one of steps) {
        switch (one.do) {
          case "add":
            queue.add(one.key);
            owed.add(one.key);
            break;
          case "pass":
            now += one.ms;
            break;
          case "take": {
            const taken = queue.take(now);
            if (taken === undefined) break;
            expect(inHand.has(taken)).toBe(false);
            inHand.add(taken);
            owed.delete(taken);
            break;
          }
          // As the controller does it: while it looks, and finds that there is nothing any more.
          case "forget":
            if (inHand.has(one.key)) queue.forget(one.key);
            break;
          default:
            if (!inHand.delete(one.key)) break;
            queue.finish(one.key, one.do === "fail" ? "failed" : "done", now);
            if (one.do === "fail") owed.add(one.key);
        }
      }
      for (const held of inHand) queue.finish(held, "done", now);
      now += pauseAfter(99);
      for (let taken = queue.take(now); taken !== undefined; taken = queue.take(now)) owed.delete(taken);
      expect([...owed]).toEqual([]);
      expect(queue.depth).toBe(0);
    }),
    { numRuns: 5_000 },
  );
});

test("failures in a row wait longer each time, up to five minutes; a success ends that", () => {
  const queue = new KeyedQueue();
  const pauses = [1, 2, 3].map(() => {
    queue.add("a");
    queue.take(0);
    queue.finish("a", "failed", 0);
    const at = queue.nextAt();
    queue.take(Infinity);
    queue.finish("a", "failed", 0);
    queue.forget("a");
    return at;
  });
  expect(pauses).toEqual([1000, 1000, 1000]);
  expect([1, 2, 3, 20].map(pauseAfter)).toEqual([1000, 2000, 4000, 300_000]);
});

test("what is for later comes when its time has come, the earliest of several", () => {
  const queue = new KeyedQueue();
  queue.addAt("a", 500);
  queue.addAt("a", 200);
  expect(queue.nextAt()).toBe(200);
  expect(queue.take(199)).toBeUndefined();
  expect(queue.take(200)).toBe("a");
  expect(queue.nextAt()).toBeUndefined();
});
