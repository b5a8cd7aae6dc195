/**
 * Late effects of hooks: whatever a driver that was replaced has sent of a hook's Job, and whenever that arrives, the
 * hook begins only where the next driver wants it, and then once.
 */
import { newDataServes, nothingLeftOver, oldDataServes, Verdict } from "./expectations.js";
import { dieWith, kindsOf, replaced } from "./late.js";
import { type Drive, requestOf, running, type Work } from "./story.js";
import { releasing } from "./undoing.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(600_000);

/** From before the next driver's first act on, and when it is through. */
const moments = [...Array.from({ length: 33 }, (_, n) => n * 250), undefined];

type When = "pre" | "post";
const job = { template: { container: { image: "debian" } } };
const withHook = (when: When): Work => running(requestOf({ options: { [`${when}Restore`]: { job } } }));

/** With each kind of what is sent of the Job under way, at each moment. @returns what was wrong */
async function told(
  when: When,
  next: Work,
  judge: (verdict: Verdict, world: World, drive: Drive, kind: string) => void,
): Promise<readonly string[]> {
  const kinds = await kindsOf(await createWorld(), withHook(when));
  const wrong: string[] = [];
  for (const kind of ["kubernetes.create hook", "kubernetes.startJob"]) {
    const n = kinds.get(kind);
    if (n === undefined) throw new Error(`a hook needs no ${kind}`);
    for (const afterMs of moments) {
      const world = await createWorld();
      const drive = await replaced(world, next, await dieWith(world, withHook(when), n), afterMs);
      const verdict = new Verdict(world, drive.report);
      judge(verdict, world, drive, kind);
      verdict.that(!world.jobs.unfinished().some(({ started }) => started), "a Job works");
      try {
        verdict.done();
      } catch (error) {
        wrong.push(`${kind}, ${afterMs} ms: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  return wrong;
}

describe.each(["pre", "post"] as const)("a hook of %sRestore", (when) => {
  it("does not begin where the next driver gives up", async () => {
    const wrong = await told(when, releasing, (verdict, world, { report }, kind) => {
      verdict.same("the phase", report?.status.phase, "Failed");
      // Where it was told to start before anybody looked, it is ended.
      const most = kind === "kubernetes.startJob" ? 1 : 0;
      verdict.that(world.jobs.hooksBegun.length <= most, `it began ${world.jobs.hooksBegun.length} times`);
      if (when === "pre") nothingLeftOver(oldDataServes(verdict, world), world);
      else newDataServes(verdict, world);
    });
    expect(wrong).toEqual([]);
  });

  it("runs once where the next driver goes on", async () => {
    const wrong = await told(when, withHook(when), (verdict, world, { report }) => {
      verdict.same("the phase", report?.status.phase, "Completed");
      verdict.same("how often it began", world.jobs.hooksBegun.length, 1);
      nothingLeftOver(newDataServes(verdict, world), world, { previous: true });
    });
    expect(wrong).toEqual([]);
  });
});
