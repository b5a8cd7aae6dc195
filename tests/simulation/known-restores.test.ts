/**
 * A restore that the target's ledger knows is never done again by being asked for again, whatever came in between and
 * however its resource and its journal were lost; what came after it is told. A new trigger restores again.
 */
import type { RunReport } from "../../provider/runtime/engine.js";
import { completed, conditionOf, newDataServes, oldDataServes, Verdict } from "./expectations.js";
import { drive, driveOn, requestOf, running, type Work, withEveryDeath } from "./story.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const monday = requestOf({ name: "monday" });
const tuesday = requestOf({ name: "tuesday", source: "folder" });

/** Production has run for weeks on what the second one restored. */
async function bothRestored(): Promise<World> {
  const world = await createWorld();
  await drive(world, running(monday));
  await drive(world, running(tuesday));
  await world.clock.pass(3_600_000);
  return world;
}

const destroying =
  (name: string, runId: string): Work =>
  async (engine, options) => {
    const at = { name, namespace: "neo4j" };
    const report = await engine.status(at);
    await engine.remove({ ...at, runId }, options);
    if (!report) throw new Error(`there is no restore ${name}`);
    return report;
  };

async function destroyed(world: World, name: string): Promise<void> {
  const { report } = await drive(world, (engine) => told(engine.status({ name, namespace: "neo4j" })));
  await drive(world, destroying(name, report?.runId ?? ""));
}

async function told(report: Promise<RunReport | undefined>): Promise<RunReport> {
  const there = await report;
  if (!there) throw new Error("there is no such restore");
  return there;
}

/** Nothing was done, and the message says what is true. */
function known(verdict: Verdict, report: RunReport | undefined, ...words: readonly RegExp[]): Verdict {
  const message = report?.status.message ?? "";
  verdict
    .same("the failure", report?.failure, undefined)
    .same("the phase", report?.status.phase, "Completed")
    .same("Ready", conditionOf(report, "Ready"), "True AlreadyRestored");
  for (const one of [...words, /nothing was touched/, /change trigger to restore again/])
    verdict.that(one.test(message), `the message does not say ${String(one)}: ${message}`);
  return verdict;
}

describe("two restores of one database", () => {
  const tell = async (crashAfter?: number): Promise<{ readonly effects: readonly string[] }> => {
    const world = await bothRestored();
    const before = world.serving();
    for (const name of ["monday", "tuesday"]) await destroyed(world, name);
    const first = await drive(world, running(monday), { crashAfter });
    const again = first.report ?? (await driveOn(world, running(monday)));
    const verdict = known(
      new Verdict(world, again),
      again,
      /by restore monday at .*run run\d+/,
      /after it came restore tuesday/,
    );
    const { report } = await drive(world, running(tuesday));
    known(verdict, report, /by restore tuesday at/);
    verdict
      .count("JOB restore", 2)
      .same("the store that serves", world.serving()?.set, before?.set)
      .same("the hold", world.target().hold, undefined)
      .done();
    return { effects: first.driver.effects };
  };

  it("destroyed and declared again: neither runs, and each tells what it knows", async () => {
    await tell();
  });

  it("so it is when the process dies after any effect", async () => {
    await withEveryDeath(tell);
  });

  it("a new trigger restores again", async () => {
    const world = await bothRestored();
    const { report } = await drive(world, running(requestOf({ name: "monday", trigger: "again" })));
    const verdict = new Verdict(world, report);
    completed(verdict, report).count("JOB restore", 3);
    newDataServes(verdict, world).done();
  });

  it("the first under another name does not run", async () => {
    const world = await bothRestored();
    const { report } = await drive(world, running(requestOf({ name: "wednesday" })));
    known(new Verdict(world, report), report, /by restore monday/, /after it came restore tuesday/)
      .count("JOB restore", 2)
      .done();
  });

  it("the journal of both lost: neither runs", async () => {
    const world = await bothRestored();
    world.journals.records.clear();
    for (const request of [monday, tuesday]) {
      const { report } = await drive(world, running(request), { owner: "another stack" });
      known(new Verdict(world, report), report).count("JOB restore", 2).done();
    }
  });
});

describe("one resource whose source is changed and changed back", () => {
  it("does not run the first again, and can still undo the second", async () => {
    const world = await createWorld();
    await drive(world, running(requestOf()));
    const first = world.serving()?.set;
    await drive(world, running(requestOf({ source: "folder" })));
    const { report } = await drive(world, running(requestOf()));
    const verdict = known(new Verdict(world, report), report, /by restore back-to-monday/, /after it came/);
    verdict.count("JOB restore", 2);
    const same = await drive(world, running(requestOf()));
    known(verdict, same.report).count("JOB restore", 2);
    const ref = { name: "back-to-monday", namespace: "neo4j" };
    const undone = await drive(world, (engine, options) => engine.undo(ref, options));
    verdict
      .same("undo", undone.report?.failure, undefined)
      .same("what serves is of the first again", world.serving()?.set, first)
      .done();
  });

  it("is told that the second was undone", async () => {
    const world = await createWorld();
    await drive(world, running(monday));
    await drive(world, running(tuesday));
    await drive(world, (engine, options) => engine.undo({ name: "tuesday", namespace: "neo4j" }, options));
    world.journals.records.clear();
    const { report } = await drive(world, running(monday));
    known(new Verdict(world, report), report, /restore tuesday at .*undone at/)
      .count("JOB restore", 2)
      .done();
  });

  it("can undo the first once the second was undone", async () => {
    const world = await createWorld();
    await drive(world, running(monday));
    await drive(world, running(tuesday));
    for (const name of ["tuesday", "monday"]) {
      const { report } = await drive(world, (engine, options) =>
        engine.undo({ name, namespace: "neo4j" }, options),
      );
      new Verdict(world, report).same(`undo of ${name}`, report?.failure, undefined).done();
    }
    oldDataServes(new Verdict(world, undefined), world).done();
  });
});

it("one that failed and was given back is not known: it runs again", async () => {
  const world = await createWorld();
  world.jobBehaviour = { restore: { failAt: { stage: "restore", code: 1, line: "it broke" } } };
  await drive(world, running(requestOf()));
  world.jobBehaviour = {};
  world.journals.records.clear();
  const { report } = await drive(world, running(requestOf()));
  completed(new Verdict(world, report), report).count("JOB restore", 2).done();
});
