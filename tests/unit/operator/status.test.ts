/** The status of a resource, and the events that its changes are told by. */
import { eventsOf } from "../../../provider/faces/operator/events.js";
import {
  accepted,
  markOf,
  observedOf,
  projected,
  refused,
  same,
} from "../../../provider/faces/operator/status.js";
import type { RestoreView } from "../../../provider/compose.js";
import type { Standing } from "../../../provider/runtime/engine.js";
import type { Neo4jRestoreStatus } from "../../../provider/spec/types.js";

const at = "2026-01-01T00:00:00.000Z";
const view: RestoreView = {
  namespace: "neo4j",
  name: "r",
  uid: "u",
  revision: "1",
  generation: 2,
  deleting: false,
  finalizers: [],
  document: {},
  status: undefined,
};
const statusOf = (more: Partial<Neo4jRestoreStatus> = {}): Neo4jRestoreStatus => ({
  phase: "Running",
  message: "restoring",
  runId: "one",
  steps: [{ name: "Resolve", start: at, attempt: 1 }],
  conditions: [
    {
      type: "Ready",
      status: "False",
      reason: "InProgress",
      message: "",
      lastTransitionTime: at,
      observedGeneration: 9,
    },
  ],
  observedGeneration: 9,
  ...more,
});
const standingOf = (more: Partial<Standing> = {}): Standing => ({
  runId: "one",
  identity: "i",
  active: true,
  locked: true,
  attempt: 1,
  status: statusOf(),
  ...more,
});

test("the journal's status is shown with the resource's generation and a note", () => {
  const shown = projected(standingOf(), 2, "the changed spec waits");
  expect(shown).toMatchObject({ observedGeneration: 2, message: "restoring; the changed spec waits" });
  expect(shown.conditions?.[0]?.observedGeneration).toBe(2);
});

test("a status that says the same is the same in whatever order", () => {
  const { phase, message, ...rest } = statusOf();
  expect(same({ ...rest, message: message ?? "", phase }, statusOf())).toBe(true);
  expect(same(undefined, statusOf())).toBe(false);
  expect(same(statusOf(), statusOf({ message: "else" }))).toBe(false);
});

test("an old end never passes for the end of what was begun since", () => {
  const old = standingOf({ active: false, status: statusOf({ phase: "Completed" }) });
  const begun = { generation: 2, before: 1, from: markOf(old) };
  expect(observedOf(begun, true, old, undefined)).toBe(1);
  expect(observedOf(begun, true, standingOf({ runId: "two" }), undefined)).toBe(2);
  expect(observedOf(begun, true, { ...old, attempt: 2 }, undefined)).toBe(2);
  expect(observedOf(begun, false, old, undefined)).toBe(2);
  expect(observedOf(undefined, false, old, statusOf({ observedGeneration: 1 }))).toBe(1);
});

test("accepted is reconciling, refused is stalled; what stays keeps its instant", () => {
  const first = accepted(view, 1000);
  expect(first).toMatchObject({ phase: "Pending", observedGeneration: 2 });
  const second = refused({ ...view, status: first }, 2000, "InvalidSpec", "wrong");
  const said = second.conditions?.map(({ type, status, lastTransitionTime }) => [
    type,
    status,
    lastTransitionTime,
  ]);
  expect(said).toEqual([
    ["Ready", "False", new Date(1000).toISOString()],
    ["Reconciling", "False", new Date(2000).toISOString()],
    ["Stalled", "True", new Date(2000).toISOString()],
  ]);
});

test("each step is told once, and the end; the same change gives the same events", () => {
  const running = statusOf();
  const later = statusOf({
    steps: [...(running.steps ?? []), { name: "Lock", start: at, attempt: 1 }],
  });
  const done = statusOf({
    ...later,
    phase: "Completed",
    completionTime: at,
    conditions: [
      { type: "Ready", status: "True", reason: "Restored", message: "serves", lastTransitionTime: at },
    ],
  });
  const all = [
    ...eventsOf(undefined, running),
    ...eventsOf(running, later),
    ...eventsOf(later, later),
    ...eventsOf(later, done),
    ...eventsOf(done, done),
  ];
  expect(all.map(({ reason }) => reason)).toEqual(["Resolve", "Lock", "Restored"]);
  expect(new Set(all.map(({ id }) => id)).size).toBe(3);
  expect(eventsOf(later, done)).toEqual(eventsOf(later, done));
  const [failed] = eventsOf(undefined, refused(view, 1, "InvalidSpec", "wrong"));
  expect(failed).toMatchObject({ warning: true, reason: "InvalidSpec", message: "wrong" });
});
