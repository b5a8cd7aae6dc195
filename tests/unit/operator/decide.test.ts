/** What the operator does about a restore, in every situation it can meet. */
import { decide, finalizer, type Scene } from "../../../provider/faces/operator/decide.js";
import {
  documentOf,
  foreign,
  incomplete,
  other,
  request,
  requestIn,
  scene,
  standingOf,
  taskOf,
  viewOf,
} from "./scenes.js";

test("the annotation that kubectl apply writes changes nothing; a trigger does", () => {
  const applied = { "kubectl.kubernetes.io/last-applied-configuration": "{}" };
  expect(requestIn(documentOf({}, applied))).toEqual(request);
  expect(requestIn(documentOf({}, { "neo4j.com/restore-trigger": "2" })).trigger).toBe("2");
});

test.each<[string, Partial<Scene>, object]>([
  ["new: marked first", { view: viewOf({ finalizers: [] }) }, { do: "mark" }],
  ["marked: run", {}, { do: "start", work: "run" }],
  [
    "another works on the target: after it",
    { ahead: "first" },
    { do: "queue", note: "restore first works on solo: begins after it" },
  ],
  [
    "another source, another works on the target: after it",
    { ahead: "first", standing: standingOf({}, other), observed: 2 },
    { do: "queue" },
  ],
  [
    "under way after a restart, another works on the target: it may hold it, so it is never queued",
    { ahead: "first", standing: standingOf({ active: true }) },
    { do: "start", work: "run" },
  ],
  [
    "its earlier run still holds the target that the one ahead waits for: it is never queued",
    { ahead: "first", standing: standingOf({ status: incomplete }, other), observed: 2 },
    { do: "start", work: "run" },
  ],
  ["under way after a restart: run joins it", { standing: standingOf({ active: true }) }, { work: "run" }],
  ["done and recorded: nothing", { standing: standingOf(), observed: 2 }, { do: "nothing" }],
  ["done, then edited: recorded", { standing: standingOf(), observed: 1 }, { work: "record" }],
  [
    "failed: nothing by itself",
    { standing: standingOf({ status: { phase: "Failed" } }), observed: 2 },
    { do: "nothing" },
  ],
  [
    "failed, then edited: tried again",
    { standing: standingOf({ status: { phase: "Failed" } }), observed: 1 },
    { work: "record" },
  ],
  [
    "failed, and asked to try again after that very end",
    {
      view: viewOf({ retry: "run t1" }),
      standing: standingOf({ status: { phase: "Failed", runId: "run", completionTime: "t1" } }),
      observed: 2,
    },
    { work: "record" },
  ],
  [
    "failed again since: nothing by itself",
    {
      view: viewOf({ retry: "run t1" }),
      standing: standingOf({ status: { phase: "Failed", runId: "run", completionTime: "t2" } }),
      observed: 2,
    },
    { do: "nothing" },
  ],
  [
    "deleted, to be let go: its run is left",
    { view: viewOf({ deleting: true, letGo: true }), task: taskOf() },
    { do: "ask", of: "leave" },
  ],
  [
    "deleted, to be let go: nothing of its run is removed",
    { view: viewOf({ deleting: true, letGo: true }), standing: standingOf() },
    { do: "unmark" },
  ],
  ["another source: run", { standing: standingOf({}, other), observed: 2 }, { work: "run" }],
  [
    "another source while an unfinished run holds the target, after a restart: that one first",
    { standing: standingOf({ active: true, locked: true }, other) },
    { work: "resume" },
  ],
  [
    "another source while a run waits: at once",
    { standing: standingOf({ active: true }), task: taskOf({ request: other }) },
    { do: "ask", of: "leave" },
  ],
  [
    "another source while a run holds the target: after it",
    { standing: standingOf({ active: true, locked: true }), task: taskOf({ request: other }) },
    { do: "nothing", note: "the changed spec is restored once this run has ended" },
  ],
  [
    "a repaired hook while a run works: the run takes it up",
    {
      standing: standingOf({ active: true, locked: true }),
      task: taskOf({ request: { ...request, spec: { ...request.spec, force: true } } }),
    },
    { do: "ask", of: "leave" },
  ],
  [
    "deleted while it runs: cancelled",
    { view: viewOf({ deleting: true }), task: taskOf() },
    { of: "cancel" },
  ],
  [
    "deleted: removed",
    { view: viewOf({ deleting: true }), standing: standingOf() },
    { do: "start", work: "remove" },
  ],
  [
    "deleted and removed: let go, whatever is left of another owner",
    { view: viewOf({ deleting: true }), standing: standingOf(), removed: true },
    { do: "unmark" },
  ],
  ["deleted, nothing there: let go", { view: viewOf({ deleting: true }) }, { do: "unmark" }],
  ["gone: forgotten", { view: undefined }, { do: "forget" }],
  [
    "a run without a resource: left to its driver at first",
    { view: undefined, standing: standingOf({ active: true }), orphanSince: 990_000 },
    { do: "nothing", wakeAt: 1_010_000 },
  ],
  [
    "a run without a resource: adopted",
    { view: undefined, standing: standingOf({ active: true }), orphanSince: 900_000 },
    { do: "start", work: "resume" },
  ],
  [
    "a run without a resource, whose driver gave a sign of life: left to it until that is old",
    { view: undefined, standing: standingOf({ active: true }), orphanSince: 0, drivenUntil: 1_007_000 },
    { do: "nothing", wakeAt: 1_007_000 },
  ],
  [
    "a run without a resource, whose driver was silent for long enough: adopted",
    { view: undefined, standing: standingOf({ active: true }), orphanSince: 0, drivenUntil: 1_000_000 },
    { do: "start", work: "resume" },
  ],
  [
    "a finished one without a resource: forgotten",
    { view: undefined, standing: standingOf() },
    { do: "forget" },
  ],
  [
    "another controller's: refused",
    { view: viewOf({ finalizers: [foreign] }) },
    { do: "refuse", reason: "ForeignController" },
  ],
  [
    "another controller's and ours, nothing begun: refused",
    { view: viewOf({ finalizers: [finalizer, foreign] }) },
    { do: "refuse", reason: "ForeignController" },
  ],
  [
    "another controller's and ours, and not valid: refused as the other's",
    { view: viewOf({ finalizers: [finalizer, foreign], document: documentOf({ timeout: "soon" }) }) },
    { do: "refuse", reason: "ForeignController" },
  ],
  [
    "marked by another while a run was just begun: given up",
    { view: viewOf({ finalizers: [finalizer, foreign] }), task: taskOf() },
    { do: "ask", of: "cancel" },
  ],
  [
    "marked by another while a run holds the target: it goes on",
    {
      view: viewOf({ finalizers: [finalizer, foreign] }),
      task: taskOf(),
      standing: standingOf({ active: true, locked: true }),
    },
    { do: "nothing" },
  ],
  [
    "marked by another, a failed run of ours, edited: not tried again",
    {
      view: viewOf({ finalizers: [finalizer, foreign] }),
      standing: standingOf({ status: { phase: "Failed" } }),
      observed: 1,
    },
    { do: "refuse", reason: "ForeignController" },
  ],
  [
    "marked by another, a completed run of ours, edited: noted",
    { view: viewOf({ finalizers: [finalizer, foreign] }), standing: standingOf(), observed: 1 },
    { do: "start", work: "record" },
  ],
  [
    "a finalizer of no controller of this kind: run",
    { view: viewOf({ finalizers: ["example.com/audit", finalizer] }) },
    { do: "start", work: "run" },
  ],
  [
    "new, a permission is missing: neither marked nor begun",
    { view: viewOf({ finalizers: [] }), lacking: "it may not" },
    { do: "hold", note: "it may not" },
  ],
  ["marked, a permission is missing: held", { lacking: "it may not" }, { do: "hold" }],
  [
    "another source, a permission is missing: held",
    { lacking: "it may not", standing: standingOf({}, other), observed: 2 },
    { do: "hold" },
  ],
  [
    "failed, then edited, a permission is missing: held",
    { lacking: "it may not", standing: standingOf({ status: { phase: "Failed" } }), observed: 1 },
    { do: "hold" },
  ],
  [
    "completed, then edited, a permission is missing: noted all the same",
    { lacking: "it may not", standing: standingOf(), observed: 1 },
    { do: "start", work: "record" },
  ],
  [
    "under way, a permission is missing: it goes on, as far as it may",
    { lacking: "it may not", standing: standingOf({ active: true }) },
    { do: "start", work: "run" },
  ],
  [
    "deleted, a permission is missing: what it holds is given back",
    { lacking: "it may not", view: viewOf({ deleting: true }), standing: standingOf() },
    { do: "start", work: "remove" },
  ],
  [
    "not valid: refused",
    { view: viewOf({ document: documentOf({ timeout: "soon" }) }) },
    { do: "refuse", reason: "InvalidSpec" },
  ],
  [
    "made invalid while it runs: it goes on",
    { view: viewOf({ document: documentOf({ timeout: "soon" }) }), task: taskOf() },
    { do: "nothing" },
  ],
  [
    "the previous store's time is over: discarded",
    {
      standing: standingOf({
        status: { phase: "Completed", previous: { path: "p", keptUntil: new Date(999_000).toISOString() } },
      }),
      observed: 2,
    },
    { work: "discard" },
  ],
  [
    "the previous store is still kept: looked at then",
    {
      standing: standingOf({
        status: { phase: "Completed", previous: { path: "p", keptUntil: new Date(1_001_000).toISOString() } },
      }),
      observed: 2,
    },
    { do: "nothing", wakeAt: 1_001_000 },
  ],
])("%s", (_, more, expected) => {
  expect(decide(scene(more))).toMatchObject(expected);
});
