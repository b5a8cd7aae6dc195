/**
 * Which store serves after a way back is told by the server that writes to it, of its own copy, in two looks a second
 * apart; what others have heard, a follower that is behind and a stale copy that ends later decide nothing.
 */
import * as fc from "fast-check";
import type { DatabaseRow } from "../../../provider/plan/observation.js";
import { beginRun, type Facts, type RunState } from "../../../provider/workflow/state.js";
import type { Context, Move } from "../../../provider/workflow/step.js";
import { startStore } from "../../../provider/workflow/steps/start-store.js";
import type { Wanted } from "../../../provider/workflow/way-back-facts.js";

const atLeast = 100;
const pods = ["graph-0", "graph-1", "graph-2"] as const;
type Pod = (typeof pods)[number];

/** What a server tells of its own copy at one moment: its last transaction, and whether it writes. */
interface Told {
  readonly txn?: number;
  readonly writer?: true;
}
/** By pod; one that is not there does not answer. */
type Look = Partial<Record<Pod, Told>>;

const rowOf = (pod: Pod, { txn, writer }: Told, access: DatabaseRow["access"]): DatabaseRow => ({
  ...{ name: "orders", type: "standard", access, writer: writer === true, requestedStatus: "online" },
  ...{ currentStatus: "online", statusMessage: "", isDefault: false, role: "primary" },
  ...{ address: `${pod}.headless:7687`, serverId: pod },
  ...(txn === undefined ? {} : { lastCommittedTxn: txn }),
});

const begun: RunState = {
  ...beginRun({
    ...{ runId: "run0000001", name: "r", namespace: "shop", identity: "i", attempt: 1, generation: 1 },
    ...{ now: 0, remnants: [], carried: undefined },
  }),
  ...{ flow: "rollback", step: "GiveBack" },
};

interface Way {
  /** Milliseconds until it was judged; undefined where it is still waited for in the end. */
  readonly after: number | undefined;
  readonly end: "as before" | "another store" | "waits";
  readonly readOnly: boolean;
  /** When it was looked. */
  readonly looks: readonly number[];
}

/**
 * Looks every 150 ms, and judges.
 * @param looks by the time since the first one, in milliseconds
 * @param heard what the server that is asked tells of the others, where it differs
 */
function judged(servers: readonly Pod[], looks: (ms: number) => Look, heard: Look = {}): Way {
  const [pod] = pods;
  const target: NonNullable<Facts["target"]> = {
    ...{ kind: "Neo4jEnterpriseCluster", servers: servers.length, statefulSet: "graph", uids: [] },
    ...{ statefulSetUid: "s", pod, container: "neo4j", dataClaim: "d", adminSecret: "admin" },
    ...(servers.length > 1 ? { members: servers } : {}),
  };
  let state: RunState = { ...begun, facts: { target, strategy: "swap", existed: true } };
  let access: DatabaseRow["access"] = "read-write";
  const times = new Set<number>();
  const end = (now: number, way: Way["end"]): Way => ({
    looks: [...times],
    after: way === "waits" ? undefined : now,
    ...{ end: way, readOnly: access === "read-only" },
  });
  for (let now = 0; now < 30_000;) {
    const look = looks(now);
    times.add(now);
    const own = Object.fromEntries(
      servers.map((one) => [one, look[one] ? rowOf(one, look[one], access) : null]),
    );
    const databases = servers.map((one) => rowOf(one, { ...look[one], ...heard[one] }, access));
    const seen: Context["seen"] = {
      server: {
        ...{ reachable: true, version: "5.26.0", edition: "e", databases },
        servers: [],
        aliases: [],
      },
      ...(servers.length > 1 ? { members: own } : {}),
    };
    const move: Move | undefined = startStore({ state, request, seen, now }, wanted);
    if (!move) return end(now, "as before");
    if (move.kind === "fail") return end(now, "another store");
    if (move.kind === "wait") now += move.pollMs ?? 30_000;
    if (move.kind === "learn") state = { ...state, facts: { ...state.facts, ...move.facts } };
    if (move.kind === "perform" && move.effect.kind === "setAccess") {
      access = move.effect.access;
      state = { ...state, results: { ...state.results, [move.effect.key]: { ok: true, output: {} } } };
    }
  }
  return end(30_000, "waits");
}

const wanted: Wanted = {
  ...{ what: "the old database", requestedStatus: "online", access: "read-write", atLeast },
};
const request: Context["request"] = {
  ...{ name: "r", labels: {}, annotations: {} },
  spec: {
    ...{ clusterRef: "graph", databaseName: "orders", force: true },
    source: { type: "storage", storage: { type: "pvc", pvc: { name: "backups" } } },
  },
};

const w = (txn: number): Told => ({ txn, writer: true });
const f = (txn: number): Told => ({ txn });

test.each<readonly [what: string, looks: (ms: number) => Look, end: Way["end"]]>([
  ["all end where it did", () => ({ "graph-0": w(100), "graph-1": f(100), "graph-2": f(100) }), "as before"],
  ["a follower is behind", () => ({ "graph-0": w(100), "graph-1": f(3), "graph-2": f(90) }), "as before"],
  [
    "clients write already",
    (ms) => ({ "graph-0": w(100 + ms), "graph-1": f(100), "graph-2": f(100) }),
    "as before",
  ],
  [
    "the writer has another store, a stale member one that ends later",
    () => ({ "graph-0": w(40), "graph-1": f(40), "graph-2": f(4000) }),
    "another store",
  ],
  ["the writer does not answer", () => ({ "graph-1": f(100), "graph-2": f(100) }), "waits"],
  ["nobody writes", () => ({ "graph-0": f(100), "graph-1": f(100), "graph-2": f(100) }), "waits"],
  ["two say that they write", () => ({ "graph-0": w(100), "graph-1": w(100), "graph-2": f(100) }), "waits"],
  [
    "an election is under way: the first writer is not the last",
    (ms) =>
      ms < 500
        ? { "graph-0": w(100), "graph-1": f(40), "graph-2": f(40) }
        : { "graph-0": f(100), "graph-1": w(40), "graph-2": f(40) },
    "another store",
  ],
  [
    "the writer has yet to apply what it has",
    (ms) => ({ "graph-0": w(Math.min(100, 40 + ms / 100)), "graph-1": f(40), "graph-2": f(40) }),
    "as before",
  ],
  [
    "the writer tells it late",
    (ms) => ({ "graph-0": ms < 900 ? { writer: true } : w(100), "graph-1": f(1), "graph-2": f(1) }),
    "as before",
  ],
])("three servers: %s", (_what, looks, end) => {
  const way = judged(pods, looks);
  expect(way.end).toBe(end);
  expect(way.readOnly).toBe(end === "another store");
  if (way.after !== undefined) expect(way.after).toBeGreaterThanOrEqual(1000);
});

test("what the server that is asked has heard of the writer decides nothing", () => {
  const look: Look = { "graph-0": f(40), "graph-1": w(40), "graph-2": f(40) };
  expect(judged(pods, () => look, { "graph-1": { txn: 4000 } }).end).toBe("another store");
  const good: Look = { "graph-0": f(1), "graph-1": w(100), "graph-2": f(1) };
  expect(judged(pods, () => good, { "graph-1": { txn: 7 } }).end).toBe("as before");
});

test.each([
  [100, "as before", 0],
  [4000, "as before", 0],
  [99, "another store", 150],
] as const)("one server that ends with %s: %s", (txn, end, after) => {
  const way = judged(["graph-0"], () => ({ "graph-0": w(txn) }));
  expect(way).toMatchObject({ after, end, readOnly: end === "another store" });
});

test("whatever the members tell and when, it is the writer's word, twice and a second apart", () => {
  const told = fc.record({ writer: fc.constantFrom(...pods), txns: fc.tuple(number(), number(), number()) });
  fc.assert(
    fc.property(
      fc.array(told, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 200, max: 1500 }),
      (all, span) => {
        const at = (ms: number): Look => {
          const { writer, txns } = all[Math.min(Math.floor(ms / span), all.length - 1)] ?? {
            writer: pods[0],
            txns: [],
          };
          return Object.fromEntries(
            pods.map((pod, index) => [
              pod,
              { txn: txns[index] ?? 0, ...(pod === writer ? { writer: true } : {}) },
            ]),
          );
        };
        const way = judged(pods, at);
        const last = way.after ?? 0;
        expect(way.end).not.toBe("waits");
        const word = (ms: number): string => {
          const [pod, own] = Object.entries(at(ms)).find(([, { writer }]) => writer) ?? [];
          const txn = own?.txn ?? 0;
          return `${pod ?? ""} ${txn >= atLeast ? "enough" : txn}`;
        };
        expect(word(last).endsWith("enough")).toBe(way.end === "as before");
        const first = way.looks.findLast((ms) => ms <= last - 1000) ?? -1;
        expect(first).toBeGreaterThanOrEqual(0);
        expect(new Set(way.looks.filter((ms) => ms >= first).map(word))).toEqual(new Set([word(last)]));
      },
    ),
    { numRuns: 300 },
  );
});

function number(): fc.Arbitrary<number> {
  return fc.constantFrom(1, 40, 99, 100, 101, 4000);
}
