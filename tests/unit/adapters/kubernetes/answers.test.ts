/**
 * What the API server answers at length: lists come in pages and whole, and an answer that is too large is told as that,
 * with its request, and is not asked for again.
 */
import type { Api } from "../../../../provider/adapters/kubernetes/api.js";
import { backupView } from "../../../../provider/adapters/kubernetes/backups.js";
import { most } from "../../../../provider/plan/bounds.js";
import { type Answer, type FakeServer, json, startFakeServer, status } from "./fake-server.js";

let server: FakeServer;
let api: Api;
beforeEach(async () => {
  server = await startFakeServer();
  ({ api } = await server.connect());
});
afterEach(() => server.close());

const path = "/api/v1/namespaces/apps/pods";
const queries = (): readonly URLSearchParams[] =>
  server.requests
    .filter((request) => request.startsWith(`GET ${path}`))
    .map((request) => new URL(request.slice(4), "http://x").searchParams);

/** A namespace with that many pods, asked for page by page. */
function pods(count: number, gone: (token: number) => boolean = () => false): Answer {
  return (request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://x");
    const from = Number(searchParams.get("continue") ?? "0");
    if (from > 0 && gone(from)) {
      status(410, "the continue token has expired", "Expired")(request, response);
      return;
    }
    const to = Math.min(from + Number(searchParams.get("limit") ?? count), count);
    const items = Array.from({ length: to - from }, (_, index) => ({
      metadata: { name: `p-${from + index}` },
    }));
    json({ metadata: to < count ? { continue: String(to) } : {}, items })(request, response);
  };
}

const large =
  (code: number): Answer =>
  (_request, response) => {
    response.writeHead(code, { "content-type": "application/json" });
    const piece = "x".repeat(1024 * 1024);
    for (let sent = 0; sent <= most.answer; sent += piece.length) response.write(piece);
    response.end();
  };

test("a list comes in pages, and whole", async () => {
  server.answers.set(path, pods(1_201));
  const found = await api.list(path, { labelSelector: "a=b" });
  expect(found).toHaveLength(1_201);
  expect(
    queries().map((query) => [query.get("continue"), query.get("limit"), query.get("labelSelector")]),
  ).toEqual([
    [null, "500", "a=b"],
    ["500", "500", "a=b"],
    ["1000", "500", "a=b"],
  ]);
});

test("a list whose rest has expired begins anew; where it always does, that is worth another try", async () => {
  let expired = 0;
  server.answers.set(
    path,
    pods(700, () => ++expired === 1),
  );
  expect(await api.list(path)).toHaveLength(700);
  server.answers.set(
    path,
    pods(700, () => true),
  );
  await expect(api.list(path)).rejects.toMatchObject({ kind: "retry" });
});

test("a list without an end is refused", async () => {
  server.answers.set(path, json({ metadata: { continue: "more" }, items: [{}] }));
  await expect(api.list(path)).rejects.toMatchObject({ kind: "terminal", reason: "TooLarge" });
});

test("an answer that is too large is told as that, and asked for once", async () => {
  server.answers.set(path, large(200));
  await expect(api.list(path)).rejects.toMatchObject({
    kind: "terminal",
    reason: "TooLarge",
    message: expect.stringMatching(
      /GET \/api\/v1\/namespaces\/apps\/pods.*takes more than 67108864/,
    ) as string,
  });
  expect(queries()).toHaveLength(1);
});

test("a refusal that is too large is told as that as well", async () => {
  server.answers.set(path, large(500));
  const over = new AbortController();
  await expect(api.open(path, {}, over.signal)).rejects.toMatchObject({
    kind: "terminal",
    reason: "TooLarge",
  });
});

test("a backup whose history is too large to be read is refused, and says so", async () => {
  const history = Array.from({ length: 5_000 }, (_, index) => ({
    status: "Succeeded",
    startTime: `2026-01-01T00:00:${index}`,
    backupsPath: "x".repeat(200),
  }));
  const one = "/apis/neo4j.neo4j.com/v1beta1/namespaces/apps/neo4jbackups/nightly";
  server.answers.set(one, json({ spec: {}, status: { history } }));
  await expect(backupView(api, "apps", "nightly")).rejects.toMatchObject({
    kind: "terminal",
    reason: "TooLarge",
    message: expect.stringContaining("Neo4jBackup nightly") as string,
  });
  server.answers.set(one, json({ spec: {}, status: { history: history.slice(0, 500) } }));
  expect((await backupView(api, "apps", "nightly"))?.runs).toHaveLength(500);
});
