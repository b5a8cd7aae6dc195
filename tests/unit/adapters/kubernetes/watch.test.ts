/** Watches over a line that breaks, and what waiting runs are told. */
import type { ServerResponse } from "node:http";
import { createChanges } from "../../../../provider/adapters/kubernetes/changes.js";
import { nameOf } from "../../../../provider/adapters/kubernetes/json.js";
import { concerns } from "../../../../provider/adapters/kubernetes/scope-changes.js";
import { annotations, labels } from "../../../../provider/plan/names.js";
import type { JsonObject } from "../../../../provider/plan/observation.js";
import { startFakeServer, status, type FakeServer } from "./fake-server.js";

const never = new AbortController().signal;
const path = "/api/v1/namespaces/apps/pods";
let server: FakeServer;
let open: ServerResponse[];

beforeEach(async () => {
  server = await startFakeServer();
  open = [];
  server.answers.set(path, (_request, response) => {
    response.writeHead(200).flushHeaders();
    open.push(response);
  });
});

afterEach(() => server.close());

const event = (name: string, type = "MODIFIED"): string =>
  `${JSON.stringify({ type, object: { kind: "Pod", metadata: { name } } })}\n`;

const until = async (done: () => boolean): Promise<void> => {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
};

async function subscribed(name: string) {
  const changes = createChanges((await server.connect()).api);
  const subscription = changes.subscribe("apps", ["Pod"], (pod) => nameOf(pod) === name);
  await subscription.next(never); // The watch has begun.
  return { changes, subscription };
}

async function isQuiet(next: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
  const signal = AbortSignal.timeout(100);
  await next(signal);
  return signal.aborted;
}

test("tells what concerns one, remembers what came before the question, and is shared", async () => {
  const { changes, subscription } = await subscribed("a");
  const other = changes.subscribe("apps", ["Pod"], (pod) => nameOf(pod) === "b");
  const text = event("b") + event("a");
  // Cut within an object, as networks do.
  open[0]?.write(text.slice(0, 20));
  open[0]?.write(text.slice(20));
  await other.next(never);
  await subscription.next(never);
  expect(await isQuiet(subscription.next)).toBe(true);
  expect(open).toHaveLength(1);
  await changes.close();
});

test.each<[string, (response: ServerResponse) => void]>([
  ["ends", (response) => response.end()],
  ["is cut", (response) => response.destroy()],
  ["loses its history (410)", (response) => response.write(event("x", "ERROR"))],
])("a watch that %s begins again, and that is told as a change", async (_name, breakIt) => {
  const { changes, subscription } = await subscribed("a");
  const [first] = open;
  if (first) breakIt(first);
  await subscription.next(never);
  await until(() => open.length === 2);
  open[1]?.write(event("a"));
  await subscription.next(never);
  await changes.close();
});

test("a refused watch goes on trying and says nothing meanwhile", async () => {
  const accept = server.answers.get(path);
  server.answers.set(path, status(403, "forbidden"));
  const changes = createChanges((await server.connect()).api);
  const subscription = changes.subscribe("apps", ["Pod"], () => true);
  expect(await isQuiet(subscription.next)).toBe(true);
  if (accept) server.answers.set(path, accept);
  await subscription.next(never);
  await changes.close();
});

test("the last who leaves ends the watch", async () => {
  const { changes, subscription } = await subscribed("a");
  const [response] = open;
  const closed = new Promise<void>((resolve) => response?.on("close", () => resolve()));
  subscription.end();
  await closed;
  await changes.close();
});

describe("what concerns a run", () => {
  const scope = { target: { namespace: "apps", name: "graph" }, runId: "r1", backup: "nightly" };
  const thing = (kind: string, name: string, more: object = {}): JsonObject => ({
    kind,
    metadata: { name, ...more },
  });
  const ofRun = { labels: { [labels.run]: "r1" } };
  const data = { "state.json": '{"runId":"r1","attempt":2}' };
  const cancel = (attempt: string) => ({ [annotations.cancel]: attempt });

  test.each<[boolean, JsonObject]>([
    [true, thing("Neo4jEnterpriseStandalone", "graph")],
    [false, thing("Neo4jEnterpriseCluster", "graph2")],
    [true, thing("StatefulSet", "graph-server")],
    [true, thing("Pod", "graph-0")],
    [true, thing("Pod", "graph-server-12")],
    [false, thing("Pod", "graph-eu-0")],
    [true, thing("Pod", "x", ofRun)],
    [true, thing("Job", "x", ofRun)],
    [true, thing("Job", "x", { labels: { "neo4j.com/backup-target": "graph" } })],
    [false, thing("Job", "x", { labels: { [labels.run]: "r2" } })],
    [true, thing("Neo4jBackup", "nightly")],
    [false, thing("ConfigMap", "journal", ofRun)],
    [true, { ...thing("ConfigMap", "journal", { ...ofRun, annotations: cancel("r1.2") }), data }],
    [false, { ...thing("ConfigMap", "journal", { ...ofRun, annotations: cancel("r1.1") }), data }],
  ])("%s: %j", (expected, changed) => {
    expect(concerns(scope, changed)).toBe(expected);
  });
});
