/** What is asked of a namespace that is being deleted and of a driver's Lease, and the one thing that is taken away. */
import { createJournal, createRestoreResources } from "../../../../provider/adapters/kubernetes/index.js";
import { json, startFakeServer, status, type FakeServer } from "./fake-server.js";

const key = { namespace: "apps", name: "r" };
const map = "/api/v1/namespaces/apps/configmaps/neo4j-restore-r";
let server: FakeServer;
beforeEach(async () => {
  server = await startFakeServer();
});
afterEach(() => server.close());

test.each([
  ["one that stays", json({ metadata: { name: "apps" } }), false],
  ["one that goes", json({ metadata: { name: "apps", deletionTimestamp: "2026-01-01T00:00:00Z" } }), true],
  ["one that is not there", status(404, "not found", "NotFound"), false],
  ["one that may not be looked at", status(403, "forbidden", "Forbidden"), false],
])("a namespace: %s", async (_, answer, going) => {
  server.answers.set("/api/v1/namespaces/apps", answer);
  expect(await createRestoreResources(await server.connect()).isGoing("apps")).toBe(going);
});

test("what it asks for in vain is not taken for a namespace that stays", async () => {
  server.answers.set("/api/v1/namespaces/apps", status(503, "busy"));
  const resources = createRestoreResources(await server.connect());
  await expect(resources.isGoing("apps")).rejects.toMatchObject({ reason: "KubernetesUnreachable" });
});

test("of a journal's finalizers only ours is taken away, on the revision that was read", async () => {
  const sent: unknown[] = [];
  const finalizers = ["neo4j.com/restore-active", "example.com/audit"];
  const there = { metadata: { name: "neo4j-restore-r", uid: "u", resourceVersion: "7", finalizers } };
  server.answers.set(map, (request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      if (request.method === "PATCH") sent.push(JSON.parse(body));
      json(there)(request, response);
    });
  });
  await createRestoreResources(await server.connect()).letJournalGo(key);
  expect(sent).toEqual([{ metadata: { resourceVersion: "7", finalizers: ["example.com/audit"] } }]);
});

test("a journal that is gone has nothing that keeps it", async () => {
  await createRestoreResources(await server.connect()).letJournalGo(key);
  expect(server.requests.filter((request) => !request.startsWith("GET"))).toEqual([]);
});

test("a driver's sign of life changes with each renewal; none where nobody has the Lease", async () => {
  const lease = "/apis/coordination.k8s.io/v1/namespaces/apps/leases/neo4j-restore-r";
  const journal = createJournal(await server.connect());
  expect(await journal.driver("apps", "r")).toBeUndefined();
  const signs = [];
  for (const resourceVersion of ["7", "9"]) {
    server.answers.set(lease, json({ metadata: { resourceVersion }, spec: { holderIdentity: "laptop" } }));
    for (let look = 0; look < 2; look += 1) signs.push((await journal.driver("apps", "r"))?.renewed);
  }
  expect(new Set(signs).size).toBe(2);
  server.answers.set(lease, json({ spec: {} }));
  expect(await journal.driver("apps", "r")).toBeUndefined();
  expect(server.requests.filter((request) => !request.startsWith("GET"))).toEqual([]);
});
