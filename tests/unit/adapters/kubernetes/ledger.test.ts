/** The ledger's objects: one for each database of a target; the former shape is read, and carried over by the first write. */
import type { IncomingMessage } from "node:http";
import { createJournal } from "../../../../provider/adapters/kubernetes/index.js";
import { formerLedgerName, ledgerName } from "../../../../provider/plan/names.js";
import { json, startFakeServer, status, type FakeServer } from "./fake-server.js";

let server: FakeServer;
beforeEach(async () => {
  server = await startFakeServer();
});
afterEach(() => server.close());

const ref = { namespace: "apps", name: "graph" };
const collection = "/api/v1/namespaces/apps/configmaps";
const entry = (runId: string) => ({
  ...{ runId, restore: "r", identity: "abc", completedAt: "2026-01-01T00:00:00Z", uids: ["u"] },
});
const store = {
  ...{ runId: "run2", restore: "r", pod: "graph-0", claim: "data-graph-0", path: "/data/x", bytes: 5 },
  ...{ lastTxn: 7, keptUntil: "2026-01-02T00:00:00Z" },
};

interface Written {
  readonly metadata: { readonly name?: string; readonly labels?: object; readonly resourceVersion?: string };
  readonly data: Readonly<Record<string, string>>;
}

async function bodyOf(request: IncomingMessage): Promise<Written> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Written;
}

/** ConfigMaps by name, and what is written. */
function serve(maps: Readonly<Record<string, object>>): readonly Written[] {
  const written: Written[] = [];
  const take = (request: IncomingMessage, answer: () => void): void => {
    void bodyOf(request)
      .then((body) => written.push(body))
      .then(answer);
  };
  for (const name of [ledgerName("graph", "orders"), formerLedgerName("graph")]) {
    const map = maps[name];
    server.answers.set(`${collection}/${name}`, (request, response) => {
      if (request.method === "GET" && map) json(map)(request, response);
      else if (request.method === "GET") status(404, "not found", "NotFound")(request, response);
      else take(request, () => json({})(request, response));
    });
  }
  server.answers.set(collection, (request, response) => take(request, () => json({})(request, response)));
  return written;
}

const former = {
  metadata: { resourceVersion: "3" },
  data: { orders: JSON.stringify({ ...entry("old"), database: "orders" }), other: "{}" },
};

test("the former shape is a history of one, which the first write carries over", async () => {
  const written = serve({ [formerLedgerName("graph")]: former });
  const journal = createJournal(await server.connect());
  expect(await journal.ledger(ref, "orders")).toEqual({ restores: [entry("old")], aside: [] });
  await journal.writeLedger(ref, "orders", [
    { kind: "restored", entry: entry("new") },
    { kind: "begun", entry: entry("later") },
    { kind: "aside", store },
  ]);
  expect(written).toHaveLength(1);
  const [made] = written;
  expect(made?.metadata).toMatchObject({
    ...{ name: ledgerName("graph", "orders"), namespace: "apps" },
    labels: { "neo4j.com/restore-ledger": "graph", "app.kubernetes.io/managed-by": "pulumi-neo4j-restore" },
  });
  expect(JSON.parse(made?.data["restores"] ?? "")).toEqual([
    ...[entry("old"), entry("new")],
    { ...entry("later"), begun: true },
  ]);
  expect(JSON.parse(made?.data["aside"] ?? "")).toEqual([store]);
});

test("what is there is changed by the revision that was read, and not written where nothing changes", async () => {
  const restores = [entry("a"), { ...entry("b"), begun: true }];
  const data = { restores: JSON.stringify(restores), aside: JSON.stringify([store]) };
  const written = serve({
    [formerLedgerName("graph")]: former,
    [ledgerName("graph", "orders")]: { metadata: { resourceVersion: "9" }, data },
  });
  const journal = createJournal(await server.connect());
  expect(await journal.ledger(ref, "orders")).toEqual({ restores, aside: [store] });
  await journal.writeLedger(ref, "orders", [{ kind: "removed", runId: "another" }]);
  expect(written).toEqual([]);
  await journal.writeLedger(ref, "orders", [{ kind: "removed", runId: "run2" }]);
  expect(written).toEqual([
    { metadata: { resourceVersion: "9" }, data: { restores: JSON.stringify(restores), aside: "[]" } },
  ]);
});

test.each([
  ["no list", { restores: "{}", aside: "[]" }],
  ["no JSON", { restores: "[", aside: "[]" }],
  ["a part is missing", { restores: "[]" }],
  ["an entry that is none", { restores: "[{}]", aside: "[]" }],
  ["a store that is none", { restores: "[]", aside: "[5]" }],
])("what cannot be read is refused: %s", async (_title, data) => {
  serve({ [ledgerName("graph", "orders")]: { metadata: { resourceVersion: "9" }, data } });
  const journal = createJournal(await server.connect());
  await expect(journal.ledger(ref, "orders")).rejects.toMatchObject({ reason: "JournalUnreadable" });
});

test("two targets' databases never share a name", () => {
  expect(ledgerName("a-b", "ccc")).not.toBe(ledgerName("a", "b-ccc"));
  expect(ledgerName("a".repeat(200), "orders")).toHaveLength(63);
});
