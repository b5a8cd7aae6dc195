/**
 * The administration that Community refuses, against the stand-in: several databases, started and stopped, made
 * read-only, and what a repeated command does.
 */
import type { DatabaseRow } from "../../provider/plan/observation.js";
import { type Adapter, adapterFor, endpoint, faultOf } from "./neo4j/adapter.js";
import { Standin } from "./standin/server.js";

const minute = 60_000;

jest.setTimeout(60_000);

let server: Standin;
let adapter: Adapter;
let port: Adapter["port"];

beforeAll(async () => {
  server = await Standin.create();
  adapter = adapterFor(server);
  port = adapter.port;
}, 300_000);

afterAll(async () => {
  await port.close();
  await server.remove();
});

async function look(database: string): Promise<DatabaseRow | undefined> {
  const view = await port.server(endpoint);
  return view.reachable ? view.databases.find(({ name }) => name === database) : undefined;
}

/** Commands return before they are done; each look is a round trip, so this does not spin. */
async function reaches(database: string, status: string): Promise<DatabaseRow> {
  for (let round = 0; round < 1_000; round += 1) {
    const row = await look(database);
    if (row?.currentStatus === status) return row;
  }
  throw new Error(`${database} did not become ${status}`);
}

test("the edition", async () => {
  expect(await port.server(endpoint)).toMatchObject({
    reachable: true,
    version: "5.26.0",
    edition: "enterprise",
  });
});

test("create, and create again", async () => {
  await port.create(endpoint, "orders-eu");
  const row = await reaches("orders-eu", "online");
  await port.create(endpoint, "orders-eu");
  expect(await look("orders-eu")).toMatchObject({
    creationTime: row.creationTime,
    databaseId: row.databaseId,
  });
});

test("the last committed transaction grows with each write", async () => {
  const before = await look("orders-eu");
  await port.run(endpoint, "orders-eu", "CREATE (:Order {id: 1})", minute);
  const after = await look("orders-eu");
  expect(after?.lastCommittedTxn).toBeGreaterThan(before?.lastCommittedTxn ?? Infinity);
});

test("read-only refuses writes, read-write takes them again", async () => {
  await port.setAccess(endpoint, "orders-eu", "read-only");
  expect(await look("orders-eu")).toMatchObject({ access: "read-only" });
  const refused = await faultOf(port.run(endpoint, "orders-eu", "CREATE (:Order {id: 2})", minute));
  expect(refused).toMatchObject({ kind: "terminal", reason: "Neo4jRefused" });
  await port.setAccess(endpoint, "orders-eu", "read-write");
  await port.run(endpoint, "orders-eu", "CREATE (:Order {id: 2})", minute);
});

test("stop and start, each also of what is already so", async () => {
  const before = await look("orders-eu");
  await port.stop(endpoint, "orders-eu");
  await port.stop(endpoint, "orders-eu");
  const stopped = await reaches("orders-eu", "offline");
  expect(stopped).toMatchObject({ requestedStatus: "offline", creationTime: before?.creationTime });
  expect(stopped).not.toHaveProperty("databaseId");
  await port.stop(endpoint, "orders-eu");
  expect(await faultOf(port.storeId(endpoint, "orders-eu"))).toMatchObject({ reason: "Neo4jRefused" });
  await port.start(endpoint, "orders-eu");
  await port.start(endpoint, "orders-eu");
  const after = await reaches("orders-eu", "online");
  await port.start(endpoint, "orders-eu");
  expect(after.databaseId).toBe(before?.databaseId);
  expect(after.creationTime).toBe(before?.creationTime);
  expect(after.lastStartTime).not.toBe(before?.lastStartTime);
});

test("a database that is not there can be neither stopped nor started", async () => {
  const attempts = [port.stop(endpoint, "nosuch"), port.start(endpoint, "nosuch")];
  for (const fault of await Promise.all(attempts.map(faultOf))) {
    expect(fault).toMatchObject({ kind: "terminal", reason: "Neo4jRefused" });
    expect(fault.evidence?.text).toMatch(/^Neo\.ClientError\.Database\.DatabaseNotFound: /);
  }
});

test("Enterprise's procedures as hooks, where they belong", async () => {
  await port.run(endpoint, "orders-eu", "CALL db.checkpoint()", minute);
  await port.run(endpoint, "orders-eu", "CALL db.awaitIndexes(30)", minute);
  await port.run(endpoint, "system", "CALL dbms.security.clearAuthCache()", minute);
});
