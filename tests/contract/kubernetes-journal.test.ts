/** Journal, ledger and lease on a real API server: of several writers exactly one wins, and nothing is lost. */
import { createJournal, createRestoreResources } from "../../provider/adapters/kubernetes/index.js";
import { isTerminating, texts } from "../../provider/adapters/kubernetes/json.js";
import { namespacePath, pathOf } from "../../provider/adapters/kubernetes/paths.js";
import { finalizer, journalName, labels, ledgerName } from "../../provider/plan/names.js";
import type { JournalPort } from "../../provider/workflow/ports.js";
import { eventually, openLab, type Lab } from "./kubernetes/lab.js";

jest.setTimeout(60_000);

let lab: Lab;
let journal: JournalPort;

beforeAll(async () => {
  lab = await openLab();
  journal = createJournal(lab.connection);
});

afterAll(() => lab.remove());

const record = (runId: string, request = `request of ${runId}`) => ({
  state: JSON.stringify({ runId }),
  status: JSON.stringify({ phase: "Running" }),
  request,
  owner: "urn:test",
});

const save = (name: string, runId: string, revision: string | undefined, active = true): Promise<string> =>
  journal.save(lab.namespace, name, record(runId), { revision, active });

test("what was saved is loaded, the request from a Secret, with labels and a finalizer while active", async () => {
  expect(await journal.load(lab.namespace, "one")).toBeUndefined();
  const revision = await save("one", "run1", undefined);
  expect(await journal.load(lab.namespace, "one")).toEqual({
    ...record("run1"),
    revision,
    cancelRequested: false,
  });
  const map = await lab.read("ConfigMap", journalName("one"));
  expect(JSON.stringify(map)).not.toContain("request of run1");
  expect(map).toMatchObject({
    metadata: { labels: { [labels.run]: "run1", [labels.restore]: "one" }, finalizers: [finalizer] },
  });
  await save("one", "run1", revision, false);
  expect(texts(await lab.read("ConfigMap", journalName("one")), "metadata", "finalizers")).toEqual([]);
});

test("of many first saves at once one wins, and its request is the one that is kept", async () => {
  const ids = Array.from({ length: 6 }, (_, index) => `run${index}`);
  const results = await Promise.allSettled(
    ids.map((id) =>
      createJournal(lab.connection).save(lab.namespace, "race", record(id), {
        revision: undefined,
        active: true,
      }),
    ),
  );
  const winners = ids.filter((_, index) => results[index]?.status === "fulfilled");
  expect(winners).toHaveLength(1);
  for (const result of results) {
    if (result.status === "rejected") expect(result.reason).toMatchObject({ reason: "JournalConflict" });
  }
  const [winner = ""] = winners;
  expect(await journal.load(lab.namespace, "race")).toMatchObject(record(winner));
});

test("a first save that a crash cut short counts as none and is taken over", async () => {
  await lab.make("ConfigMap", journalName("crashed"), {});
  await lab.make("Secret", journalName("crashed"), { stringData: { "request.json": "old" } });
  expect(await journal.load(lab.namespace, "crashed")).toBeUndefined();
  await save("crashed", "run2", undefined);
  expect(await journal.load(lab.namespace, "crashed")).toMatchObject(record("run2"));
});

test("an outdated save conflicts, also after a request to cancel, which is then seen", async () => {
  const first = await save("old", "run1", undefined);
  await journal.requestCancel(lab.namespace, "old");
  await expect(save("old", "run1", first)).rejects.toMatchObject({ reason: "JournalConflict" });
  const loaded = await journal.load(lab.namespace, "old");
  expect(loaded?.cancelRequested).toBe(true);
  const next = await save("old", "run1", loaded?.revision);
  expect(next).not.toBe(first);
  expect((await journal.load(lab.namespace, "old"))?.cancelRequested).toBe(true);
});

test("a changed request replaces the Secret, an unchanged one leaves it alone", async () => {
  const first = await save("edit", "run1", undefined);
  const before = await lab.read("Secret", journalName("edit"));
  const second = await save("edit", "run1", first);
  expect(await lab.read("Secret", journalName("edit"))).toEqual(before);
  await journal.save(lab.namespace, "edit", record("run1", "other"), { revision: second, active: true });
  expect((await journal.load(lab.namespace, "edit"))?.request).toBe("other");
});

test("a journal that somebody deletes while it is active stays readable and writable, then goes", async () => {
  const first = await save("deleted", "run1", undefined);
  await lab.connection.api.remove(pathOf("ConfigMap", lab.namespace, journalName("deleted")));
  const map = await lab.read("ConfigMap", journalName("deleted"));
  expect(map && isTerminating(map)).toBe(true);
  await expect(save("deleted", "run1", first)).rejects.toMatchObject({ reason: "JournalConflict" });
  const loaded = await journal.load(lab.namespace, "deleted");
  const next = await save("deleted", "run1", loaded?.revision);
  await save("deleted", "run1", next, false);
  expect(await journal.load(lab.namespace, "deleted")).toBeUndefined();
});

test("without its Secret a journal is unreadable, and remove clears whatever is left", async () => {
  await save("half", "run1", undefined);
  await lab.connection.api.remove(pathOf("Secret", lab.namespace, journalName("half")));
  await expect(journal.load(lab.namespace, "half")).rejects.toMatchObject({
    kind: "terminal",
    reason: "JournalUnreadable",
  });
  await journal.remove(lab.namespace, "half");
  await journal.remove(lab.namespace, "half");
  expect(await lab.read("ConfigMap", journalName("half"))).toBeUndefined();
});

test("a name of 63 characters and a journal that is too large", async () => {
  const name = "n".repeat(63);
  await save(name, "run1", undefined);
  expect((await journal.load(lab.namespace, name))?.owner).toBe("urn:test");
  const large = { ...record("run1"), state: JSON.stringify({ runId: "run1", log: "x".repeat(300_000) }) };
  await expect(
    journal.save(lab.namespace, "large", large, { revision: undefined, active: true }),
  ).rejects.toMatchObject({ kind: "terminal" });
});

test("the ledger keeps the restores of each database, written by several at once", async () => {
  const ref = { namespace: lab.namespace, name: "graph" };
  const entry = (runId: string) => ({
    ...{ runId, restore: "r", identity: "abc", completedAt: "2026-01-01T00:00:00Z" },
    uids: ["of-the-resource", "of-its-claim"],
  });
  const restored = (runId: string) => ({ kind: "restored", entry: entry(runId) }) as const;
  expect(await journal.ledger(ref, "orders")).toBeUndefined();
  const runs = ["first", "second", "third", "fourth"];
  await Promise.all(runs.map((run) => journal.writeLedger(ref, "orders", [restored(run)])));
  await journal.writeLedger(ref, "orders-eu", [restored("other")]);
  const undoneAt = "2026-01-02T00:00:00Z";
  await journal.writeLedger(ref, "orders", [{ kind: "undone", runId: "second", at: undoneAt }]);
  const { restores = [] } = (await journal.ledger(ref, "orders")) ?? {};
  expect(restores.map(({ runId }) => runId).sort()).toEqual([...runs].sort());
  expect(restores.find(({ runId }) => runId === "second")).toEqual({ ...entry("second"), undoneAt });
  expect(await journal.ledger(ref, "orders-eu")).toEqual({ restores: [entry("other")], aside: [] });
  await lab.connection.api.patch(pathOf("ConfigMap", lab.namespace, ledgerName("graph", "orders")), {
    data: { restores: "[{}]" },
  });
  await expect(journal.ledger(ref, "orders")).rejects.toMatchObject({ reason: "JournalUnreadable" });
});

test("a lease has one holder, shows renewal, and changes hands only as it was seen last", async () => {
  const lease = (driver: string, silent?: string) =>
    journal.lease(lab.namespace, "led", driver, silent, lasts);
  const renew = (driver: string) => journal.renewLease(lab.namespace, "led", driver, lasts);
  const lasts = 31_000;
  expect(await renew("a")).toBe(false);
  const takers = await Promise.all(["a", "b", "c", "d"].map((driver) => lease(driver)));
  expect(takers.filter((taker) => taker.mine)).toHaveLength(1);
  const holder = ["a", "b", "c", "d"][takers.findIndex((taker) => taker.mine)] ?? "";
  const seen = await lease("z");
  expect(seen).toMatchObject({ mine: false, holder, lasts });
  expect(await journal.driver(lab.namespace, "led")).toEqual({ renewed: seen.renewed, lasts });
  expect(await lease("z")).toEqual(seen);
  expect(await renew(holder)).toBe(true);
  // Whoever saw it silent takes nothing of what was renewed since.
  expect(await lease("z", seen.renewed)).toMatchObject({ mine: false, holder });
  const again = await lease("z");
  expect(again.renewed).not.toBe(seen.renewed);
  const both = await Promise.all(["y", "z"].map((taker) => lease(taker, again.renewed)));
  expect(both.filter(({ mine }) => mine)).toHaveLength(1);
  if (both[0]?.mine === true) expect(await lease("z", (await lease("z")).renewed)).toEqual({ mine: true });
  expect(await renew(holder)).toBe(false);
  await journal.releaseLease(lab.namespace, "led", holder);
  expect(await lease(holder)).toMatchObject({ mine: false, holder: "z" });
  await journal.releaseLease(lab.namespace, "led", "z");
  expect(await renew("z")).toBe(false);
  expect(await lease(holder)).toEqual({ mine: true });
});

test("a namespace that is deleted under an active run is kept by its journal, and goes once that is let go", async () => {
  const going = await openLab();
  const { connection, namespace } = going;
  const options = { revision: undefined, active: true };
  await createJournal(connection).save(namespace, "left", record("run1"), options);
  await connection.api.remove(namespacePath(namespace));
  const resources = createRestoreResources(connection);
  expect(await resources.isGoing(namespace)).toBe(true);
  await eventually(async () => isTerminating((await going.read("ConfigMap", journalName("left"))) ?? {}));
  await resources.letJournalGo({ namespace, name: "left" });
  await eventually(async () => !(await connection.api.get(namespacePath(namespace))));
});
