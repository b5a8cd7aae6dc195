/**
 * DROP deletes what lies under the name, on every server. So it is sent only while the old store is seen whole aside, and
 * never again once the database was seen to be gone: whoever makes another one of that name meanwhile keeps it.
 */
import { cluster, everyMemberServes } from "./clusters.js";
import { completed, failedWith, oldDataServes, Verdict } from "./expectations.js";
import { dieWith, kindsOf } from "./late.js";
import { drive, type Drive, driveOn, ref, requestOf, running, type Work } from "./story.js";
import type { Call } from "./world/faults.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const work = running(requestOf());
const resuming: Work = (engine, options) => engine.resume(ref, options);
const dataOf = (world: World) => world.claims.volume(world.target().claimName(0));

/** Somebody creates a database of that name, right after this of the run's effects. */
function foreignAfter(world: World, effect: (call: Call, nth: number) => boolean): void {
  let nth = 0;
  world.onEffect = (call) => {
    if (world.target().graph.has("orders") || !effect(call, ++nth)) return;
    world.onEffect = () => undefined;
    world.target().graph.set("orders", {
      ...{ id: "somebody's", creationTime: "2026-03-01T00:00:30.000Z" },
      ...{ requested: "offline", access: "read-write", hosts: [world.target().podName(1)] },
    });
  };
}

const executes =
  (verb: string) =>
  ({ name, args }: Call): boolean =>
    name === "kubernetes.exec" && JSON.stringify(args).includes(`"${verb}"`);

const moments: Readonly<Record<string, (call: Call, nth: number) => boolean>> = {
  "DROP was carried out": ({ name }) => name === "neo4j.drop",
  "the database was seen to be gone": ({ name }, nth) => name === "journal.save" && nth > 1,
  "the restored store was moved under the name": executes("swap"),
};

describe("a foreign database of that name, made after", () => {
  it.each(Object.entries(moments))("%s, is never dropped", async (_name, moment) => {
    const world = await cluster();
    foreignAfter(world, moment);
    const { report } = await drive(world, work);
    failedWith(new Verdict(world, report), report, "RollbackIncomplete")
      .that(/someone created a database orders/.test(report?.failure?.message ?? ""), "it is not told")
      .count("DROP orders", 1)
      .same("the foreign database", world.target().graph.get("orders")?.id, "somebody's")
      .same("the old data", dataOf(world)?.holds("old"), true)
      .done();
    // A person drops it.
    world.servers()[0]?.drop("orders");
    await world.clock.pass(5_000);
    const { report: again } = await drive(world, resuming);
    const verdict = new Verdict(world, again).count("DROP orders", 1);
    oldDataServes(verdict, world)
      .same("copies", world.copies().filter(({ origin }) => origin === "old").length, 3)
      .done();
  });

  it("the old store was moved under the name, is never dropped either", async () => {
    const world = await cluster();
    world.createFailure = () =>
      dataOf(world)?.store("databases/orders")?.origin === "backup" ? "no" : undefined;
    foreignAfter(world, executes("back"));
    const { report } = await drive(world, work);
    failedWith(new Verdict(world, report), report, "RollbackIncomplete")
      .that(
        /Do not drop it/.test(report?.failure?.message ?? ""),
        `it says ${report?.failure?.message ?? ""}`,
      )
      .count("DROP orders", 1)
      .same("the old data", dataOf(world)?.holds("old"), true)
      .done();
  });
});

it("a store that is not seen whole aside is not dropped: the old one goes back", async () => {
  const world = await cluster();
  world.onEffect = (call) => {
    if (!executes("aside")(call)) return;
    world.onEffect = () => undefined;
    // Somebody's hand: the logs are gone from the folder for a while.
    const volume = dataOf(world);
    const path = [...(volume?.leaves.keys() ?? [])].find((one) => one.endsWith("/previous/transactions"));
    if (!volume || path === undefined) return;
    volume.move(path, "elsewhere", "somebody");
    void world.clock.sleep(1_000).then(() => volume.move("elsewhere", path, "somebody"));
  };
  const { report } = await drive(world, work);
  const verdict = failedWith(new Verdict(world, report), report, "DropIncomplete").count("DROP orders", 0);
  oldDataServes(verdict, world).done();
});

it("a member that was away at DROP and is back before CREATE gives its copy up first", async () => {
  const world = await cluster();
  world.target().stuck.add(2);
  world.target().crashPod(2);
  world.onEffect = ({ name }) => {
    if (name !== "neo4j.drop") return;
    world.target().stuck.clear();
    world.target().crashPod(2);
  };
  world.misbehaviour = (_name, _store, pod) => (pod === "solo-server-2" ? { dropMs: 4_000 } : {});
  world.faults.delay({ call: executes("swap"), ms: 9_000 });
  const report = await driveOn(world, work);
  const verdict = completed(new Verdict(world, report), report);
  await world.clock.pass(60_000);
  everyMemberServes(verdict, world).count("DROP orders", 1).done();
});

/** Somebody moves the restored store away and puts another in its place. */
function exchanged(world: World): void {
  const data = dataOf(world);
  const store = data?.store("databases/orders");
  if (!data || !store) throw new Error("nothing was restored");
  for (const kind of ["databases", "transactions"])
    data.move(`${kind}/orders`, `${kind}/somewhere-else`, "somebody");
  data.put("databases/orders", { ...store, set: "somebody's", origin: "other" }, "somebody");
  data.put("transactions/orders", { type: "logs", set: "somebody's" }, "somebody");
}

describe("a database is not created from another store than the one that was restored, exchanged", () => {
  const refused = (world: World, { report }: Pick<Drive, "report">): void => {
    const verdict = failedWith(new Verdict(world, report), report, "SwapFailed")
      .that(/is not the store that was restored/.test(report?.failure?.message ?? ""), "it is not told")
      .count("DROP orders", 1)
      .same("somebody's store", dataOf(world)?.holds("other"), true);
    oldDataServes(verdict, world).done();
  };

  it("right after it was put in place", async () => {
    const world = await cluster();
    world.onEffect = (call) => {
      if (!executes("swap")(call)) return;
      world.onEffect = () => undefined;
      exchanged(world);
    };
    refused(world, await drive(world, work));
  });

  it("while CREATE was noted and waited for the API server", async () => {
    const world = await cluster();
    const noted = ({ name, args }: Call): boolean => {
      if (name !== "journal.save") return false;
      const { state } = args[2] as { readonly state: string };
      return (JSON.parse(state) as { intent?: { key: string } }).intent?.key === "create";
    };
    world.faults.delay({ call: noted, ms: 12_000, when: "after", times: 1 });
    world.onEffect = (call) => {
      if (!noted(call)) return;
      world.onEffect = () => undefined;
      world.clock.after(1_000, () => exchanged(world));
    };
    refused(world, await drive(world, work));
  });

  it("after the process died with CREATE noted and not sent", async () => {
    const n = (await kindsOf(await cluster(), work)).get("neo4j.create") ?? -1;
    const world = await cluster();
    await dieWith(world, work, n);
    exchanged(world);
    refused(world, await drive(world, work));
  });

  it("by nobody: a CREATE that was noted and not sent is sent", async () => {
    const n = (await kindsOf(await cluster(), work)).get("neo4j.create") ?? -1;
    const world = await cluster();
    await dieWith(world, work, n);
    const { report } = await drive(world, work);
    const verdict = new Verdict(world, report);
    completed(verdict, report).count("CREATE orders", 1);
    everyMemberServes(verdict, world).done();
  });
});
