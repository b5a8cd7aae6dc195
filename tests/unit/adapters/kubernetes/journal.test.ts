/** What a journal's objects carry beside the run: the user's labels, and never the user's in place of ours. */
import type { IncomingMessage } from "node:http";
import { createJournal } from "../../../../provider/adapters/kubernetes/index.js";
import { json, startFakeServer, status, type FakeServer } from "./fake-server.js";

let server: FakeServer;
beforeEach(async () => {
  server = await startFakeServer();
});
afterEach(() => server.close());

interface Sent {
  readonly metadata: { readonly labels: Readonly<Record<string, string | null>> };
}

async function bodyOf(request: IncomingMessage): Promise<Sent> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Sent;
}

test("the labels of the restore are on its ConfigMap and its Secret", async () => {
  const sent = new Map<string, Sent>();
  for (const kind of ["configmaps", "secrets"]) {
    const collection = `/api/v1/namespaces/apps/${kind}`;
    for (const path of [collection, `${collection}/neo4j-restore-r`]) {
      server.answers.set(path, (request, response) => {
        if (request.method === "GET") {
          status(404, "not found", "NotFound")(request, response);
          return;
        }
        void bodyOf(request).then((body) => {
          sent.set(`${request.method} ${kind}`, body);
          json({ metadata: { name: "neo4j-restore-r", uid: "u", resourceVersion: "2" } })(request, response);
        });
      });
    }
  }
  const labels = { team: "shop", "neo4j.com/restore-run": "another" };
  const record = {
    ...{ state: JSON.stringify({ runId: "run1" }), status: "{}", owner: "urn:test" },
    request: JSON.stringify({ labels }),
  };
  const journal = createJournal(await server.connect());
  await journal.save("apps", "r", record, { revision: undefined, active: true });
  const wanted = { team: "shop", "neo4j.com/restore": "r", "neo4j.com/restore-run": "run1" };
  expect([...sent.keys()]).toEqual(["POST configmaps", "POST secrets", "PATCH configmaps"]);
  for (const { metadata } of sent.values()) expect(metadata.labels).toMatchObject(wanted);
});

test("a label that is taken out of the document goes from both, and one of somebody else's stays", async () => {
  const sent: Sent[] = [];
  const meta = { name: "neo4j-restore-r", uid: "u", resourceVersion: "2" };
  const state = JSON.stringify({ runId: "run1" });
  const before = JSON.stringify({ labels: { team: "shop", stage: "one" } });
  const there = {
    configmaps: { metadata: { ...meta, labels: { audited: "yes" } }, data: { "state.json": state } },
    secrets: { metadata: meta, data: { "request.json": Buffer.from(before).toString("base64") } },
  };
  for (const [kind, object] of Object.entries(there)) {
    server.answers.set(`/api/v1/namespaces/apps/${kind}/neo4j-restore-r`, (request, response) => {
      const answer = (): void => json(object)(request, response);
      if (request.method === "GET") answer();
      else
        void bodyOf(request)
          .then((body) => sent.push(body))
          .then(answer);
    });
  }
  const journal = createJournal(await server.connect());
  const record = await journal.load("apps", "r");
  const request = JSON.stringify({ labels: { stage: "two" } });
  const now = { state, status: "{}", owner: "urn:test", request };
  await journal.save("apps", "r", now, { revision: record?.revision, active: true });
  const ours = {
    ...{ "app.kubernetes.io/managed-by": "pulumi-neo4j-restore", "neo4j.com/restore": "r" },
    "neo4j.com/restore-run": "run1",
  };
  expect(sent.map(({ metadata }) => metadata.labels)).toEqual([
    { team: null, stage: "two", ...ours },
    { stage: "two", ...ours },
  ]);
});
