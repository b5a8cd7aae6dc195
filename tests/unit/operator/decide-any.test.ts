/** What the operator never does, whatever it meets. */
import fc from "fast-check";
import { decide, finalizer, type Scene } from "../../../provider/faces/operator/decide.js";
import { requestOf } from "../../../provider/faces/operator/request.js";
import { runIdentity } from "../../../provider/plan/identity.js";
import { documentOf, foreign, other, request, scene, standingOf, viewOf } from "./scenes.js";

const scenes: fc.Arbitrary<Scene> = fc
  .record({
    view: fc.option(
      fc.record({
        deleting: fc.boolean(),
        finalizers: fc.subarray([finalizer, foreign, "example.com/x"]),
        document: fc.constantFrom(documentOf(), documentOf({ timeout: "soon" }), documentOf({ force: true })),
      }),
      { nil: undefined },
    ),
    standing: fc.option(
      fc.record({
        active: fc.boolean(),
        locked: fc.boolean(),
        of: fc.constantFrom(request, other),
        phase: fc.constantFrom(
          "Pending" as const,
          "Running" as const,
          "Completed" as const,
          "Failed" as const,
        ),
      }),
      { nil: undefined },
    ),
    task: fc.option(
      fc.record({
        work: fc.constantFrom("run" as const, "record" as const, "resume" as const, "remove" as const),
        request: fc.constantFrom(request, other, undefined),
        asked: fc.constantFrom("nothing" as const, "leave" as const, "cancel" as const),
      }),
      { nil: undefined },
    ),
    observed: fc.constantFrom(undefined, 1, 2),
    removed: fc.boolean(),
    ahead: fc.constantFrom(undefined, "first"),
  })
  .map(({ view, standing, ...rest }) =>
    scene({
      ...rest,
      view: view && viewOf(view),
      asked: view && requestOf(view.document),
      standing: standing && standingOf({ ...standing, status: { phase: standing.phase } }, standing.of),
    }),
  );

test("in any situation: no second task, nothing on what is not ours, no failure tried again unasked", () => {
  fc.assert(
    fc.property(scenes, (any) => {
      const action = decide(any);
      const { view, task, standing } = any;
      if (task) expect(["nothing", "ask", "mark"]).toContain(action.do);
      const others = view?.deleting === false && view.finalizers.includes(foreign);
      if (others && !standing) expect(["refuse", "ask", "nothing"]).toContain(action.do);
      if (action.do !== "start") return;
      if (view && !view.deleting) expect(view.finalizers).toContain(finalizer);
      if (action.work === "remove") expect(view?.deleting).toBe(true);
      const failed = standing && !standing.active && standing.status.phase === "Failed";
      const sameRun = standing?.identity === runIdentity(request, "neo4j");
      if (failed && sameRun && any.observed === view?.generation && view?.deleting === false)
        throw new Error(`tried again: ${JSON.stringify(action)}`);
    }),
  );
});
