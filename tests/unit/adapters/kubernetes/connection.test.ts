/** How the cluster is found, and what a user reads when it is not. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectKubernetes } from "../../../../provider/adapters/kubernetes/index.js";
import { json, kubeconfig, startFakeServer, status, type Answer, type FakeServer } from "./fake-server.js";

let server: FakeServer;
let folder: string;
const before = { ...process.env };

beforeEach(async () => {
  server = await startFakeServer();
  folder = await mkdtemp(join(tmpdir(), "kubeconfig-"));
  process.env["HOME"] = folder;
  delete process.env["KUBECONFIG"];
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
  process.env = { ...before };
});

const unreachable = (message: RegExp, kind = "terminal") => ({
  kind,
  reason: "KubernetesUnreachable",
  message: expect.stringMatching(message) as string,
});

test("content, path and KUBECONFIG lead to the same server, the namespace is the context's", async () => {
  const file = join(folder, "config");
  await writeFile(file, kubeconfig(server.url, "graphs"));
  expect(await connectKubernetes({ kubeconfig: kubeconfig(server.url) })).toMatchObject({
    defaultNamespace: "apps",
    origin: `the given kubeconfig, context here, server ${server.url}`,
  });
  expect(await connectKubernetes({ kubeconfig: file })).toMatchObject({
    defaultNamespace: "graphs",
    origin: `file ${file}, context here, server ${server.url}`,
  });
  process.env["KUBECONFIG"] = file;
  expect((await connectKubernetes(undefined)).defaultNamespace).toBe("graphs");
});

test("the place is told before the server is asked for anything, and also where it does not answer", async () => {
  const told: unknown[] = [];
  const tell = (place: string): void => void told.push(place, ...server.requests);
  const place = `context here, server ${new URL(server.url).host}`;
  await connectKubernetes({ kubeconfig: kubeconfig(server.url) }, tell);
  expect(told).toEqual([place]);
  server.requests.length = 0;
  server.answers.set("/version", status(401, "who are you?"));
  const refused = connectKubernetes({ kubeconfig: kubeconfig(server.url) }, tell);
  await expect(refused).rejects.toMatchObject({ reason: "KubernetesUnauthorized" });
  expect(told).toEqual([place, place]);
});

test.each([
  [
    "no file",
    { kubeconfig: "/no/such/file" },
    /^file \/no\/such\/file cannot be read: ENOENT: no such file or directory, open '\/no\/such\/file'\.$/,
  ],
  ["no YAML", { kubeconfig: "a: [\nb: token-s3cret" }, /the given kubeconfig cannot be read/],
  ["empty", { kubeconfig: "{}" }, /^the given kubeconfig: no current context is set, and there is none\.$/],
  [
    "another context",
    { kubeconfig: kubeconfig("https://x"), context: "there" },
    /^the given kubeconfig: there is no context "there"; connection\.context chooses one of: here\.$/,
  ],
  [
    "no URL",
    { kubeconfig: kubeconfig("x") },
    /^the given kubeconfig, context here: its server is no URL with https:\/\/ or http:\/\/\.$/,
  ],
])("%s: says what was tried", async (_name, connection, message) => {
  const error: unknown = await connectKubernetes(connection).catch((fault: unknown) => fault);
  expect(error).toMatchObject(unreachable(message));
  expect(JSON.stringify(error)).not.toContain("s3cret");
});

test("nothing to find: names every place", async () => {
  await expect(connectKubernetes(undefined)).rejects.toMatchObject(
    unreachable(
      /^No kubeconfig was found: connection\.kubeconfig and KUBECONFIG are unset, \S+\/\.kube\/config does not exist, and this is no pod\.$/,
    ),
  );
});

test("nobody listens: a retry that names context and server, never the token", async () => {
  await server.close();
  const error: unknown = await server.connect().catch((fault: unknown) => fault);
  expect(error).toMatchObject(
    unreachable(/ECONNREFUSED.*tried: the given kubeconfig, context here/, "retry"),
  );
  expect(String(error)).not.toContain("s3cret");
  server = await startFakeServer();
});

test.each([
  [401, "terminal", "KubernetesUnauthorized", /does not accept the credentials.*tried: the given kubeconfig/],
  [503, "retry", "KubernetesUnreachable", /refused: GET \/version: overloaded/],
])("an answer of %i", async (code, kind, reason, message) => {
  server.answers.set("/version", status(code, "overloaded"));
  await expect(server.connect()).rejects.toMatchObject({ ...unreachable(message, kind), reason });
});

describe("credentials that ran out", () => {
  const secondOnly: Answer = (request, response) =>
    (request.headers.authorization === "Bearer second" ? json({ fine: true }) : status(401, "expired"))(
      request,
      response,
    );

  it("are read again from where they were, for the call after the one that was refused", async () => {
    const file = join(folder, "config");
    await writeFile(file, kubeconfig(server.url, "apps", "first"));
    const { api } = await connectKubernetes({ kubeconfig: file });
    server.answers.set("/x", secondOnly);
    await expect(api.get("/x")).rejects.toMatchObject({ reason: "KubernetesUnauthorized" });
    await writeFile(file, kubeconfig(server.url, "apps", "second"));
    await expect(api.get("/x")).rejects.toMatchObject({ reason: "KubernetesUnauthorized" });
    expect(await api.get("/x")).toEqual({ fine: true });
  });

  it.each([
    ["leads to another server", () => kubeconfig("http://127.0.0.1:9", "apps", "second")],
    ["is half written", () => "a: [\nb: second"],
    ["is gone", undefined],
  ])("a file that %s changes nothing", async (_what, content) => {
    const file = join(folder, "config");
    await writeFile(file, kubeconfig(server.url, "apps", "first"));
    const { api } = await connectKubernetes({ kubeconfig: file });
    server.answers.set("/x", secondOnly);
    await (content ? writeFile(file, content()) : rm(file));
    for (const _again of [1, 2, 3])
      await expect(api.get("/x")).rejects.toMatchObject({ reason: "KubernetesUnauthorized" });
  });

  it("another context that has become the current one is not followed", async () => {
    const file = join(folder, "config");
    await writeFile(file, kubeconfig(server.url, "apps", "first"));
    const { api } = await connectKubernetes({ kubeconfig: file });
    server.answers.set("/x", secondOnly);
    await writeFile(file, kubeconfig(server.url, "apps", "second").replaceAll('"here"', '"there"'));
    for (const _again of [1, 2, 3])
      await expect(api.get("/x")).rejects.toMatchObject({ reason: "KubernetesUnauthorized" });
  });
});

test("a login page in between is no API server", async () => {
  server.answers.set("/version", (_request, response) => response.end("<html>"));
  await expect(server.connect()).rejects.toMatchObject(
    unreachable(/is there a proxy or login page/, "retry"),
  );
});

test("refusals keep Kubernetes' own text, and 409 and 5xx are worth another try", async () => {
  const { api } = await server.connect();
  for (const [code, kind, reason] of [
    [401, "terminal", "KubernetesUnauthorized"],
    [403, "terminal", "KubernetesRefused"],
    [409, "retry", "KubernetesRefused"],
    [422, "terminal", "KubernetesRefused"],
    [429, "retry", "KubernetesUnreachable"],
    [500, "retry", "KubernetesRefused"],
    [504, "retry", "KubernetesUnreachable"],
  ] as const) {
    server.answers.set("/x", status(code, "because", "Why"));
    await expect(api.get("/x")).rejects.toMatchObject({
      kind,
      reason,
      status: code,
      statusReason: "Why",
      evidence: { text: "because" },
    });
  }
  expect(await api.get("/absent")).toBeUndefined();
  expect(await api.remove("/absent")).toBe(false);
  server.answers.set("/x", json({ items: [{ a: 1 }] }));
  expect(await api.list("/x", { labelSelector: "a=b" })).toEqual([{ a: 1 }]);
  expect(server.requests.at(-1)).toBe("GET /x?labelSelector=a%3Db&limit=500");
});
