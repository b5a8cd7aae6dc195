/**
 * What goes wrong on a cluster. Before the point of no return the old data serves afterwards on every member as it
 * did before, with its privileges and aliases, also where its database was dropped meanwhile; after it the new
 * data stays. Each trap that a cluster has is set here, and each story is told with every death.
 */
import { cluster, everyMemberServes, grant } from "./clusters.js";
import { failedWith, nothingLeftOver, Verdict } from "./expectations.js";
import { conditionOf } from "./expectations.js";
import { drive, driveOn, requestOf, running, type Wish, withEveryDeath } from "./story.js";
import { oldTxn, type SceneOptions } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(600_000);

interface Trouble {
  readonly scene?: SceneOptions;
  readonly prepare?: (world: World) => void;
  readonly wish?: Wish;
  readonly reason: string;
}

function oldDataEverywhere(verdict: Verdict, world: World): Verdict {
  const copies = world.copies();
  return verdict
    .same("copies of the old data", copies.filter(({ origin }) => origin === "old").length, 3)
    .that(
      copies.every(({ txn, writes }) => txn === oldTxn + writes),
      "a copy does not end where the old one did",
    )
    .same("the access mode", world.serving()?.access, "read-write")
    .same("privileges", [...world.target().graph.privileges].includes(grant), true)
    .same("aliases", [...world.target().graph.aliases], [["sales", "orders"]]);
}

async function tellFailure(
  trouble: Trouble,
  crashAfter?: number,
): Promise<{ readonly effects: readonly string[] }> {
  const world = await cluster(trouble.scene);
  trouble.prepare?.(world);
  const work = running(requestOf(trouble.wish));
  const first = await drive(world, work, { crashAfter });
  const report = first.report ?? (await driveOn(world, work));
  await world.clock.pass(10_000);
  const verdict = new Verdict(world, report);
  failedWith(verdict, report, trouble.reason);
  oldDataEverywhere(verdict, world);
  nothingLeftOver(verdict, world);
  verdict.done();
  return { effects: first.driver.effects };
}

const offline = { stopCluster: true };
const recreate = { options: { strategy: "recreate" as const } };
const createIsRefused = (world: World): void => {
  world.createFailure = () => {
    // Only where the restored store would be the seed: the way back is not refused.
    const seed = world.claims.volume(world.target().claimName(0))?.store("databases/orders");
    return seed?.origin === "backup" ? "Invalid options" : undefined;
  };
};

const failures: Readonly<Record<string, Trouble>> = {
  "a restore that fails": {
    prepare: (world) =>
      (world.jobBehaviour = { restore: { failAt: { stage: "restore", code: 1, line: "it broke" } } }),
    reason: "JobFailed",
  },
  "a restore that fails offline": {
    prepare: (world) =>
      (world.jobBehaviour = { restore: { failAt: { stage: "restore", code: 1, line: "it broke" } } }),
    wish: offline,
    reason: "JobFailed",
  },
  "a claim policy that deletes": {
    scene: { target: { whenScaled: "Delete" } },
    prepare: (world) =>
      (world.jobBehaviour = { restore: { failAt: { stage: "restore", code: 1, line: "it broke" } } }),
    wish: offline,
    reason: "JobFailed",
  },
  "CREATE is refused": { prepare: createIsRefused, reason: "Neo4jRefused" },
  "CREATE is refused offline": { prepare: createIsRefused, wish: offline, reason: "Neo4jRefused" },
  "recreating is refused": { prepare: createIsRefused, wish: recreate, reason: "Neo4jRefused" },
  "an owner that asserts replicas whatever is held": {
    scene: { target: { owner: "contests" } },
    wish: offline,
    reason: "ReplicasContested",
  },
};

describe("before the point of no return", () => {
  it.each(Object.entries(failures))("%s", async (_name, trouble) => {
    await withEveryDeath((crashAfter) => tellFailure(trouble, crashAfter));
  });
});

const refusals: Readonly<Record<string, Trouble>> = {
  "a strategy for one server": { wish: { options: { strategy: "swap" } }, reason: "StrategyNotPossible" },
  "without consent": { wish: { consent: false }, reason: "DatabaseExists" },
  "no server that may seed": {
    prepare: (world) => world.target().graph.states.set("solo-server-0", "Cordoned"),
    scene: { hosts: [0] },
    reason: "StrategyNotPossible",
  },
};

describe("refused before anything is touched", () => {
  it.each(Object.entries(refusals))("%s", async (_name, trouble) => {
    const world = await cluster(trouble.scene);
    trouble.prepare?.(world);
    const { report } = await drive(world, running(requestOf(trouble.wish)));
    const verdict = failedWith(new Verdict(world, report), report, trouble.reason);
    verdict
      .count(/^(STOP|DROP|JOB|SCALE|EXEC)/, 0)
      .same("what serves", world.serving()?.origin, "old")
      .done();
  });

  it("Neo4j is dead on several servers that host it", async () => {
    const world = await cluster();
    for (const ordinal of [0, 1, 2]) world.target().halt(ordinal);
    const { report } = await drive(world, running(requestOf(offline)));
    failedWith(new Verdict(world, report), report, "CannotStopDatabase")
      .that(/STOP DATABASE orders/.test(report?.failure?.message ?? ""), "no recovery is told")
      .count(/^(SCALE|JOB)/, 0)
      .done();
  });

  it("a former database's files on another server", async () => {
    const world = await cluster({ existing: false });
    const volume = world.claims.volume(world.target().claimName(1));
    volume?.put("databases/orders", { type: "file", text: "" }, "story");
    const { report } = await drive(world, running(requestOf()));
    failedWith(new Verdict(world, report), report, "DatabaseExists")
      .that(/solo-server-1/.test(report?.failure?.message ?? ""), "the server is not named")
      .count("JOB restore", 0)
      .done();
  });
});

interface Good {
  readonly scene?: SceneOptions;
  readonly prepare: (world: World) => void;
  readonly wish?: Wish;
  /** Members that serve in the end. */
  readonly members?: number;
  readonly after?: (world: World) => Promise<void>;
  readonly replicas?: number;
}

const traps: Readonly<Record<string, Good>> = {
  "a claim policy that deletes": {
    scene: { target: { whenScaled: "Delete" } },
    prepare: () => undefined,
    wish: offline,
  },
  "a change of leader in the middle": {
    prepare: (world) =>
      (world.onEffect = ({ name }) => {
        const next = { "neo4j.stop": 1, "neo4j.drop": 2, "neo4j.create": 1 }[name];
        if (next !== undefined) world.target().preferredLeader = next;
      }),
  },
  "the answer to recreate is lost": {
    prepare: (world) => world.faults.add({ call: "neo4j.recreate", when: "after" }),
    wish: recreate,
  },
  "the answer to DROP is lost": {
    prepare: (world) => world.faults.add({ call: "neo4j.drop", when: "after" }),
  },
  "files of a dropped database stay for a while": {
    prepare: (world) =>
      (world.misbehaviour = (_name, _store, pod) => (pod === "solo-server-0" ? { dropMs: 9_000 } : {})),
  },
  "one server hosts it": { scene: { hosts: [1] }, prepare: () => undefined, members: 1 },
  "pods that are ready long before Bolt": {
    prepare: (world) => world.faults.delay({ call: "neo4j.server", ms: 4_000, after: 30, times: 3 }),
    wish: offline,
  },
};

describe("traps", () => {
  it.each(Object.entries(traps))("%s", async (_name, { scene, prepare, wish, members = 3 }) => {
    await withEveryDeath(async (crashAfter) => {
      const world = await cluster(scene);
      prepare(world);
      const work = running(requestOf(wish));
      const first = await drive(world, work, { crashAfter });
      const report = first.report ?? (await driveOn(world, work));
      const verdict = new Verdict(world, report).same("the failure", report.failure, undefined);
      everyMemberServes(verdict, world, members)
        .same("Degraded", conditionOf(report, "Degraded"), "False AllServe")
        .atMost("RECREATE orders", 1)
        .same("privileges", [...world.target().graph.privileges].includes(grant), true)
        .same("replicas", world.target().replicas, 3)
        .done();
      return { effects: first.driver.effects };
    });
  });

  it("a server that gets no copy: a majority serves, and it is named", async () => {
    const world = await cluster();
    world.misbehaviour = (name, _store, pod) =>
      name === "orders" && pod === "solo-server-2" ? { refusesCopy: "disk full" } : {};
    const { report } = await drive(world, running(requestOf()));
    everyMemberServes(new Verdict(world, report), world, 2)
      .same("the phase", report?.status.phase, "Completed")
      .same("Degraded", conditionOf(report, "Degraded"), "True MembersMissing")
      .done();
  });

  it("less than a majority: failed with the new data, and the old one is not thrown away", async () => {
    const world = await cluster();
    world.misbehaviour = (name, _store, pod) =>
      name === "orders" && pod !== "solo-server-0" ? { refusesCopy: "disk full" } : {};
    const { report } = await drive(world, running(requestOf({ options: { keepPrevious: "0" } })));
    failedWith(new Verdict(world, report), report, "NotFullyOnline")
      .that(/disk full/.test(report?.failure?.message ?? ""), "Neo4j's own text is missing")
      .that(/clusters\.md/.test(report?.failure?.hints.join() ?? ""), "the way back is not told")
      .same("the old data", world.claims.volume("data-solo-server-0")?.holds("old"), true)
      .done();
  });

  it("another store on a member: the ids tell it, whatever the last transaction is", async () => {
    const world = await cluster();
    world.misbehaviour = (_name, store, pod) =>
      store?.origin === "backup" && pod === "solo-server-1" ? { storeId: "another" } : {};
    const { report } = await drive(world, running(requestOf()));
    failedWith(new Verdict(world, report), report, "FingerprintMismatch")
      .that(/another store on solo-server-1/.test(report?.failure?.message ?? ""), "the server is not named")
      .same("the old data", world.claims.volume("data-solo-server-0")?.holds("old"), true)
      .done();
  });

  it("db.info() is refused: the last transaction is proof enough, and it is said", async () => {
    const world = await cluster();
    world.misbehaviour = () => ({ refusesInfo: true });
    const { report } = await drive(world, running(requestOf()));
    const prove = report?.status.steps?.find(({ name }) => name === "Prove");
    everyMemberServes(new Verdict(world, report), world)
      .same("the phase", report?.status.phase, "Completed")
      .that(/were not compared/.test(prove?.message ?? ""), "it is not said")
      .done();
  });

  it("the number of replicas is as the user had changed it", async () => {
    const world = await cluster({ target: { owner: "none" }, hosts: [0, 1] });
    world.target().scale(2);
    await world.clock.pass(10_000);
    const { report } = await drive(world, running(requestOf(offline)));
    everyMemberServes(new Verdict(world, report), world, 2)
      .same("the phase", report?.status.phase, "Completed")
      .same("replicas", world.target().replicas, 2)
      .done();
  });

  it("Neo4j is dead, but only one server has the database: its store is swapped", async () => {
    const world = await cluster({ hosts: [1] });
    for (const ordinal of [0, 1, 2]) world.target().halt(ordinal);
    const { report } = await drive(world, running(requestOf(offline)));
    everyMemberServes(new Verdict(world, report), world, 1)
      .same("the strategy", report?.status.strategy, "swap")
      .same("the phase", report?.status.phase, "Completed")
      .done();
  });

  it("what a swap and a plain start would do is what the simulation shows: the old copy wins", async () => {
    const world = await cluster();
    const server = world.servers()[0];
    server?.stop("orders");
    await world.clock.pass(2_000);
    const volume = world.claims.volume("data-solo-server-0");
    const store = volume?.store("databases/orders");
    if (!store || !server) throw new Error("there is nothing to swap");
    volume?.put("databases/orders", { ...store, set: "other", origin: "backup", txn: 1 }, "story");
    volume?.put("transactions/orders", { type: "logs", set: "other" }, "story");
    server.start("orders");
    await world.clock.pass(5_000);
    expect(world.copies().map(({ origin }) => origin)).toEqual(["old", "old", "old"]);
  });
});
