/**
 * The Neo4j adapter against a real Neo4j: what it reads, what a refusal becomes, and every way in which a
 * connection can fail. The way to the pod is a loopback connection that a test can refuse, silence or cut.
 */
import { once } from "node:events";
import { type Duplex, PassThrough } from "node:stream";
import type { ServerView } from "../../provider/plan/observation.js";
import { RestoreFault } from "../../provider/workflow/faults.js";
import { type Adapter, adapterFor, endpoint, faultOf, goodLogin, wayTo } from "./neo4j/adapter.js";
import { Community } from "./standin/server.js";

const minute = 60_000;

jest.setTimeout(60_000);

let server: Community;
let adapter: Adapter;
let port: Adapter["port"];

beforeAll(async () => {
  server = await Community.create();
}, 300_000);

afterAll(() => server.remove());

beforeEach(() => {
  adapter = adapterFor(server);
  port = adapter.port;
});

afterEach(() => port.close());

describe("what Neo4j says", () => {
  test("version, edition and every database", async () => {
    const view = await port.server(endpoint);
    expect(view).toMatchObject({ reachable: true, version: "5.26.0", edition: "community", aliases: [] });
    const rows = (view as Extract<ServerView, { reachable: true }>).databases;
    expect(rows.map(({ name }) => name).sort()).toEqual(["neo4j", "system"]);
    expect(rows.find(({ name }) => name === "neo4j")).toMatchObject({
      type: "standard",
      access: "read-write",
      role: "primary",
      writer: true,
      requestedStatus: "online",
      currentStatus: "online",
      statusMessage: "",
      isDefault: true,
      creationTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
    });
  });

  test("one login in NEO4J_AUTH, its password with a slash", async () => {
    adapter.secret = { NEO4J_AUTH: `${goodLogin.username}/${goodLogin.password}` };
    expect(await port.server(endpoint)).toMatchObject({ reachable: true });
  });

  test("the id of a store", async () => {
    expect(await port.storeId(endpoint, "neo4j")).toMatch(/^[0-9A-F]{64}$/);
  });

  test("a setting; one that the server does not know is not told", async () => {
    expect(await port.setting(endpoint, "initial.dbms.default_database")).toBe("neo4j");
    expect(await port.setting(endpoint, "dbms.no.such.setting")).toBeUndefined();
  });

  test("one driver serves many calls", async () => {
    for (let round = 0; round < 5; round += 1) await port.server(endpoint);
    expect(adapter.streams).toHaveLength(1);
  });
});

describe("statements", () => {
  test("run to their end and are committed", async () => {
    await port.run(endpoint, "neo4j", "UNWIND range(1, 3000) AS n CREATE (:Counted {n: n}) RETURN n", minute);
    await port.run(endpoint, "neo4j", "MATCH (c:Counted) WITH count(c) AS n RETURN 1 / (n - 2999)", minute);
    const wrong = port.run(
      endpoint,
      "neo4j",
      "MATCH (c:Counted) WITH count(c) AS n RETURN 1 / (n - 3000)",
      minute,
    );
    expect(await faultOf(wrong)).toMatchObject({ kind: "terminal", reason: "Neo4jRefused" });
  });

  test("may be of the kind that needs auto-commit", async () => {
    const statement =
      "UNWIND range(1, 30) AS n CALL { WITH n CREATE (:Batch {n: n}) } IN TRANSACTIONS OF 10 ROWS";
    await port.run(endpoint, "neo4j", statement, minute);
  });

  test("are ended by Neo4j at the limit", async () => {
    const fault = await faultOf(
      port.run(endpoint, "neo4j", "UNWIND range(1, 100000000000) AS n RETURN count(n)", 1_000),
    );
    expect(fault).toMatchObject({ kind: "terminal", reason: "Neo4jRefused" });
    expect(fault.evidence?.text).toMatch(/^Neo\.ClientError\.Transaction\.TransactionTimedOut/);
  });

  test("a mistake is told by code, without the statement", async () => {
    const fault = await faultOf(
      port.run(endpoint, "neo4j", "CREATE (:User {password: 'hunter2'}) RETRN 1", minute),
    );
    expect(fault).toMatchObject({ kind: "terminal", reason: "Neo4jRefused" });
    expect(fault.evidence?.text).toMatch(/^Neo\.ClientError\.Statement\.SyntaxError: .*line 1/);
    expect(JSON.stringify(fault.toData())).not.toContain("hunter2");
  });

  test.each([
    ["stop", () => port.stop(endpoint, "neo4j")],
    ["create", () => port.create(endpoint, "orders")],
    ["setAccess", () => port.setAccess(endpoint, "neo4j", "read-only")],
    ["start of what is not there", () => port.start(endpoint, "orders")],
  ])("%s: Community refuses, and that is terminal", async (_name, act) => {
    const fault = await faultOf(act());
    expect(fault).toMatchObject({ kind: "terminal", reason: "Neo4jRefused" });
    expect(fault.evidence?.text).toMatch(/^Neo\.ClientError\.Statement\.UnsupportedAdministrationCommand: /);
  });

  test("a START that is refused for a database that is to be online is done", async () => {
    await port.start(endpoint, "neo4j");
  });

  test("a database that is not there", async () => {
    const fault = await faultOf(port.storeId(endpoint, "nosuch"));
    expect(fault.evidence?.text).toMatch(/^Neo\.ClientError\.Database\.DatabaseNotFound: /);
  });
});

describe("a refused login", () => {
  test("is a view, is not offered again, and a corrected Secret is", async () => {
    adapter.secret = { username: "neo4j", password: "wrong" };
    for (let round = 0; round < 5; round += 1) {
      expect(await port.server(endpoint)).toMatchObject({ reachable: false, reason: "authentication" });
    }
    expect(await faultOf(port.stop(endpoint, "neo4j"))).toMatchObject({
      kind: "terminal",
      reason: "AuthenticationFailed",
    });
    expect(adapter.streams).toHaveLength(1);
    adapter.secret = goodLogin;
    expect(await port.server(endpoint)).toMatchObject({ reachable: true });
  });

  test("a Secret that is missing is waited for", async () => {
    adapter.secret = undefined;
    expect(await faultOf(port.server(endpoint))).toMatchObject({ kind: "waiting", reason: "SecretNotFound" });
  });
});

describe("a connection that fails", () => {
  const unreachable = { reachable: false, reason: "unreachable" };

  test("a pod that is not there", async () => {
    adapter.way = () => Promise.reject(new Error("pods graph-0 not found"));
    const view = await port.server(endpoint);
    expect(view).toMatchObject({ ...unreachable, message: expect.stringContaining("not found") as string });
    const fault = await faultOf(port.run(endpoint, "neo4j", "RETURN 1", minute));
    expect(fault).toMatchObject({ kind: "retry", reason: "ServerUnreachable" });
  });

  test("a pod that refuses after the stream was opened", async () => {
    adapter.way = () => {
      const stream = new PassThrough();
      const lost = new RestoreFault("retry", "KubernetesUnreachable", "connection refused");
      setImmediate(() => stream.destroy(lost));
      return Promise.resolve(stream);
    };
    expect(await port.server(endpoint)).toMatchObject(unreachable);
  });

  test.each([
    ["does not answer", "retry", "KubernetesUnreachable"],
    ["does not accept the login", "terminal", "KubernetesUnauthorized"],
  ] as const)("a cluster that %s is not a server that does not answer", async (what, kind, reason) => {
    adapter.way = () => Promise.reject(new RestoreFault(kind, reason, `the API ${what}`));
    expect(await faultOf(port.server(endpoint))).toMatchObject({ kind, reason });
    expect(await faultOf(port.run(endpoint, "neo4j", "RETURN 1", minute))).toMatchObject({ kind, reason });
  });

  test("a server that says nothing is given up after five seconds", async () => {
    adapter.way = () => Promise.resolve(new PassThrough({ transform: (_chunk, _encoding, done) => done() }));
    expect(await port.server(endpoint)).toMatchObject(unreachable);
    adapter.way = () => wayTo(server);
    expect(await port.server(endpoint)).toMatchObject({ reachable: true });
  });

  test("a stream that went silent, as after a lost node, is given up for a new one", async () => {
    await port.server(endpoint);
    adapter.streams[0]?.pause().unpipe();
    expect(await port.server(endpoint)).toMatchObject({ reachable: true });
    expect(adapter.streams).toHaveLength(2);
  });

  test("a stream that broke while idle costs nothing", async () => {
    await port.server(endpoint);
    adapter.streams[0]?.destroy();
    await once(adapter.streams[0] as Duplex, "close");
    expect(await port.server(endpoint)).toMatchObject({ reachable: true });
  });

  test("broken in the middle of a statement, its outcome is unknown and the next call works", async () => {
    const running = faultOf(
      port.run(endpoint, "neo4j", "UNWIND range(1, 2000000000) AS n RETURN max(n)", minute),
    );
    await statementIsRunning();
    adapter.streams[0]?.destroy(new Error("the line broke"));
    const fault = await running;
    expect(fault).toMatchObject({ kind: "outcomeUnknown", reason: "ServerUnreachable" });
    expect(await port.server(endpoint)).toMatchObject({ reachable: true });
  });

  test("trouble of one call does not end the work of another", async () => {
    const long = port.run(endpoint, "neo4j", "UNWIND range(1, 8000000) AS n RETURN count(n)", minute);
    await statementIsRunning();
    adapter.way = () => Promise.reject(new Error("no more streams"));
    expect(await port.server(endpoint)).toMatchObject(unreachable);
    await long;
  });
});

/** Another connection sees the statement among the server's transactions. */
async function statementIsRunning(): Promise<void> {
  const observer = adapterFor(server).port;
  const seen =
    "SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery STARTS WITH 'UNWIND' RETURN 1 / count(*)";
  try {
    for (let round = 0; round < 500; round += 1) {
      const running = await observer.run(endpoint, "neo4j", seen, minute).then(
        () => true,
        () => false,
      );
      if (running) return;
    }
    throw new Error("the statement was never seen running");
  } finally {
    await observer.close();
  }
}
