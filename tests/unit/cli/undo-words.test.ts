/** What the command line says is safe after an undo that failed: by what serves, never by the restore's own end. */
import { renderEnd } from "../../../provider/faces/cli/render-run.js";
import type { RestoreCondition } from "../../../provider/spec/types.js";
import { report } from "./console.js";

const undone = (status: "True" | "False"): RestoreCondition => ({
  type: "Undone",
  ...{ status, reason: "UndoFailed", message: "" },
  ...{ lastTransitionTime: "2026-03-01T00:00:00.000Z", observedGeneration: 1 },
});

test.each([
  ["Completed", "False", "undo left everything as it was before: the restored data is in its place"],
  ["Failed", "False", "the database may be down: undo has neither put the previous data back nor given"],
  ["Completed", "True", "the previous data serves"],
] as const)("phase %s, Undone %s", (phase, status, said) => {
  const failure = { reason: "UndoFailed", message: "it broke", hints: [] };
  expect(renderEnd(report({ phase, conditions: [undone(status)] }, failure), false)).toContain(said);
});
