/** Whether the previous store is kept, by the user's word or by the space there is, and what undo says without one. */
import { asideOf, hour } from "./asides.js";
import { completed, failedWith, newDataServes, nothingLeftOver, Verdict } from "./expectations.js";
import { drive, ref, requestOf, running, type Work } from "./story.js";
import { createWorld, gib } from "./world/scene.js";
import { verbOf } from "./world/script.js";

jest.setTimeout(300_000);

const undoing: Work = (engine, options) => engine.undo(ref, options);

describe("the previous store", () => {
  it.each([
    ["is kept where a fifth stays free", 10, undefined, true],
    ["is not kept where less stays free", 73, undefined, false],
    ["is kept in spite of it where the user says so", 73, "1h", true],
    ["is not kept where the user says so", 10, "0", false],
  ] as const)("%s", async (_what, oldGib, keepPrevious, kept) => {
    const world = await createWorld({ oldBytes: oldGib * gib });
    const options = keepPrevious === undefined ? {} : { keepPrevious };
    const { report } = await drive(world, running(requestOf({ options })));
    const verdict = new Verdict(world, report).same(
      "previous is shown",
      report?.status.previous !== undefined,
      kept,
    );
    completed(verdict, report);
    newDataServes(verdict, world);
    nothingLeftOver(verdict, world, { previous: kept });
    verdict.done();
  });

  it.each([
    ["a volume too full", 73, {}, /less than a fifth of its volume was free; with options.keepPrevious/],
    ["keepPrevious 0", 10, { keepPrevious: "0" }, /it was removed \(by options.keepPrevious/],
    ["inPlace", 10, { strategy: "inPlace" }, /strategy inPlace removed it first/],
  ] as const)("that is gone because of %s: undo says why", async (_what, oldGib, options, why) => {
    const world = await createWorld({ oldBytes: oldGib * gib });
    world.guardian.mayLose = () => "strategy" in options && world.ledger.count("JOB restore") > 0;
    const { report } = await drive(world, running(requestOf({ options })));
    const verdict = new Verdict(world, report).same("restored", report?.status.phase, "Completed");
    const full = report?.status.message?.includes("was not kept: less than a fifth") ?? false;
    verdict.same("the end tells what the user did not ask for", full, oldGib === 73);
    await expect(drive(world, undoing)).rejects.toThrow(why);
    newDataServes(verdict, world);
    verdict.done();
  });

  it("of a database that was not there: undo says so", async () => {
    const world = await createWorld({ existing: false });
    await drive(world, running(requestOf()));
    await expect(drive(world, undoing)).rejects.toThrow(/there was no database before it/);
  });

  it("is kept for a day where its volume cannot be looked at in the end", async () => {
    const world = await createWorld();
    world.faults.add({
      call: ({ name, args }) =>
        name === "kubernetes.exec" &&
        verbOf(args[3] as readonly string[]) === "inspect" &&
        world.ledger.count("LEDGER orders restored") > 0,
      ...{ when: "before", times: Infinity, kind: "terminal", reason: "KubernetesRefused" },
    });
    const { report } = await drive(world, running(requestOf()));
    const until = Date.parse(report?.status.previous?.keptUntil ?? "");
    const verdict = new Verdict(world, report);
    verdict.that(until - world.clock.now() > 23 * 3_600_000, `it is kept until ${until}`);
    completed(verdict, report);
    nothingLeftOver(verdict, world, { previous: true }).done();
  });

  it("of a run that failed after it stays, whatever was asked for", async () => {
    const world = await createWorld();
    world.statementFailure = () => "no";
    const options = { keepPrevious: "0", postRestore: { cypherStatements: ["boom"] } };
    const { report } = await drive(world, running(requestOf({ options })));
    const verdict = new Verdict(world, report);
    failedWith(verdict, report, "PostHookFailed");
    nothingLeftOver(verdict, world, { previous: true }).done();
  });

  // Hours: what is asked for, when it is taken up again, and until when the store is kept in the end; 0: it is removed.
  it.each([
    ["0", 1, 24],
    ["0", 25, 0],
    ["2h", 1, 24],
    ["2h", 23, 25],
    ["2h", 30, 32],
    ["72h", 1, 73],
    [undefined, 1, 25],
  ] as const)(
    "of a failed run with keepPrevious %s, taken up after %s hours, is kept until hour %s",
    async (keepPrevious, after, until) => {
      const world = await createWorld();
      world.statementFailure = () => "no";
      const postRestore = { cypherStatements: ["boom"] };
      const wish = requestOf({
        options: { ...(keepPrevious === undefined ? {} : { keepPrevious }), postRestore },
      });
      const { report: failed } = await drive(world, running(wish));
      const begun = world.clock.now();
      const promised = failed?.status.previous?.keptUntil ?? "";
      await world.clock.pass(after * hour);
      world.statementFailure = () => undefined;
      const { report } = await drive(world, running(wish));
      const verdict = new Verdict(world, report);
      completed(verdict, report);
      nothingLeftOver(verdict, world, { previous: until > 0 });
      const told = report?.status.previous?.keptUntil;
      verdict
        .same("the ledger's time", asideOf(world)[0]?.keptUntil, told)
        .same("hours", told && Math.round((Date.parse(told) - begun) / hour), until === 0 ? undefined : until)
        .that(until === 0 || Date.parse(told ?? "") >= Date.parse(promised), `${told}, ${promised} promised`)
        .done();
    },
  );
});
