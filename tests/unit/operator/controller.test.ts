/**
 * Many restores of few targets: in whatever order they come and whatever becomes of each, one at a time works on a
 * target, those behind it ask the cluster for nothing, and all of them come to their end.
 */
import fc from "fast-check";
import { settled, Small, started } from "./small-world.js";

jest.setTimeout(60_000);

test("in any order and with any end, restores of one target follow each other and none is left", async () => {
  const wishes = fc.array(fc.record({ target: fc.nat(2), late: fc.boolean(), well: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(wishes, fc.infiniteStream(fc.nat(2)), async (all, choices) => {
      const small = new Small();
      const named = all.map((wish, index) => ({ ...wish, name: `r${index}` }));
      for (const { name, target, late } of named) if (!late) small.add(name, `graph-${target}`);
      const { stop } = started(small.world());
      await settled();
      for (const { name, target, late } of named) if (late) small.add(name, `graph-${target}`);
      for (let step = 0; step < named.length; step += 1) {
        await settled();
        const ends = [...small.atWork.values()];
        const next = ends[(choices.next().value as number) % ends.length];
        if (!next) break;
        next.end(named.find(({ name }) => name === next.name)?.well ?? true);
      }
      await settled();
      expect(small.collisions).toEqual([]);
      expect([...small.began].sort()).toEqual(named.map(({ name }) => name).sort());
      expect([...small.views.values()].map(({ status }) => status?.message)).toEqual(named.map(() => "over"));
      await stop();
    }),
    { numRuns: 60 },
  );
});

test("those that wait for ever keep no other from its turn, and one that is met later takes its turn", async () => {
  const wish = fc.record({
    target: fc.nat(1),
    misses: fc.constantFrom(undefined, "BackupNotReady", "TargetNotFound"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(wish, { minLength: 2, maxLength: 8 }), fc.nat(7), async (wishes, met) => {
      const small = new Small();
      const named = wishes.map((one, index) => ({ ...one, name: `r${index}` }));
      for (const { name, misses } of named) if (misses !== undefined) small.missing.set(name, misses);
      for (const { name, target } of named) small.add(name, `graph-${target}`);
      const { stop } = started(small.world());
      await settled();
      const [comes] = [...small.waiting].slice(met % named.length);
      comes?.[1]();
      for (let step = 0; step <= named.length; step += 1) {
        await settled();
        [...small.atWork.values()].forEach(({ end }) => end(true));
      }
      await settled();
      const due = named.filter(({ name, misses }) => misses === undefined || name === comes?.[0]);
      const ended = named.filter(({ name }) => small.view(name).status?.phase === "Completed");
      expect(ended).toEqual(due);
      expect([...small.began].sort()).toEqual(named.map(({ name }) => name).sort());
      for (const view of [...small.views.values()]) small.edit(view.name, { deleting: true });
      await settled();
      expect(small.views.size).toBe(0);
      await stop();
    }),
    { numRuns: 20 },
  );
});

test("who waits is told for whom, and those who came first go first", async () => {
  const small = new Small();
  for (const name of ["one", "two", "three"]) small.add(name, "graph");
  const { stop } = started(small.world());
  await settled();
  expect(small.shown).toContain("two: restore one works on graph: begins after it");
  for (const name of ["one", "two", "three"]) {
    expect(small.atWork.get("graph")?.name).toBe(name);
    small.atWork.get("graph")?.end(true);
    await settled();
  }
  expect(small.shown).toContain("three: restore two works on graph: begins after it");
  await stop();
});

test("who has been restored before and waits for its next run shows neither its old end nor a new one", async () => {
  const small = new Small();
  small.add("again", "graph");
  const { stop } = started(small.world());
  await settled();
  small.atWork.get("graph")?.end(true);
  await settled();
  small.add("first", "graph");
  await settled();
  small.change("again", "2");
  await settled();
  expect(small.views.get("again")?.status).toMatchObject({
    phase: "Pending",
    message: "restore first works on graph: begins after it",
    observedGeneration: 1,
  });
  small.atWork.get("graph")?.end(true);
  await settled();
  expect(small.atWork.get("graph")?.name).toBe("again");
  small.atWork.get("graph")?.end(true);
  await settled();
  expect(small.views.get("again")?.status).toMatchObject({ phase: "Completed", observedGeneration: 2 });
  await stop();
});
