/**
 * Whose store seeds a cluster's database: it becomes the only old copy, and DROP deletes the others. So it is an online
 * primary that ends where the writer does, after writes have ended: chosen so, and seen to be so right before STOP.
 */
import { cluster, everyMemberServes, grant } from "./clusters.js";
import { completed, failedWith, oldDataServes, Verdict } from "./expectations.js";
import { drive, driveOn, requestOf, running, withEveryDeath } from "./story.js";
import type { Misbehaviour } from "./world/server-world.js";
import { createWorld, oldTxn } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const work = running(requestOf());
const seeder = "solo-server-0";
const old = (world: World, ordinal: number) =>
  world.claims.volume(world.target().claimName(ordinal))?.store("databases/orders");

/** The server that would be chosen for its number, in trouble with its copy of the old data. */
function trouble(world: World, wrong: Misbehaviour): void {
  world.misbehaviour = (name, store, pod) =>
    name === "orders" && pod === seeder && store?.origin === "old" ? wrong : {};
}

/** Its copy ends so many transactions before the writer's. */
function behind(world: World, count: number): void {
  const volume = world.claims.volume(world.target().claimName(0));
  const store = old(world, 0);
  if (store) volume?.put("databases/orders", { ...store, txn: store.txn - count }, `server ${seeder}`);
}

const unfit: Readonly<Record<string, (world: World) => void | Promise<void>>> = {
  "lags by 100": (world) => {
    trouble(world, { lags: true });
    behind(world, 100);
  },
  "is a secondary": (world) => {
    const known = world.target().graph.get("orders");
    if (known) world.target().graph.set("orders", { ...known, secondaries: [seeder] });
  },
  "is still copying": (world) => {
    trouble(world, { lags: true, shows: { currentStatus: "store copying" } });
    behind(world, 100);
  },
  "has it offline": async (world) => {
    trouble(world, { refusesStart: "disk full" });
    world.target().crashPod(0);
    await world.clock.pass(20_000);
  },
};

describe("another server is chosen where the first", () => {
  it.each(Object.entries(unfit))("%s", async (_name, prepare) => {
    const world = await cluster();
    await prepare(world);
    const { report } = await drive(world, work);
    const verdict = new Verdict(world, report).same("the failure", report?.failure, undefined);
    const bringUp = report?.status.steps?.find(({ name }) => name === "BringUp");
    verdict
      .same("the seeder", bringUp?.message, "from solo-server-1")
      .same("copies of the restored data", world.copies().filter((one) => one.origin === "backup").length, 3)
      .done();
  });
});

describe("the seeder falls behind while the Job restores", () => {
  const falling = async (back: boolean): Promise<World> => {
    const world = await cluster();
    world.onEffect = ({ name }) => {
      if (name !== "kubernetes.create") return;
      trouble(world, { lags: true });
      if (back) void world.clock.sleep(70_000).then(() => (world.misbehaviour = () => ({})));
    };
    return world;
  };

  it("nothing is stopped or dropped, writes go on, and the next run chooses another", async () => {
    await withEveryDeath(async (crashAfter) => {
      const world = await falling(false);
      const first = await drive(world, work, { crashAfter });
      const report = first.report ?? (await driveOn(world, work));
      // It had ended when the process died: the other one was the next run.
      if (world.ledger.count("HOLD") > 1) return { effects: first.driver.effects };
      const verdict = failedWith(new Verdict(world, report), report, "SeederBehind")
        .count(/^(STOP|DROP|START) orders/, 0)
        .same("the hold", world.target().hold, undefined)
        .same("the return state", world.target().returnState, undefined)
        .that(
          report.failure?.message.includes("the writer with") === true,
          `it says ${report.failure?.message ?? ""}`,
        );
      verdict.same("the access mode", world.serving()?.access, "read-write");
      verdict.done();
      const { report: next } = await drive(world, work);
      const last = completed(new Verdict(world, next), next);
      everyMemberServes(last, world).done();
      return { effects: first.driver.effects };
    });
  });

  it("and catches up in time: it is waited for", async () => {
    const world = await falling(true);
    const { report } = await drive(world, work);
    everyMemberServes(completed(new Verdict(world, report), report), world).done();
  });
});

describe("what the old data ends with", () => {
  const told = async (world: World): Promise<void> => {
    const { report } = await drive(world, work);
    const verdict = completed(new Verdict(world, report), report);
    const name = world.target().options.servers > 1 ? "data-solo-server-0" : "neo4j-data-solo-0";
    const leaves = [...(world.claims.volume(name)?.leaves.entries() ?? [])];
    const previous = leaves.find(([path]) => path.endsWith("previous/databases"))?.[1];
    const end = previous?.type === "store" ? previous.txn : 0;
    const { message } = report?.status.steps?.find((step) => step.name === "TakeOffline") ?? {};
    verdict
      .same("what is told", message, `offline; the old data ends with transaction ${end}`)
      .that(end > oldTxn, "nobody has written")
      .same("privileges", world.target().graph.privileges.has(grant), world.target().options.servers > 1)
      .done();
  };

  it("is exact although clients write until they cannot, on a cluster", async () => {
    await told(await cluster());
  });

  it("also where the writer hears late that it is read-only", async () => {
    const world = await cluster();
    world.target().preferredLeader = 1;
    world.misbehaviour = (_name, store, pod) =>
      store?.origin === "old" && pod === seeder ? { accessMs: 4_000 } : {};
    await told(world);
  });

  it("also on one server", async () => {
    await told(await createWorld());
  });
});

it("an old database that was read-only by itself is stopped as it is, and stays so where the restore fails", async () => {
  const world = await cluster();
  world.clients = false;
  world.servers()[0]?.setAccess("orders", "read-only");
  world.createFailure = () =>
    world.copies().length === 0 && world.ledger.count(/^CREATE/) < 2 ? "no" : undefined;
  const { report } = await drive(world, work);
  const verdict = failedWith(new Verdict(world, report), report, "Neo4jRefused");
  oldDataServes(verdict, world, "read-only").count("ACCESS orders read-write", 0).done();
});

it.each([
  ["one server", createWorld],
  ["three servers", cluster],
] as const)(
  "a STOP that was not sent and writes that came since: the old store stays in its place, on %s",
  async (_what, make) => {
    const world = await make();
    world.faults.add({
      call: ({ name }) => {
        const known = world.target().graph.get("orders");
        // Somebody sees a read-only database, and opens it again.
        if (name === "neo4j.stop" && known)
          world.target().graph.set("orders", { ...known, access: "read-write" });
        return name === "neo4j.stop";
      },
      when: "before",
      times: 1,
    });
    const { report } = await drive(world, work);
    const moved = world.ledger.count("EXEC swap") + world.ledger.count("EXEC aside");
    const verdict = new Verdict(world, report).same("stores moved", moved, 0);
    failedWith(verdict, report, "TakeOfflineFailed");
    oldDataServes(verdict, world).done();
  },
);
