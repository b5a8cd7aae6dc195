/**
 * The way back starts the old database in its own access mode. Where that fails, as a read-only START does while an index
 * has to be built, it is made writable, started, and set back. Each story is told with every death.
 */
import type { RunReport } from "../../provider/runtime/engine.js";
import { cluster } from "./clusters.js";
import { failedWith, nothingLeftOver, oldDataServes, Verdict } from "./expectations.js";
import { drive, driveOn, requestOf, running, type Wish, withEveryDeath } from "./story.js";
import { createWorld, oldTxn } from "./world/scene.js";
import type { Misbehaviour } from "./world/server-world.js";
import { resuming } from "./undoing.js";
import type { World } from "./world/world.js";

jest.setTimeout(600_000);

const building = "Some indexes need to be rebuilt. This is not allowed in read only mode.";

interface Story {
  readonly servers?: 3;
  /** The old database's own mode. */
  readonly own?: "read-only";
  readonly old: Misbehaviour;
  readonly restored?: Misbehaviour;
  readonly wish?: Wish;
  readonly prepare?: (world: World) => void;
}

async function worldOf({ servers, own, old, restored, prepare }: Story): Promise<World> {
  const world = servers === undefined ? await createWorld() : await cluster();
  if (own) {
    world.clients = false;
    for (const server of world.servers()) server.setAccess("orders", own);
  }
  world.misbehaviour = (_name, store) => {
    if (store?.origin === "old") return old;
    return store?.origin === "backup" ? (restored ?? { refusesStart: "broken" }) : {};
  };
  prepare?.(world);
  return world;
}

const comesBack: Readonly<Record<string, Story>> = {
  "writable, its indexes are being built": { old: { refusesReadOnly: building } },
  "the same, offline": { old: { refusesReadOnly: building }, wish: { stopCluster: true } },
  "read-only by itself, and it starts so": { own: "read-only", old: {} },
  "read-only by itself, its indexes are being built": {
    own: "read-only",
    old: { refusesReadOnly: building },
  },
  "the same, offline, ": {
    own: "read-only",
    old: { refusesReadOnly: building },
    wish: { stopCluster: true },
  },
};

const restoreFails = {
  jobBehaviour: { restore: { failAt: { stage: "restore", code: 1, line: "no" } } },
} as const;

async function tell(story: Story, crashAfter?: number): Promise<{ readonly effects: readonly string[] }> {
  const world = await worldOf(story);
  const work = running(requestOf(story.wish));
  const first = await drive(world, work, { crashAfter });
  const report = first.report ?? (await driveOn(world, work));
  const verdict = failedWith(new Verdict(world, report), report, "BringUpFailed");
  oldDataServes(verdict, world, story.own);
  nothingLeftOver(verdict, world);
  verdict.done();
  return { effects: first.driver.effects };
}

describe("comes back", () => {
  it.each(Object.entries(comesBack))("%s", async (_name, story) => {
    await withEveryDeath((crashAfter) => tell(story, crashAfter));
  });

  it("says that it was writable for a while", async () => {
    const world = await worldOf({ own: "read-only", old: { refusesReadOnly: building } });
    const { report } = await drive(world, running(requestOf()));
    expect(report?.status.message).toContain("database orders did not start read-only, as it was");
  });

  it("soon: the failed START costs seconds", async () => {
    const world = await worldOf({ own: "read-only", old: { refusesReadOnly: building } });
    const began = world.clock.now();
    await drive(world, running(requestOf()));
    expect(world.clock.now() - began).toBeLessThan(64_000 + 30_000);
  });

  it("although it refuses START for two minutes in either mode", async () => {
    const world = await worldOf({ old: {} });
    let since: number | undefined;
    world.misbehaviour = (_name, store) => {
      if (store?.origin === "backup") return { refusesStart: "broken" };
      if (store?.origin !== "old" || world.ledger.count("STOP orders") < 2) return {};
      since ??= world.clock.now();
      return world.clock.now() - since < 120_000 ? { refusesStart: "no file handles are left" } : {};
    };
    const { report } = await drive(world, running(requestOf()));
    const verdict = failedWith(new Verdict(world, report), report, "BringUpFailed");
    oldDataServes(verdict, world).done();
  });
});

describe("on a cluster comes back", () => {
  const create = (world: World): void => {
    world.createFailure = () => {
      const seed = world.claims.volume(world.target().claimName(0))?.store("databases/orders");
      return seed?.origin === "backup" ? "Invalid options" : undefined;
    };
  };
  const stories: Readonly<Record<string, Story & { readonly reason: string }>> = {
    "after DROP, its indexes are being built": {
      ...{ servers: 3, old: { refusesReadOnly: building }, prepare: create, reason: "Neo4jRefused" },
    },
    "after DROP, read-only by itself": {
      ...{ servers: 3, own: "read-only", old: { refusesReadOnly: building } },
      ...{ prepare: create, reason: "Neo4jRefused" },
    },
    "stopped, read-only by itself, its indexes are being built": {
      ...{ servers: 3, own: "read-only", old: { refusesReadOnly: building } },
      prepare: (world) => {
        world.jobBehaviour = restoreFails.jobBehaviour;
      },
      wish: { stopCluster: true },
      reason: "JobFailed",
    },
  };

  it.each(Object.entries(stories))("%s", async (_name, story) => {
    await withEveryDeath(async (crashAfter) => {
      const world = await worldOf(story);
      const work = running(requestOf(story.wish));
      const first = await drive(world, work, { crashAfter });
      const report = first.report ?? (await driveOn(world, work));
      await world.clock.pass(10_000);
      const verdict = failedWith(new Verdict(world, report), report, story.reason);
      verdict
        .same("copies", world.copies().filter(({ origin }) => origin === "old").length, 3)
        .same("the access mode", world.serving()?.access, story.own ?? "read-write");
      nothingLeftOver(verdict, world).done();
      return { effects: first.driver.effects };
    });
  });
});

describe("does not come back", () => {
  const incomplete = (world: World, report: RunReport | undefined, ...parts: readonly string[]): void => {
    const verdict = failedWith(new Verdict(world, report), report, "RollbackIncomplete")
      .that(world.target().hold !== undefined, "the target was given to others")
      .same("what serves", world.serving(), undefined);
    for (const part of parts)
      verdict.that(report?.failure?.message.includes(part) === true, `it does not say: ${part}`);
    verdict.done();
  };

  it("refused in either mode: told within its bound, whole, and resume gives it back", async () => {
    const world = await worldOf({ own: "read-only", old: { refusesStart: "too old" } });
    const began = world.clock.now();
    const { report } = await drive(world, running(requestOf()));
    incomplete(world, report, "too old", "neo4j-restore resume");
    new Verdict(world, report)
      .that(world.clock.now() - began < 64_000 + 7 * 60_000, "it took longer than its bound")
      .atMost("START orders", 2 + 20)
      .done();
    world.misbehaviour = () => ({});
    const { report: second } = await drive(world, resuming);
    oldDataServes(new Verdict(world, second), world, "read-only").done();
  });

  it.each([
    ["server.databases.read_only", "orders-eu,orders"],
    ["server.databases.default_to_read_only", "true"],
  ])("kept read-only by %s: the setting is told", async (name, value) => {
    const world = await worldOf({ own: "read-only", old: { refusesReadOnly: building } });
    world.settings.set(name, value);
    const { report } = await drive(world, running(requestOf()));
    incomplete(world, report, name, building);
  });

  it("a setting that names others is not told", async () => {
    const world = await worldOf({ old: { refusesStart: "too old" } });
    world.settings.set("server.databases.read_only", "orders-eu");
    world.settings.set("server.databases.default_to_read_only", "true");
    world.settings.set("server.databases.writable", "orders");
    const { report } = await drive(world, running(requestOf()));
    incomplete(world, report, "too old");
    expect(report?.failure?.message).not.toContain("server.databases");
  });

  it("but a START that goes on is waited for longer than one that failed", async () => {
    const world = await worldOf({ old: {} });
    let started: number | undefined;
    world.misbehaviour = (_name, store) => {
      if (store?.origin === "backup") return { refusesStart: "broken" };
      if (store?.origin !== "old" || world.ledger.count("START orders") < 2) return {};
      started ??= world.clock.now();
      return world.clock.now() - started < 1_000_000 ? { hangsStarting: true } : {};
    };
    const clock = world.clock.now();
    const { report } = await drive(world, running(requestOf()));
    incomplete(world, report, "giving back took too long");
    expect(world.clock.now() - clock).toBeGreaterThan(29 * 60_000);
  });

  it("what serves ends before the old data did: not told as the old data, and nobody writes to it", async () => {
    await withEveryDeath(async (crashAfter) => {
      const world = await worldOf({ old: { txnShift: -(oldTxn - 5) } });
      const before = world.misbehaviour;
      // Only once it was stopped: until then it tells the truth.
      world.misbehaviour = (name, store, pod) =>
        store?.origin === "old" && world.ledger.count("STOP orders") === 0 ? {} : before(name, store, pod);
      const first = await drive(world, running(requestOf()), { crashAfter });
      const report = first.report ?? (await drive(world, resuming)).report;
      const message = report?.failure?.message ?? "";
      failedWith(new Verdict(world, report), report, "RollbackIncomplete")
        .that(
          /the old database ended with \d+: what is in its place is another store/.test(message),
          `it does not say what is wrong: ${message}`,
        )
        .that(message.includes("it is not the store that was stopped"), "it does not say what to do")
        .that(message.includes("Only then: START DATABASE"), "it tells to open what is not the old data")
        .that(world.target().hold !== undefined, "the target was given to others")
        .same("the access mode", world.serving()?.access, "read-only")
        .done();
      return { effects: first.driver.effects };
    });
  });
});
