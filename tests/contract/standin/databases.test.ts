/**
 * The part of the stand-in that plays Enterprise: administration of several databases, as the manual describes it.
 */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import neo4j, { type RecordShape } from "neo4j-driver";
import { FIRST_BUILD_MS, Standin } from "./server.js";

jest.setTimeout(180_000);

let server: Standin;

beforeAll(async () => {
  server = await Standin.create();
}, FIRST_BUILD_MS);
afterAll(async () => server.remove());

const show = async (name: string): Promise<RecordShape | undefined> => {
  const columns = "name, currentStatus, requestedStatus, statusMessage, access, lastCommittedTxn, store";
  const [row] = await server.run("system", `SHOW DATABASE $name YIELD ${columns}`, { name });
  return row;
};
const fault = async (name: string, value: string): Promise<void> => {
  await mkdir(join(server.data, ".standin"), { recursive: true });
  await writeFile(join(server.data, ".standin", name), value);
};
const release = async (name: string): Promise<void> => rm(join(server.data, ".standin", name));
const caughtUp = [{ address: "localhost:7687", state: "CaughtUp", message: "caught up", success: true }];

test("a database is created, stopped, started and dropped", async () => {
  expect(await server.run("system", "CREATE DATABASE $name WAIT", { name: "orders-eu" })).toEqual(caughtUp);
  await server.run("orders-eu", "CREATE (:Order {id: 1})");
  const online = await show("orders-eu");
  expect(online).toMatchObject({ currentStatus: "online", requestedStatus: "online", access: "read-write" });

  expect(await server.run("system", "STOP DATABASE `orders-eu` WAIT 30 SECONDS")).toEqual(caughtUp);
  expect(await show("orders-eu")).toMatchObject({
    currentStatus: "offline",
    requestedStatus: "offline",
    lastCommittedTxn: null,
    store: null,
  });
  expect(await server.errorCode("orders-eu", "RETURN 1")).toBe(
    "Neo.TransientError.General.DatabaseUnavailable",
  );

  expect(await server.run("system", "START DATABASE $name WAIT", { name: "orders-eu" })).toEqual(caughtUp);
  expect(await show("orders-eu")).toEqual(online);
  expect(await server.run("orders-eu", "MATCH (o:Order) RETURN o.id AS id")).toEqual([{ id: 1 }]);

  expect(await server.run("system", "DROP DATABASE $name WAIT", { name: "orders-eu" })).toEqual(caughtUp);
  expect(await show("orders-eu")).toBeUndefined();
  expect(await server.errorCode("orders-eu", "RETURN 1")).toBe("Neo.ClientError.Database.DatabaseNotFound");
});

test("commands answer at once without WAIT, and repeating them changes nothing", async () => {
  await fault("start-delay.slow", "hold");
  await fault("stop-delay.slow", "hold");
  expect(await server.run("system", "CREATE DATABASE slow NOWAIT")).toEqual([]);
  expect(await server.run("system", "START DATABASE slow WAIT 1 SECOND")).toMatchObject([{ success: false }]);
  expect(await show("slow")).toMatchObject({ requestedStatus: "online", currentStatus: "starting" });
  await release("start-delay.slow");
  expect(await server.run("system", "START DATABASE slow WAIT")).toEqual(caughtUp);
  expect(await server.run("system", "STOP DATABASE slow")).toEqual([]);
  expect(await server.run("system", "STOP DATABASE slow WAIT 1 SECOND")).toMatchObject([{ success: false }]);
  expect(await show("slow")).toMatchObject({ requestedStatus: "offline", currentStatus: "stopping" });
  await release("stop-delay.slow");
  expect(await server.run("system", "STOP DATABASE slow WAIT")).toEqual(caughtUp);
  await server.run("system", "DROP DATABASE slow WAIT");
});

test("a command in a session on the database that it stops does not wait for itself", async () => {
  await server.run("system", "CREATE DATABASE itself WAIT");
  expect(await server.run("itself", "STOP DATABASE itself WAIT 30 SECONDS")).toEqual(caughtUp);
  await server.run("system", "DROP DATABASE itself WAIT");
});

test.each([
  ["CREATE DATABASE neo4j", "Neo.ClientError.Database.ExistingDatabaseFound"],
  ["CREATE DATABASE xy", "Neo.ClientError.General.InvalidArguments"],
  ["CREATE DATABASE fresh OPTIONS {nonsense: 1}", "Neo.ClientError.Statement.ArgumentError"],
  ["CREATE DATABASE fresh TOPOLOGY 1 PRIMARY", "Neo.ClientError.Statement.ArgumentError"],
  ["START DATABASE nothere", "Neo.ClientError.Database.DatabaseNotFound"],
  ["STOP DATABASE nothere", "Neo.ClientError.Database.DatabaseNotFound"],
  ["DROP DATABASE nothere", "Neo.ClientError.Database.DatabaseNotFound"],
  ["ALTER DATABASE nothere SET ACCESS READ ONLY", "Neo.ClientError.Database.DatabaseNotFound"],
  ["STOP DATABASE system", "Neo.ClientError.Statement.ArgumentError"],
  ["STOP DATABASE $missing", "Neo.ClientError.Statement.ParameterMissing"],
  ["START DATABASE orders-eu", "Neo.ClientError.Statement.SyntaxError"],
])("%s is refused", async (statement, code) => {
  expect(await server.errorCode("system", statement)).toBe(code);
});

test("IF NOT EXISTS, IF EXISTS, OR REPLACE and OPTIONS as a parameter", async () => {
  expect(await server.run("system", "DROP DATABASE nothere IF EXISTS WAIT")).toEqual([]);
  await server.run("system", "CREATE DATABASE twice OPTIONS $options WAIT", {
    options: { existingData: "use" },
  });
  await server.run("twice", "CREATE (:Marker)");
  await server.run("system", "CREATE DATABASE twice IF NOT EXISTS WAIT");
  expect(await server.run("twice", "MATCH (n) RETURN count(n) AS n")).toEqual([{ n: 1 }]);
  await server.run("system", "CREATE OR REPLACE DATABASE twice WAIT");
  expect(await server.run("twice", "MATCH (n) RETURN count(n) AS n")).toEqual([{ n: 0 }]);
  await server.run("system", "DROP DATABASE twice DESTROY DATA WAIT");
});

test("READ ONLY refuses writes, also across a restart of the database, and goes away again", async () => {
  await server.run("system", "CREATE DATABASE guarded WAIT");
  await server.run("system", "ALTER DATABASE $name SET ACCESS READ ONLY", { name: "guarded" });
  await server.run("system", "STOP DATABASE guarded WAIT");
  await server.run("system", "START DATABASE guarded WAIT");
  const before = await show("guarded");
  expect(before).toMatchObject({ access: "read-only", currentStatus: "online" });
  expect(await server.errorCode("guarded", "CREATE (:Marker)")).toBe(
    "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase",
  );
  expect(await show("guarded")).toEqual(before);
  await server.run("system", "ALTER DATABASE guarded SET ACCESS READ WRITE");
  await server.run("guarded", "CREATE (:Marker)");
  await server.run("system", "DROP DATABASE guarded WAIT");
});

test("STOP ends open transactions", async () => {
  await server.run("system", "CREATE DATABASE busy WAIT");
  const driver = server.driver();
  const session = driver.session({ database: "busy" });
  const transaction = session.beginTransaction();
  await transaction.run("CREATE (:Half)");
  expect(await server.run("system", "STOP DATABASE busy WAIT 30 SECONDS")).toEqual(caughtUp);
  await expect(transaction.commit()).rejects.toBeInstanceOf(neo4j.Neo4jError);
  await session.close();
  await driver.close();
  await server.run("system", "DROP DATABASE busy WAIT");
});

test("a database that cannot start says why, and starts once it can", async () => {
  await server.run("system", "CREATE DATABASE broken WAIT");
  await server.run("system", "STOP DATABASE broken WAIT");
  await fault("start-fail.broken.once", "out of luck");
  expect(await server.run("system", "START DATABASE broken WAIT")).toMatchObject([{ success: false }]);
  const failed = await show("broken");
  expect(failed).toMatchObject({ requestedStatus: "online", currentStatus: "offline" });
  expect(failed?.["statusMessage"]).toBe(
    "An error occurred! Unable to start database with name `broken`. out of luck",
  );
  await server.run("system", "START DATABASE broken WAIT");
  expect(await show("broken")).toMatchObject({ currentStatus: "online", statusMessage: "" });
  await server.run("system", "DROP DATABASE broken WAIT");
});

test("an index that is being built refuses a read-only START: writable it starts, and is set back while it is built", async () => {
  const ddl = (statement: string): Promise<RecordShape[]> => server.run("system", `${statement} WAIT`);
  await ddl("CREATE DATABASE building");
  // In parts, for the memory that a transaction may take.
  const nodes = "UNWIND range(1, 50000) AS n CREATE (:P {n: n, t: 'text ' + n, e: n % 100})";
  for (let part = 0; part < 4; part++) await server.run("building", nodes);
  for (const keys of ["m.n", "m.t", "m.e", "m.n, m.t", "m.t, m.e", "m.e, m.n"])
    await server.run("building", `CREATE INDEX FOR (m:P) ON (${keys})`);
  const before = (await show("building"))?.["lastCommittedTxn"] as unknown;
  await server.run("system", "ALTER DATABASE building SET ACCESS READ ONLY");
  await ddl("STOP DATABASE building");

  expect(await ddl("START DATABASE building")).toMatchObject([{ success: false }]);
  expect(await show("building")).toMatchObject({ requestedStatus: "online", currentStatus: "offline" });
  await ddl("STOP DATABASE building");
  await server.run("system", "ALTER DATABASE building SET ACCESS READ WRITE");
  expect(await ddl("START DATABASE building")).toMatchObject([{ success: true }]);
  await server.run("system", "ALTER DATABASE building SET ACCESS READ ONLY");
  expect(await show("building")).toMatchObject({
    currentStatus: "online",
    access: "read-only",
    lastCommittedTxn: before,
  });
  await server.run("building", "CALL db.awaitIndexes(120)");
  expect(await show("building")).toMatchObject({ currentStatus: "online", lastCommittedTxn: before });
  await ddl("DROP DATABASE building");
});

test.each([
  ["databases", /transaction logs were found, while database files are missing/],
  ["transactions", /Transaction logs are missing/],
])("with its %s directory gone a database fails to start", async (directory, reason) => {
  await server.run("system", "CREATE DATABASE halved WAIT");
  await server.run("halved", "CREATE (:Marker)");
  await server.run("system", "STOP DATABASE halved WAIT");
  const there = join(server.data, directory, "halved");
  const aside = join(server.data, `halved-${directory}`);
  await rename(there, aside);
  await server.run("system", "START DATABASE halved WAIT");
  const row = await show("halved");
  expect(row).toMatchObject({ currentStatus: "offline", requestedStatus: "online" });
  expect(row?.["statusMessage"]).toMatch(reason);
  await server.run("system", "DROP DATABASE halved WAIT");
});

test("SHOW SERVERS names this one and what it hosts", async () => {
  const [row] = await server.run(
    "system",
    "SHOW SERVERS YIELD serverId, name AS called, state, health, hosting",
  );
  const [database] = await server.run("system", "SHOW DATABASE neo4j YIELD serverID");
  expect(row).toMatchObject({
    serverId: database?.["serverID"] as string,
    called: database?.["serverID"] as string,
    state: "Enabled",
    health: "Available",
    hosting: expect.arrayContaining(["neo4j", "system"]) as string[],
  });
});

describe("a restart of the server", () => {
  test("brings back what was online, leaves offline what was offline, and keeps the password", async () => {
    await server.run("system", "CREATE DATABASE awake WAIT");
    await server.run("awake", "CREATE (:Marker)");
    await server.run("system", "CREATE DATABASE asleep WAIT");
    await server.run("system", "STOP DATABASE asleep WAIT");
    await server.stop();
    await server.start();
    await server.run("system", "START DATABASE awake WAIT");
    expect(await server.run("awake", "MATCH (n:Marker) RETURN count(n) AS n")).toEqual([{ n: 1 }]);
    expect(await show("asleep")).toMatchObject({ currentStatus: "offline", requestedStatus: "offline" });
  });

  test("serves an empty database where the store of an online one is gone", async () => {
    await server.stop();
    await rename(join(server.data, "databases", "awake"), join(server.data, "gone-store"));
    await rename(join(server.data, "transactions", "awake"), join(server.data, "gone-logs"));
    await server.start();
    await server.run("system", "START DATABASE awake WAIT");
    expect(await show("awake")).toMatchObject({ currentStatus: "online", statusMessage: "" });
    expect(await server.run("awake", "MATCH (n) RETURN count(n) AS n")).toEqual([{ n: 0 }]);
  });
});
