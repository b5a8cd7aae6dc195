/** What the operator can't do is told on the resource, and takes nothing away from what is told there. */
import { RestoreFault } from "../../../provider/workflow/faults.js";
import { settled, Small, started } from "./small-world.js";

test("a discard that can't be begun leaves a completed restore Completed, and is told by an event", async () => {
  const small = new Small();
  small.add("r", "graph");
  const { stop } = started(
    small.world({
      discard: () => Promise.reject(new RestoreFault("terminal", "KubernetesRefused", "a Lease is refused")),
    }),
  );
  await settled();
  small.atWork.get("graph")?.end(true);
  await settled();
  const done = small.standings.get("r");
  if (!done) throw new Error("nothing was done");
  const previous = { path: "p", keptUntil: "2026-01-01T00:00:00Z" };
  small.stand("r", { ...done, status: { ...done.status, previous } });
  await settled();
  expect(small.view("r").status?.phase).toBe("Completed");
  expect(small.events).toContainEqual(
    expect.objectContaining({ reason: "KubernetesRefused", message: "a Lease is refused", warning: true }),
  );
  await stop();
  expect(small.view("r").status).toMatchObject({ phase: "Completed", message: "over" });
});

test("a journal that can't be read is told with what to do, and keeps no resource from going", async () => {
  const small = new Small();
  const unreadable = new RestoreFault("terminal", "JournalUnreadable", "the journal is of version 2");
  const { stop } = started(small.world({ standing: () => Promise.reject(unreadable) }));
  small.add("r", "graph");
  await settled();
  expect(small.view("r").status).toMatchObject({ phase: "Failed" });
  expect(small.view("r").status?.message).toContain("the journal is of version 2");
  const told = small.shown.length;
  small.edit("r", { revision: "2" });
  await settled();
  expect(small.shown).toHaveLength(told);
  small.edit("r", { deleting: true });
  await settled();
  expect(small.views.has("r")).toBe(false);
  expect(small.began).toEqual([]);
  await stop();
});

test("a thousand restores that may have changed are not all looked at at once", async () => {
  const small = new Small();
  const world = small.world();
  for (let index = 0; index < 1000; index += 1) small.add(`r${index}`, `graph-${index}`);
  let now = 0;
  let most = 0;
  const seen = new Set<string>();
  const get: typeof world.resources.get = async ({ name }) => {
    most = Math.max(most, ++now);
    seen.add(name);
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
    return undefined;
  };
  const { stop } = started({ ...world, resources: { ...world.resources, get } });
  for (let turn = 0; turn < 20 && seen.size < 1000; turn += 1) await settled();
  await stop();
  expect(seen.size).toBe(1000);
  expect(most).toBe(16);
});
