/** What a ledger keeps and forgets, whatever is written into it and how often. */
import * as fc from "fast-check";
import {
  bounds,
  changed,
  emptyLedger,
  ofInstance,
  overdue,
  type Ledger,
  type LedgerChange,
  type LedgerEntry,
  type StoreAside,
} from "../../../provider/plan/ledger.js";

const entryOf = (runId: string, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...{ runId, restore: "r", identity: `id-${runId}`, completedAt: "2026-01-01T00:00:00Z", uids: ["u"] },
  ...more,
});
const asideOf = (runId: string, more: Partial<StoreAside> = {}): StoreAside => ({
  ...{ runId, restore: "r", pod: "graph-0", claim: "data-graph-0", path: `/data/.neo4j-restore/${runId}` },
  ...more,
});

const runId = fc.integer({ min: 0, max: 200 }).map((n) => `run${n}`);
const anyText = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.integer({ min: 0, max: 20_000 }).map((n) => "é".repeat(n)),
);
const change: fc.Arbitrary<LedgerChange> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("restored" as const),
      entry: fc
        .tuple(runId, anyText, fc.array(fc.uuid(), { maxLength: 300 }))
        .map(([run, artifact, uids]) => entryOf(run, { artifact, uids })),
    }),
  },
  fc.record({ kind: fc.constant("begun" as const), entry: runId.map((run) => entryOf(run)) }),
  fc.record({ kind: fc.constant("notRestored" as const), runId }),
  fc.record({ kind: fc.constant("undone" as const), runId, at: fc.constant("2026-01-02T00:00:00Z") }),
  fc.record({
    kind: fc.constantFrom("aside" as const, "found" as const),
    store: fc
      .tuple(runId, fc.option(fc.nat(), { nil: undefined }))
      .map(([run, bytes]) => asideOf(run, bytes === undefined ? {} : { bytes })),
  }),
  fc.record({ kind: fc.constant("removed" as const), runId }),
);
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

test("it fits, knows the latest fifty restores, and forgets no store that was not removed", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 150 }), (changes) => {
      const ledger = changes.reduce<Ledger>(changed, emptyLedger);
      expect(bytesOf(ledger)).toBeLessThanOrEqual(bounds.bytes);
      for (const entry of ledger.restores) expect(bytesOf(entry)).toBeLessThanOrEqual(bounds.entryBytes);
      // The model: in order of first writing, the latest fifty.
      let runs: readonly { readonly run: string; readonly begun: boolean }[] = [];
      const aside = new Set<string>();
      for (const one of changes) {
        if (one.kind === "restored" || one.kind === "begun") {
          const run = one.entry.runId;
          const opened = { run, begun: false };
          if (!runs.some((other) => other.run === run))
            runs = [...runs, { run, begun: one.kind === "begun" }];
          else if (one.kind === "restored") runs = runs.map((other) => (other.run === run ? opened : other));
        }
        if (one.kind === "notRestored") runs = runs.filter(({ run, begun }) => run !== one.runId || !begun);
        if (one.kind === "aside" || one.kind === "found") aside.add(one.store.runId);
        if (one.kind === "removed") aside.delete(one.runId);
        runs = runs.slice(-bounds.restores);
      }
      expect(ledger.restores.map((entry) => ({ run: entry.runId, begun: entry.begun === true }))).toEqual(
        runs,
      );
      expect(new Set(ledger.aside.map((store) => store.runId))).toEqual(aside);
    }),
    { numRuns: 100 },
  );
});

test("what is found changes nothing that is known", () => {
  const timed = asideOf("run1", { keptUntil: "2026-01-02T00:00:00Z" });
  const ledger = changed(emptyLedger, { kind: "aside", store: timed });
  expect(changed(ledger, { kind: "found", store: asideOf("run1") })).toBe(ledger);
  expect(changed(ledger, { kind: "found", store: asideOf("run2") }).aside).toEqual([timed, asideOf("run2")]);
});

test("a change that is applied again changes nothing", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), change, (before, one) => {
      const once = changed(before.reduce<Ledger>(changed, emptyLedger), one);
      expect(changed(once, one)).toEqual(once);
    }),
  );
});

test("an undo is noted once, on its own run", () => {
  const ledger: Ledger = { ...emptyLedger, restores: [entryOf("a"), entryOf("b")] };
  const noted = changed(ledger, { kind: "undone", runId: "a", at: "first" });
  expect(changed(noted, { kind: "undone", runId: "a", at: "second" }).restores).toEqual([
    entryOf("a", { undoneAt: "first" }),
    entryOf("b"),
  ]);
});

test.each<
  readonly [
    title: string,
    uids: readonly (readonly string[])[],
    now: readonly string[],
    own: readonly number[],
  ]
>([
  ["the same resource and claim", [["t1", "c1"]], ["t1", "c1"], [0]],
  [
    "a resource made anew over its claims, then claims made anew by its set",
    [
      ["t1", "c1"],
      ["t2", "c1"],
    ],
    ["t2", "c2"],
    [0, 1],
  ],
  ["all made anew", [["t1", "c1"]], ["t2", "c2"], []],
  [
    "all made anew, and restored into since",
    [
      ["t1", "c1"],
      ["t2", "c2"],
    ],
    ["t2", "c2"],
    [1],
  ],
  ["an entry that knew no uids", [[]], ["t2"], [0]],
])("what belongs to this instance: %s", (_title, uids, now, own) => {
  const restores = uids.map((one, index) => entryOf(String(index), { uids: one }));
  expect(ofInstance({ restores, aside: [] }, now)).toEqual(own.map((index) => restores[index]));
});

test("overdue is what has a time that is over, and nothing else", () => {
  const now = Date.parse("2026-01-01T12:00:00Z");
  const stores = ["2026-01-01T11:00:00Z", "2026-01-01T12:00:00Z", "2026-01-01T12:00:01Z"].map(
    (keptUntil, index) => asideOf(String(index), { keptUntil }),
  );
  const ledger: Ledger = { restores: [], aside: [...stores, asideOf("without a time")] };
  expect(overdue(ledger, now)).toEqual(stores.slice(0, 2));
});
