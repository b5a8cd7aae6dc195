/** The operator's resources over a line that is refused, and writes that meet another writer or a changed schema. */
import { createRestoreResources } from "../../../../provider/adapters/kubernetes/index.js";
import type { JsonObject } from "../../../../provider/plan/observation.js";
import { json, startFakeServer, status, type FakeServer } from "./fake-server.js";

const collection = "/apis/neo4j.neo4j.com/v1beta1/namespaces/apps/neo4jrestores";
const at = `${collection}/r`;
let server: FakeServer;
beforeEach(async () => {
  server = await startFakeServer();
});
afterEach(() => server.close());

const resource = (resourceVersion: string, more: JsonObject = {}): JsonObject => ({
  metadata: { name: "r", namespace: "apps", uid: "u", resourceVersion, generation: 1, ...more },
});

async function seen() {
  server.answers.set(at, json(resource("1")));
  const resources = createRestoreResources(await server.connect());
  const view = await resources.get({ namespace: "apps", name: "r" });
  if (!view) throw new Error("no resource");
  server.requests.length = 0;
  return { resources, view };
}

test("a status is one call, on the revision that was seen", async () => {
  const { resources, view } = await seen();
  server.answers.set(`${at}/status`, json(resource("2")));
  expect(await resources.writeStatus(view, { phase: "Running" })).toBe(true);
  expect(server.requests).toEqual([`PUT ${at}/status`]);
});

test("where another was faster, the status goes onto what it wrote", async () => {
  const { resources, view } = await seen();
  const written: unknown[] = [];
  server.answers.set(at, json(resource("2", { labels: { by: "another" } })));
  server.answers.set(`${at}/status`, (request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const sent = JSON.parse(body) as { readonly metadata: { readonly resourceVersion: string } };
      const { resourceVersion } = sent.metadata;
      if (resourceVersion === "2") written.push(sent);
      (resourceVersion === "2" ? json(sent) : status(409, "changed", "Conflict"))(request, response);
    });
  });
  expect(await resources.writeStatus(view, { phase: "Running" })).toBe(true);
  expect(written).toEqual([
    { ...resource("2", { labels: { by: "another" } }), status: { phase: "Running" } },
  ]);
});

test.each([
  ["nothing but labels changed: marked", { labels: { by: "another" } }, [["neo4j.com/restore-operator"]]],
  ["another controller was faster: not marked", { finalizers: ["neo4j.com/restore-finalizer"] }, []],
])("%s", async (_, more, marked) => {
  const { resources, view } = await seen();
  const written: unknown[] = [];
  server.answers.set(at, (request, response) => {
    if (request.method !== "PATCH") {
      json(resource("2", more))(request, response);
      return;
    }
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { metadata } = JSON.parse(body) as {
        readonly metadata: { readonly resourceVersion: string; readonly finalizers: readonly string[] };
      };
      if (metadata.resourceVersion !== "2") {
        status(409, "changed", "Conflict")(request, response);
        return;
      }
      written.push(metadata.finalizers);
      json(resource("3"))(request, response);
    });
  });
  await resources.mark(view, "neo4j.com/restore-operator", true);
  expect(written).toEqual(marked);
});

test("a resource that does not fit its schema takes no status: that is an answer, not a failure", async () => {
  const { resources, view } = await seen();
  server.answers.set(`${at}/status`, status(422, "spec.timeout: Invalid value", "Invalid"));
  expect(await resources.writeStatus(view, { phase: "Failed" })).toBe(false);
});

test("a watch that is refused says why, and that it is there once it is", async () => {
  const resources = createRestoreResources(await server.connect());
  server.answers.set("/api/v1/namespaces/apps/configmaps", (_request, response) => {
    response.writeHead(200).flushHeaders();
  });
  server.answers.set(collection, status(403, "neo4jrestores is forbidden", "Forbidden"));
  const told: string[] = [];
  const stop = new AbortController();
  let over = (): void => undefined;
  const there = new Promise<void>((resolve) => (over = resolve));
  const watching = resources.watch(
    ["apps"],
    () => undefined,
    (line, trouble) => {
      if (line !== collection) return;
      told.push(trouble === undefined ? "there" : `${trouble.reason} ${trouble.message}`);
      if (trouble === undefined) over();
      server.answers.set(collection, (_request, response) => response.writeHead(200).flushHeaders());
    },
    stop.signal,
  );
  await there;
  stop.abort();
  await watching;
  expect(told).toEqual([expect.stringMatching(/^KubernetesRefused .*neo4jrestores is forbidden/), "there"]);
});
