/**
 * A driver that was replaced, against a real Neo4j: what it has sent and what has not taken effect yet never does, once
 * the next driver of the run has come to the server. Nobody else's connections are touched.
 */
import { once } from "node:events";
import { Duplex, PassThrough } from "node:stream";
import neo4j from "neo4j-driver";
import { isEarlier, userAgentOf } from "../../provider/adapters/neo4j/fence.js";
import type { Neo4jEndpoint } from "../../provider/workflow/ports.js";
import { type Adapter, adapterFor, endpoint, faultOf, wayTo } from "./neo4j/adapter.js";
import { Community, PASSWORD } from "./standin/server.js";

jest.setTimeout(60_000);

const minute = 60_000;
let server: Community;
const adapters: Adapter[] = [];

beforeAll(async () => {
  server = await Community.create();
}, 300_000);

afterAll(() => server.remove());

afterEach(async () => {
  await Promise.all(adapters.splice(0).map(({ port }) => port.close()));
});

/** A process of its own: its connections bear that mark. */
function driverOf(run: string, epoch: number): { adapter: Adapter; at: Neo4jEndpoint } {
  const adapter = adapterFor(server);
  adapters.push(adapter);
  return { adapter, at: { ...endpoint, mark: { run, epoch } } };
}

const count = async (label: string): Promise<number> => {
  const driver = neo4j.driver(`bolt://127.0.0.1:${server.boltPort}`, neo4j.auth.basic("neo4j", PASSWORD));
  const { records } = await driver.executeQuery(`MATCH (n:${label}) RETURN count(n) AS n`);
  await driver.close();
  return Number(records[0]?.get("n"));
};

const agents = async (): Promise<readonly string[]> => {
  const driver = neo4j.driver(`bolt://127.0.0.1:${server.boltPort}`, neo4j.auth.basic("neo4j", PASSWORD));
  const { records } = await driver.executeQuery(
    "CALL dbms.listConnections() YIELD userAgent",
    {},
    { database: "system" },
  );
  await driver.close();
  return records.map((row) => String(row.get("userAgent"))).filter((agent) => agent.startsWith("pulumi"));
};

test("a command that waits in the server takes no effect", async () => {
  const blocker = neo4j.driver(`bolt://127.0.0.1:${server.boltPort}`, neo4j.auth.basic("neo4j", PASSWORD));
  await blocker.executeQuery("CREATE (:Lock {v: 0})");
  const session = blocker.session();
  const holding = session.beginTransaction();
  await holding.run("MATCH (l:Lock) SET l.v = 1");

  const old = driverOf("r1", 1);
  const statement = "MATCH (l:Lock) SET l.v = 2 CREATE (:Blocked)";
  const late = faultOf(old.adapter.port.run(old.at, "neo4j", statement, minute));
  const waits =
    "SHOW TRANSACTIONS YIELD currentQuery, status WHERE currentQuery STARTS WITH 'MATCH (l:Lock) SET l.v = 2' AND status STARTS WITH 'Blocked' RETURN count(*) AS n";
  for (let found = 0; found === 0;) {
    const { records } = await blocker.executeQuery(waits);
    found = Number(records[0]?.get("n"));
  }

  const next = driverOf("r1", 2);
  expect(await next.adapter.port.server(next.at)).toMatchObject({ reachable: true });
  expect(await agents()).toEqual(["pulumi-neo4j-restore/r1.2"]);
  await holding.commit();
  await session.close();
  await blocker.close();
  // Whether it ran is what the replaced driver does not know.
  expect(await late).toMatchObject({
    kind: expect.stringMatching(/outcomeUnknown|retry|terminal/) as string,
  });
  expect(await count("Blocked")).toBe(0);
});

/** Bytes towards the server wait while it is shut. */
class Gate {
  private readonly held: Buffer[] = [];
  private shut = false;
  private socket: Duplex | undefined;
  /** Resolves when something was held back. */
  readonly caught: Promise<void>;
  private tell: () => void = () => undefined;

  constructor() {
    this.caught = new Promise((resolve) => (this.tell = resolve));
  }

  async way(): Promise<Duplex> {
    const socket = await wayTo(server);
    this.socket = socket;
    const up = new PassThrough();
    up.on("data", (chunk: Buffer) => {
      if (!this.shut) return void socket.write(chunk);
      this.held.push(chunk);
      this.tell();
    });
    return Duplex.from({ readable: socket, writable: up });
  }

  close(): void {
    this.shut = true;
  }

  /** What was held back goes on its way after all. */
  async open(): Promise<void> {
    const { socket } = this;
    if (!socket) throw new Error("nothing went through");
    socket.on("error", () => undefined);
    for (const chunk of this.held) socket.write(chunk);
    if (!socket.destroyed) await once(socket, "close");
  }
}

test("a command that is still on its way takes no effect", async () => {
  const gate = new Gate();
  const old = driverOf("r2", 1);
  old.adapter.way = () => gate.way();
  await old.adapter.port.run(old.at, "neo4j", "RETURN 1", minute);
  // What is said before a command shows that the server is there: only the command itself is held back.
  gate.close();
  const late = faultOf(old.adapter.port.run(old.at, "neo4j", "CREATE (:Halfway)", minute));
  await gate.caught;

  const next = driverOf("r2", 2);
  await next.adapter.port.server(next.at);
  await gate.open();
  expect(await late).toMatchObject({ reason: "ServerUnreachable" });
  expect(await count("Halfway")).toBe(0);
});

test("connections of other runs, of later epochs and of other programs stay", async () => {
  const others = [driverOf("r3", 3), driverOf("r3", 4), driverOf("r33", 1), driverOf("r4", 1)];
  for (const { adapter, at } of others) await adapter.port.server(at);
  const plain = adapterFor(server);
  adapters.push(plain);
  await plain.port.server(endpoint);
  const third = driverOf("r3", 3);
  expect(await third.adapter.port.fence(third.at)).toBeUndefined();
  const there = await agents();
  for (const name of ["/r3.3", "/r3.4", "/r33.1", "/r4.1", ""])
    expect(there).toContain(`pulumi-neo4j-restore${name}`);
});

test("a process that drives on with a higher epoch leaves its own connection as well", async () => {
  const { adapter, at } = driverOf("r5", 1);
  await adapter.port.server(at);
  await adapter.port.server({ ...at, mark: { run: "r5", epoch: 2 } });
  expect(await agents()).toEqual(["pulumi-neo4j-restore/r5.2"]);
  expect(adapter.streams).toHaveLength(2);
});

test.each([
  [userAgentOf({ run: "r", epoch: 1 }), true],
  [userAgentOf({ run: "r", epoch: 2 }), false],
  [userAgentOf({ run: "r", epoch: 10 }), false],
  [userAgentOf({ run: "rr", epoch: 1 }), false],
  [userAgentOf(undefined), false],
  ["pulumi-neo4j-restore/r.1x", false],
  ["neo4j-browser/v5", false],
  [undefined, false],
])("%s is of an earlier driver than the second of r: %s", (agent, earlier) => {
  expect(isEarlier(agent, { run: "r", epoch: 2 })).toBe(earlier);
});
