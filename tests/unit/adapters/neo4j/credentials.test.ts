/** A login is read from either form of Secret, and never told. */
import { readLogin } from "../../../../provider/adapters/neo4j/credentials.js";
import type { Neo4jEndpoint } from "../../../../provider/workflow/ports.js";

const endpoint: Neo4jEndpoint = {
  namespace: "shop",
  pod: "graph-0",
  port: 7687,
  credentials: { secret: "graph-admin", usernameKey: "username", passwordKey: "password" },
};

const from = (values: Record<string, string> | undefined): ReturnType<typeof readLogin> =>
  readLogin(() => Promise.resolve(values), endpoint);

test.each([
  ["keys of their own", { username: "neo4j", password: "a/b" }, "neo4j", "a/b"],
  ["both in one", { NEO4J_AUTH: "neo4j/secret" }, "neo4j", "secret"],
  ["a slash in the password", { NEO4J_AUTH: "neo4j/a/b//c" }, "neo4j", "a/b//c"],
  ["both forms: keys win", { username: "u", password: "p", NEO4J_AUTH: "x/y" }, "u", "p"],
])("%s", async (_name, values, username, password) => {
  expect(await from(values)).toEqual({ username, password });
});

test.each([
  ["no Secret", undefined],
  ["no key of ours", { other: "hunter2" }],
  ["half a login", { username: "hunter2" }],
  ["no separator", { NEO4J_AUTH: "hunter2" }],
  ["no password", { NEO4J_AUTH: "hunter2/" }],
  ["no user", { NEO4J_AUTH: "/hunter2" }],
])("%s: waits for the Secret, names it and tells no value", async (_name, values) => {
  const fault: unknown = await from(values).catch((error: unknown) => error);
  expect(fault).toMatchObject({ name: "RestoreFault", kind: "waiting", reason: "SecretNotFound" });
  expect((fault as Error).message).toContain("shop/graph-admin");
  expect((fault as Error).message).not.toContain("hunter2");
});

test("keys under other names", async () => {
  const credentials = { secret: "s", usernameKey: "user", passwordKey: "pass" };
  const values = { user: "restorer", pass: "p" };
  const login = await readLogin(() => Promise.resolve(values), { ...endpoint, credentials });
  expect(login).toEqual({ username: "restorer", password: "p" });
});
