/** What is valid and does not do what it seems to is told by an event of type Warning, once for each generation. */
import { foreign, settled, Small, started } from "./small-world.js";

const pointInTime = "2026-02-28T01:00:00.5Z";
const warnings = (small: Small): readonly string[] =>
  small.events
    .filter(({ reason, warning }) => reason === "SpecWarning" && warning)
    .map(({ message }) => message);

/** A restore whose point in time is finer than Neo4j takes it. */
function add(small: Small, generation = 1): void {
  small.add("r", "graph", "1", generation);
  const { document } = small.view("r");
  const { metadata, spec } = document as {
    readonly metadata: object;
    readonly spec: { readonly source: object };
  };
  const source = { ...spec.source, pointInTime };
  const annotations = {
    "neo4j.com/restore-trigger": "1",
    "kubectl.kubernetes.io/last-applied-configuration": "{}",
  };
  const changed = { metadata: { ...metadata, annotations }, spec: { ...spec, source } };
  small.edit("r", { document: changed });
}

test("once, however often it is looked at, also by the next operator", async () => {
  const small = new Small();
  add(small);
  const first = started(small.world());
  await settled();
  small.edit("r", { revision: "2" });
  await settled();
  expect(warnings(small)).toEqual([expect.stringContaining("spec.source.pointInTime")]);
  small.atWork.get("graph")?.end(true);
  await settled();
  await first.stop();
  const next = started(small.world());
  await settled();
  expect(warnings(small)).toHaveLength(1);
  await next.stop();
});

test("again when the spec was changed, as another event", async () => {
  const small = new Small();
  add(small);
  const { stop } = started(small.world());
  await settled();
  small.atWork.get("graph")?.end(true);
  await settled();
  add(small, 2);
  await settled();
  expect(warnings(small)).toHaveLength(2);
  expect(new Set(small.events.map(({ id }) => id)).size).toBe(small.events.length);
  small.atWork.get("graph")?.end(true);
  await stop();
});

test("not on a resource of another controller, nor where there is nothing to tell", async () => {
  const small = new Small();
  small.add("plain", "graph");
  add(small);
  small.edit("r", { finalizers: [foreign] });
  const { stop } = started(small.world());
  await settled();
  expect(warnings(small)).toEqual([]);
  small.atWork.get("graph")?.end(true);
  await stop();
});
