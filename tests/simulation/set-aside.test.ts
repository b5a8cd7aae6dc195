/**
 * What was set aside is removed by discard, by its own time, and by nothing else: not by a later run, by destroy, by a
 * rename, by another stack or by a lost journal. The ledger has it, and whoever asks is told. (That no client's write is
 * lost before its time is the guardian's to see, in every story.)
 */
import type { RunReport } from "../../provider/runtime/engine.js";
import { asideOf, destroyed, effectsOf, hour, inOrder, kept, lying, restored } from "./asides.js";
import { completed, newDataServes, Verdict } from "./expectations.js";
import { drive, driveOn, launch, ref, requestOf, running, withEveryDeath } from "./story.js";
import { artifact, createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

describe("destroy", () => {
  it("leaves the previous store, and says where, until when and what removes it", async () => {
    const world = await restored(kept());
    const [{ runId, keptUntil } = { runId: "", keptUntil: "" }] = asideOf(world);
    const said = (await destroyed(world)).join("\n");
    const verdict = new Verdict(world, undefined);
    for (const words of [
      `/data/.neo4j-restore/${runId}/previous of pod solo-0`,
      `kept until ${keptUntil ?? ""}`,
      "10Gi",
      `neo4j-restore discard --target solo --database orders --run ${runId} --namespace neo4j`,
    ])
      verdict.that(said.includes(words), `it does not say ${words}: ${said}`);
    inOrder(verdict, world, 1).count("EXEC discard", 0).count("STOP orders", 1).done();
  });

  it("so it does when the process dies after any effect", async () => {
    await withEveryDeath(async (crashAfter) => {
      const world = await restored(kept());
      await destroyed(world, ref.name, crashAfter);
      inOrder(new Verdict(world, undefined), world, 1)
        .same("journals", world.journals.records.size, 0)
        .done();
      return { effects: effectsOf.get(world) ?? [] };
    });
  });

  it("of a store that the run could not note leaves it to the ledger", async () => {
    const world = await restored(kept());
    for (const [key, ledger] of world.journals.ledger)
      world.journals.ledger.set(key, { ...ledger, aside: [] });
    await destroyed(world);
    inOrder(new Verdict(world, undefined), world, 1).done();
  });

  it("goes on where the ledger cannot be told, and says so", async () => {
    const world = await restored(kept());
    world.faults.add({
      ...{
        call: "journal.ledger",
        when: "before",
        kind: "terminal",
        reason: "JournalUnreadable",
        message: "no",
      },
    });
    const said = (await destroyed(world)).join("\n");
    new Verdict(world, undefined)
      .that(/could not be told what lies aside: no/.test(said), said)
      .that(/neo4j-restore discard --target solo/.test(said), said)
      .same("journals", world.journals.records.size, 0)
      .done();
  });

  it("after a failed run that followed a completed one tells of both, and of no fault", async () => {
    const world = await restored(kept());
    world.statementFailure = () => "no";
    await restored(
      kept({ trigger: "again", options: { postRestore: { cypherStatements: ["boom"] } } }),
      world,
    );
    world.statementFailure = () => undefined;
    const said = await destroyed(world);
    const verdict = inOrder(new Verdict(world, undefined), world, 2);
    verdict
      .same("stores that are told", said.filter((line) => /^what restore/.test(line)).length, 2)
      .that(!/boom|could not|was left/.test(said.join("\n")), said.join("\n"))
      .done();
  });
});

describe("its own time", () => {
  it("over, and the restore gone: the next run of the database removes it, and says so", async () => {
    const world = await restored(kept());
    const [first] = asideOf(world);
    await destroyed(world);
    await world.clock.pass(80 * hour);
    const { report } = await drive(world, running(kept({ source: "folder" })));
    const verdict = new Verdict(world, report);
    completed(verdict, report)
      .that(
        report?.status.message?.includes(`removed, because its time was over: what restore ${ref.name}`) ===
          true,
        `the end does not tell: ${report?.status.message ?? ""}`,
      )
      .that(!lying(world).includes(first?.runId ?? ""), "it lies there still");
    inOrder(verdict, world, 1);
    newDataServes(verdict, world).done();
  });

  it("so it does when the process dies after any effect", async () => {
    await withEveryDeath(async (crashAfter) => {
      const world = await restored(kept());
      await destroyed(world);
      await world.clock.pass(80 * hour);
      const first = await drive(world, running(kept({ source: "folder" })), { crashAfter });
      const report = first.report ?? (await driveOn(world, running(kept({ source: "folder" }))));
      const verdict = new Verdict(world, report);
      completed(verdict, report);
      inOrder(verdict, world, 1).done();
      return { effects: first.driver.effects };
    });
  });

  it("over, and its server away: it is left, and no good restore fails for it", async () => {
    const world = await restored(kept());
    await world.clock.pass(80 * hour);
    world.faults.add({
      ...{ call: "kubernetes.exec", when: "before", kind: "terminal", reason: "SwapFailed", message: "no" },
      after: 4,
      times: Infinity,
    });
    const { report } = await drive(world, running(kept({ source: "folder" })));
    const verdict = new Verdict(world, report);
    completed(verdict, report).done();
  });

  it.each(["discard", "undo"] as const)("over: removed by %s of another restore as well", async (verb) => {
    const world = await restored(requestOf({ name: "monday", options: { keepPrevious: "2h" } }));
    await restored(kept({ name: "tuesday", source: "folder" }), world);
    await world.clock.pass(3 * hour);
    const at = { name: "tuesday", namespace: "neo4j" };
    const { report } = await drive(world, (engine, options) => engine[verb](at, options));
    const verdict = new Verdict(world, report).same("the failure", report?.failure, undefined);
    inOrder(verdict, world, verb === "undo" ? 1 : 0).done();
  });

  it("is what the user said: at once with keepPrevious 0", async () => {
    const world = await restored(requestOf({ options: { keepPrevious: "0" } }));
    inOrder(new Verdict(world, undefined), world, 0).done();
  });
});

describe("before its time it stays", () => {
  it.each<readonly [string, (world: World) => Promise<unknown>]>([
    ["another trigger", (world) => restored(kept({ trigger: "again" }), world)],
    ["another source", (world) => restored(kept({ source: "folder" }), world)],
    ["another name", (world) => restored(kept({ name: "tuesday", source: "folder" }), world)],
    [
      "a lost journal and another source",
      (world) => {
        world.journals.records.clear();
        return restored(kept({ source: "folder" }), world);
      },
    ],
    [
      "a rename: deleted, then made under another name, and another trigger",
      async (world) => {
        await destroyed(world);
        await restored(kept({ name: "renamed" }), world);
        return restored(kept({ name: "renamed", trigger: "again" }), world);
      },
    ],
    [
      "a rename: made under another name, then deleted, and another trigger",
      async (world) => {
        await restored(kept({ name: "renamed" }), world);
        await destroyed(world);
        return restored(kept({ name: "renamed", trigger: "again" }), world);
      },
    ],
    [
      "a run that keeps nothing",
      async (world) => {
        await restored(requestOf({ source: "folder", options: { keepPrevious: "0" } }), world);
        return restored(kept({ trigger: "again" }), world);
      },
    ],
  ])("%s", async (_what, then) => {
    const world = await restored(kept());
    const [first] = asideOf(world);
    await then(world);
    const verdict = new Verdict(world, undefined);
    verdict.that(lying(world).includes(first?.runId ?? "none"), "the first store is gone");
    inOrder(verdict, world, 2).done();
  });

  it("a second stack of the same name takes the restore over, and its destroy removes nothing", async () => {
    const world = await restored(kept());
    await drive(world, running(kept()), { owner: "second stack" });
    const report = await drive(world, async (engine, options) => {
      const there = (await engine.status(ref)) as RunReport;
      await engine.remove({ ...ref, runId: there.runId }, { ...options, owner: "second stack" });
      return there;
    });
    inOrder(new Verdict(world, report.report), world, 1)
      .same("journals", world.journals.records.size, 0)
      .done();
  });
});

it("a journal lost in the middle of a swap: the ledger knows what lies aside, without a time", async () => {
  const world = await createWorld();
  const work = launch(world, running(kept()));
  while (lying(world).length === 0) await world.clock.pass(1);
  work.driver.kill();
  await world.clock.pass(hour);
  new Verdict(world, undefined)
    .same(
      "aside",
      asideOf(world).map(({ runId }) => runId),
      lying(world),
    )
    .same("its time", asideOf(world)[0]?.keptUntil, undefined)
    .done();
});

it("where a full volume keeps a run from beginning, the stores are named with what removes them", async () => {
  const world = await restored(kept());
  const [{ runId } = { runId: "" }] = asideOf(world);
  const data = world.claims.volume(world.target().claimName(0));
  const ballast = { ...artifact("ballast", 0), bytes: (data?.freeBytes() ?? 0) - 1 };
  data?.put("ballast", ballast, "scene");
  const { report } = await drive(world, running(kept({ trigger: "again" })));
  const message = report?.failure?.message ?? "";
  new Verdict(world, report)
    .same("the reason", report?.failure?.reason, "NotEnoughSpace")
    .that(message.includes(`neo4j-restore discard --target solo --database orders --run ${runId}`), message)
    .done();
});
