/**
 * A journal can always be written: whatever others said, and however much of it, state and status fit into its bound,
 * and all that a resume needs is as it was.
 */
import fc from "fast-check";
import { most, sizeOf } from "../../../provider/plan/bounds.js";
import { readState } from "../../../provider/runtime/records.js";
import type { Fault } from "../../../provider/workflow/faults.js";
import { journaled, sheddings } from "../../../provider/workflow/shedding.js";
import { beginRun, type Facts, type RunState, type StepRecord } from "../../../provider/workflow/state.js";

const now = Date.parse("2026-03-01T10:00:00Z");

/** Up to hundreds of kilobytes, of characters that take one byte and up to six as JSON. */
const words = fc
  .tuple(
    fc.constantFrom("e", "ü", "\u0000", '"', "🧊 at org.neo4j.Kernel\n"),
    fc.oneof(fc.nat(40), fc.nat(4_000), fc.nat(60_000), fc.constant(300_000)),
  )
  .map(([one, size]) => one.repeat(Math.ceil(size / one.length)));
const lines = fc.array(words, { maxLength: 6 });

const fault: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constantFrom("terminal", "retry", "waiting", "outcomeUnknown"),
  reason: fc.constantFrom("BringUpFailed", "JobFailed", "HookOutcomeUnknown"),
  message: words,
  evidence: fc.record({ exitCode: fc.nat(255), endReason: words, lastLines: lines, text: words }),
});

const results: fc.Arbitrary<RunState["results"]> = fc.dictionary(
  fc.constantFrom("stop", "inspect", "statement-0", "try-out"),
  fc.oneof(
    fault.map((one) => ({ ok: false as const, fault: one })),
    fc.record({ ok: fc.constant(true as const), output: fc.dictionary(fc.constant("Job r-restore"), words) }),
    fc.record({ ok: fc.constant(true as const), output: fc.constant({ stdout: "previous_kb=7" }) }),
  ),
);

const step: fc.Arbitrary<StepRecord> = fc.record({
  name: fc.constantFrom("Resolve", "Lock", "Rehearse", "Restore", "TakeOffline", "BringUp", "Prove", "Clean"),
  startedAt: fc.constant(now),
  endedAt: fc.constant(now + 1),
  attempt: fc.integer({ min: 1, max: 3 }),
  message: words,
});

const target = (servers: number): NonNullable<Facts["target"]> => ({
  ...{ kind: servers > 1 ? "Neo4jEnterpriseCluster" : "Neo4jEnterpriseStandalone", servers },
  ...{ statefulSet: "s", statefulSetUid: "u", uids: ["a", "b"], pod: "s-0", container: "neo4j" },
  ...{ dataClaim: "d", adminSecret: "a" },
  ...(servers > 1 ? { members: ["s-0", "s-1", "s-2"], serverId: "id" } : {}),
});

/** Needed by whoever goes on, and as large as the entrances let it be. */
const facts = (servers: number): Facts => ({
  ...{ target: target(servers), strategy: servers > 1 ? "designatedSeeder" : "swap", existed: true },
  ...{ lostTxn: 90_412, swapped: true, dropped: servers > 1, artifact: "/backup/".padEnd(1_000, "a") },
  returnState: {
    ...{ runId: "run0000001", replicas: servers, database: "orders", existed: true },
    ...{ access: "read-write", requestedStatus: "online" },
  },
  ...{ superseded: ["run0000000"], remnants: ["run000000a"], jobCreated: true, scaledDown: false },
});

const state = (servers: number): fc.Arbitrary<RunState> =>
  fc
    .record({
      results,
      carried: fc.option(fc.record({ step: fc.constant("PreHooks" as const), results }), { nil: undefined }),
      steps: fc.oneof(
        fc.array(step, { minLength: 1, maxLength: 6 }),
        // Taken up again and again.
        fc.nat(3_000).map((n) => Array.from({ length: n + 1 }, (_, i) => pastStep(i))),
      ),
      fault: fc.option(fault, { nil: undefined }),
      retried: fc.option(fault, { nil: undefined }),
      waiting: fc.option(words, { nil: undefined }),
      outcome: fc.option(words, { nil: undefined }),
      notes: lines,
    })
    .map((some) => stateOf(servers, some));

const pastStep = (index: number): StepRecord => ({
  name: (["Lock", "Rehearse", "Restore", "TakeOffline"] as const)[index % 4] ?? "Lock",
  ...{ startedAt: now + index, endedAt: now + index, attempt: 1 + Math.floor(index / 4) },
});

function stateOf(
  servers: number,
  some: {
    readonly results: RunState["results"];
    readonly carried: RunState["carried"];
    readonly steps: readonly StepRecord[];
    readonly fault: Fault | undefined;
    readonly retried: Fault | undefined;
    readonly waiting: string | undefined;
    readonly outcome: string | undefined;
    readonly notes: readonly string[];
  },
): RunState {
  const begun = beginRun({
    ...{ runId: "run0000001", name: "r", namespace: "n", identity: "i", attempt: 1, generation: 7, now },
    ...{ superseded: [], remnants: [], carried: some.carried },
  });
  return {
    ...begun,
    ...{ lockedAt: now, offlineAt: now, deadline: now, step: "Prove", facts: facts(servers) },
    ...{ results: some.results, steps: some.steps, notes: some.notes, errorCount: 3 },
    ...(some.fault ? { fault: some.fault } : {}),
    ...(some.retried
      ? { retry: { key: "look", count: 4, since: now, until: now + 9, fault: some.retried } }
      : {}),
    ...(some.waiting === undefined
      ? {}
      : { waiting: { reason: "BringUpFailed", message: some.waiting, since: now, percent: 7 } }),
    ...(some.outcome === undefined
      ? {}
      : { standing: "ended", outcome: { phase: "Failed", reason: "JobFailed", message: some.outcome } }),
  };
}

/** All that decisions rest on: the state without what people are told. */
function needed(run: RunState): unknown {
  const kept = ({ kind, reason, evidence }: Fault): unknown => [kind, reason, evidence?.exitCode];
  const ofResults = (all: RunState["results"]): unknown =>
    Object.entries(all).map(([key, one]) =>
      one.ok
        ? [key, Object.keys(one.output), one.output["stdout"], one.output["value"]]
        : [key, kept(one.fault)],
    );
  const { notes: _notes, steps, fault: why, retry, waiting, outcome, carried, results: own, ...rest } = run;
  const entered = [...new Set(steps.map(({ name }) => name))].sort();
  const last = steps.at(-1);
  const rehearsed = steps.some(
    ({ name, attempt, endedAt }) => name === "Rehearse" && attempt === last?.attempt && endedAt !== undefined,
  );
  return {
    ...rest,
    results: ofResults(own),
    carried: carried && { step: carried.step, results: ofResults(carried.results) },
    fault: why && kept(why),
    retry: retry && { ...retry, fault: kept(retry.fault) },
    waiting: waiting && { ...waiting, message: "" },
    outcome: outcome && { ...outcome, message: "" },
    steps: { entered, last: last && [last.name, last.startedAt, last.endedAt, last.attempt], rehearsed },
  };
}

test.each([1, 3])("%s server(s): it fits, and what a resume needs is unchanged", (servers) => {
  fc.assert(
    fc.property(state(servers), (run) => {
      const written = journaled(run, now, undefined, most.journal);
      expect(written.size).toBe(sizeOf(written.state) + sizeOf(written.status));
      expect(written.size).toBeLessThanOrEqual(most.journal);
      expect(needed(readState(written.state))).toEqual(needed(run));
    }),
    { numRuns: 25 },
  );
});

test("what fits is written whole", () => {
  fc.assert(
    fc.property(state(1), (run) => {
      const { state: text, size } = journaled(run, now, undefined, Infinity);
      expect(text).toBe(JSON.stringify(run));
      expect(journaled(run, now, undefined, size).state).toBe(text);
    }),
    { numRuns: 5 },
  );
});

test("it sheds in the order of the table: log lines before texts, those before notes, steps and sentences", () => {
  const long = "e".repeat(100_000);
  const evidence = { lastLines: ["l".repeat(1000)], text: "t".repeat(1000) };
  const whole = stateOf(1, {
    ...{ results: {}, carried: undefined, retried: undefined, waiting: undefined, outcome: undefined },
    ...{ steps: [pastStep(0)], notes: ["note"] },
    fault: { kind: "terminal", reason: "JobFailed", message: "it failed", evidence },
  });
  const logs = {
    ...whole,
    fault: { ...whole.fault, evidence: { ...evidence, lastLines: [long, long, long] } },
  };
  const left = JSON.parse(journaled(logs as RunState, now, undefined, most.journal).state) as RunState;
  expect(left.fault?.evidence?.text).toBe(evidence.text);
  expect(left.fault?.evidence?.lastLines?.every((line) => sizeOf(line) <= 500)).toBe(true);
  const texts = { ...whole, fault: { ...whole.fault, evidence: { lastLines: [], text: long.repeat(4) } } };
  const then = JSON.parse(journaled(texts as RunState, now, undefined, most.journal).state) as RunState;
  expect(then.fault?.evidence?.text).toContain("cut: 400000 bytes");
  expect(then.notes).toEqual(["note"]);
  expect(sheddings.map(({ what }) => what.split(" ").slice(0, 2).join(" "))).toEqual([
    ...["log lines", "texts of", "log lines", "texts of", "notes but", "notes", "what finished"],
    ...["finished steps", "our own", "our own", "our own"],
  ]);
});
