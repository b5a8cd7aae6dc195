/**
 * A run as its journal takes it, and back: what must be given back lies elsewhere and comes back whole, or is told to be
 * lost; a journal that still has it in its state is read as it stands.
 */
import fc from "fast-check";
import { most } from "../../../provider/plan/bounds.js";
import { pack, unpack } from "../../../provider/runtime/kept-pack.js";
import { wholeState } from "../../../provider/runtime/kept-again.js";
import { readState, recordOf } from "../../../provider/runtime/records.js";
import type { RestoreRequest } from "../../../provider/spec/request.js";
import type { JournalPort } from "../../../provider/workflow/ports.js";
import { beginRun, type Facts, type RunState } from "../../../provider/workflow/state.js";

const now = Date.parse("2026-03-01T10:00:00Z");
const at = { namespace: "n", name: "r" };
const request = { name: "r", spec: {} } as unknown as RestoreRequest;

const begun = beginRun({
  ...{ runId: "run0000001", identity: "i", attempt: 1, generation: 1, now, ...at },
  ...{ remnants: [], carried: undefined },
});
const stateWith = (facts: Facts): RunState => ({ ...begun, lockedAt: now, facts });
const asked = (state: RunState) => recordOf({ state, status: undefined, request, owner: "o" }, now);

const facts: fc.Arbitrary<Facts> = fc.record(
  {
    lostTxn: fc.nat(),
    returnState: fc.record({
      ...{ runId: fc.string(), database: fc.string(), replicas: fc.nat(9), existed: fc.boolean() },
      access: fc.constantFrom("read-only", "read-write"),
      requestedStatus: fc.constantFrom("online", "offline"),
    }),
    consent: fc.record({ databaseId: fc.string(), creationTime: fc.string() }),
    attachments: fc.record({
      options: fc.dictionary(fc.string(), fc.string()),
      aliases: fc.array(fc.record({ name: fc.string({ unit: "binary" }), plain: fc.boolean() })),
      privileges: fc.array(fc.string({ unit: "binary" })),
    }),
  },
  { requiredKeys: [] },
);

/** Secrets that hold what was written last. */
const journal = (content: string | undefined): { readonly journal: JournalPort } => ({
  journal: { kept: () => Promise.resolve(content) } as unknown as JournalPort,
});

test("what was written comes back, and nothing of what must be given back stands in the state", async () => {
  await fc.assert(
    fc.asyncProperty(facts, async (some) => {
      const state = stateWith(some);
      const { state: text, kept } = asked(state);
      const shown = Object.keys(readState(text).facts);
      expect(shown.filter((key) => key !== "lostTxn")).toEqual([]);
      expect(await wholeState(journal(kept?.content), at, { state: text })).toEqual({
        state: JSON.parse(JSON.stringify(state)) as RunState,
      });
    }),
  );
});

test("one that is gone, cut or another one is told to be lost, and stays referred to", async () => {
  const state = stateWith({ consent: { databaseId: "primary" } });
  const { state: text, kept } = asked(state);
  const another = asked(stateWith({ consent: { databaseId: "another" } })).kept;
  for (const content of [undefined, "", kept?.content.slice(0, 9), "x".repeat(99), another?.content]) {
    const found = await wholeState(journal(content), at, { state: text });
    expect(found.lost).toMatchObject({ digest: kept?.digest, pieces: 1 });
    const again = recordOf({ ...found, status: undefined, request, owner: "o" }, now);
    expect(again.state).toBe(text);
    expect(again.kept).toBeUndefined();
  }
});

test("a journal of before has it in its state, and moves it out at the next save", async () => {
  const state = stateWith({ consent: { databaseId: "primary" }, lostTxn: 7 });
  const found = await wholeState(journal(undefined), at, { state: JSON.stringify(state) });
  expect(found).toEqual({ state });
  expect(asked(found.state).state).not.toContain("primary");
});

test("what unpacks to more than anything that we pack is not believed", () => {
  const bomb = pack({
    attachments: { options: {}, aliases: [], privileges: ["x".repeat(most.attachments * 2)] },
  });
  expect(bomb && unpack(bomb.content, bomb.digest)).toBeUndefined();
});

test("a run that needs too much by itself is refused while nothing is touched, and goes on where something is", () => {
  const artifact = "a".repeat(most.journal - 30_000);
  const state = { ...stateWith({ artifact }), lockedAt: undefined } as unknown as RunState;
  expect(() => asked(state)).toThrow(/takes at most/);
  expect(() => asked(stateWith({ artifact: artifact.slice(0, 120_000) }))).not.toThrow();
});
