/**
 * Whatever fails, dies or dawdles, and in whatever order: a restore ends with the new data serving, with the old
 * data serving, or as Failed with the commands that give the old data back. Never empty, never nothing.
 */
import * as fc from "fast-check";
import type { RunReport } from "../../provider/runtime/engine.js";
import { Verdict } from "./expectations.js";
import { drive, requestOf, running } from "./story.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

/** What `npm run simulate` asks for; it says how long. */
const asked = process.env["SIMULATION"];

jest.setTimeout(asked === undefined ? 600_000 : 2 ** 31 - 1);

interface Tale {
  readonly stopCluster: boolean;
  readonly existing: boolean;
  readonly seed: readonly Mishap[];
  /** Effects after which one process after the other dies. */
  readonly deaths: readonly number[];
}

type Mishap =
  | {
      readonly kind: "call";
      readonly call: string;
      readonly when: "before" | "after";
      readonly after: number;
      readonly times: number;
    }
  | { readonly kind: "slow"; readonly call: string; readonly after: number; readonly ms: number }
  | { readonly kind: "pod"; readonly second: number }
  | { readonly kind: "job"; readonly role: string; readonly how: "fails" | "killed" | "vanishes" | "blocked" }
  | { readonly kind: "database"; readonly how: "refuses" | "shifted" }
  | { readonly kind: "deaf"; readonly from: number; readonly seconds: number };

const calls = [
  ...[
    "hold",
    "releaseHold",
    "saveReturnState",
    "protectClaims",
    "scale",
    "create",
    "deleteJob",
    "exec",
    "target",
    "job",
  ].map((name) => `kubernetes.${name}`),
  ...["server", "stop", "start", "create", "setAccess"].map((name) => `neo4j.${name}`),
  ...["load", "save", "lease", "ledger", "writeLedger"].map((name) => `journal.${name}`),
];

const call = fc.constantFrom(...calls);
const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  fc.record({
    kind: fc.constant("call" as const),
    call,
    when: fc.constantFrom("before" as const, "after" as const),
    after: fc.nat(12),
    times: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({
    kind: fc.constant("slow" as const),
    call,
    after: fc.nat(12),
    ms: fc.integer({ min: 100, max: 60_000 }),
  }),
  fc.record({ kind: fc.constant("pod" as const), second: fc.nat(90) }),
  fc.record({
    kind: fc.constant("job" as const),
    role: fc.constantFrom("restore", "rehearsal", "volume"),
    how: fc.constantFrom("fails" as const, "killed" as const, "vanishes" as const, "blocked" as const),
  }),
  fc.record({
    kind: fc.constant("database" as const),
    how: fc.constantFrom("refuses" as const, "shifted" as const),
  }),
  fc.record({ kind: fc.constant("deaf" as const), from: fc.nat(90), seconds: fc.nat(600) }),
);

const tale: fc.Arbitrary<Tale> = fc.record({
  stopCluster: fc.boolean(),
  existing: fc.boolean(),
  seed: fc.array(mishap, { maxLength: 4 }),
  deaths: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 3 }),
});

it("ends with the new data, the old data, or the commands", async () => {
  await fc.assert(
    fc.asyncProperty(tale, async (told) => {
      await tell(told);
    }),
    asked === undefined
      ? { numRuns: 150 }
      : { ...(JSON.parse(asked) as fc.Parameters<[Tale]>), numRuns: 2 ** 31 - 1 },
  );
});

async function tell(told: Tale): Promise<void> {
  const world = await createWorld({ existing: told.existing });
  for (const one of told.seed) befall(world, one);
  const work = running(requestOf({ stopCluster: told.stopCluster }));
  let report: RunReport | undefined;
  for (const crashAfter of [...told.deaths, undefined]) {
    const end = await drive(world, work, { crashAfter }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${world.ledger.toString()}`, { cause: error });
    });
    report = end.report;
    if (report) break;
  }
  await world.clock.pass(15 * 60_000);
  judge(world, told, report);
}

function judge(world: World, told: Tale, report: RunReport | undefined): void {
  const verdict = new Verdict(world, report);
  const now = world.serving();
  const failure = report?.failure;
  if (!failure) {
    verdict.same("what serves", now?.origin, "backup").same("the access mode", now?.access, "read-write");
  } else if (failure.reason === "RollbackIncomplete") {
    verdict.that(/neo4j-restore resume/.test(failure.message), "no command is named");
  } else if (failure.hints.some((hint) => hint.startsWith("neo4j-restore undo"))) {
    // Past the point of no return with a database that does not serve: the user decides.
    const data = world.claims.volume("neo4j-data-solo-0");
    verdict.that(data?.holds("old") === true, "there is nothing to undo to");
  } else if (now?.origin === "backup") {
    verdict.same("the access mode", now.access, "read-write");
  } else {
    verdict.same("what serves", now?.origin, told.existing ? "old" : undefined);
    if (told.existing) verdict.same("the access mode", now?.access, "read-write");
  }
  if (failure?.reason !== "RollbackIncomplete") {
    verdict
      .same("the hold", world.target().hold, undefined)
      .same("replicas", world.target().replicas, 1)
      .same("protected claims", world.claims.anyProtected(), false)
      .same("unfinished Jobs", world.jobs.unfinished(), []);
  }
  verdict.done();
}

function befall(world: World, one: Mishap): void {
  switch (one.kind) {
    case "call":
      world.faults.add({ call: one.call, when: one.when, after: one.after, times: one.times });
      return;
    case "slow":
      world.faults.delay({ call: one.call, after: one.after, ms: one.ms });
      return;
    case "pod":
      world.clock.after(one.second * 1_000, () => world.target().crashPod(0));
      return;
    case "job": {
      const how = {
        fails: { failAt: { stage: "restore", code: 1, line: "it broke" } },
        killed: { killedAfterMs: 700 },
        vanishes: { vanishesAfterMs: 900 },
        blocked: { blocker: "exceeded quota" },
      } as const;
      world.jobBehaviour = { ...world.jobBehaviour, [one.role]: how[one.how] };
      return;
    }
    case "database":
      world.misbehaviour = (_name, store) =>
        store?.origin === "backup"
          ? one.how === "refuses"
            ? { refusesStart: "broken" }
            : { txnShift: -3 }
          : {};
      return;
    case "deaf":
      world.clock.after(one.from * 1_000, () => (world.deaf = true));
      world.clock.after((one.from + one.seconds) * 1_000, () => (world.deaf = false));
      return;
  }
}
