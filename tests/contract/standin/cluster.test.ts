/**
 * The stand-in as a cluster of three: what Neo4j documents about allocations, writers, seeding, and a member that goes.
 * One cluster for all tests, in their order.
 */
import { cp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Member, rowsOf, writerOf } from "./cluster.js";
import { FIRST_BUILD_MS } from "./server.js";

jest.setTimeout(240_000);

let members: readonly Member[] = [];
const pick = (at: number): Member => members[at] as Member;
const leader = async (): Promise<Member> => writerOf(members, "system");
const admin = async (statement: string, parameters = {}): Promise<unknown> =>
  (await leader()).run("system", statement, parameters);

/** Followers are milliseconds behind. */
async function eventually(check: () => Promise<void>): Promise<void> {
  const end = Date.now() + 120_000;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

const counted = async (database: string, count: number, among = members): Promise<void> =>
  eventually(async () => {
    for (const member of among) {
      expect(await member.run(database, "MATCH (n:Order) RETURN count(n) AS n")).toEqual([{ n: count }]);
    }
  });

beforeAll(async () => {
  members = await Member.cluster(3);
}, FIRST_BUILD_MS);
afterAll(async () => {
  for (const member of members) await member.remove();
});

test("a database has a row for each server, one writer, and the same last transaction everywhere", async () => {
  await admin("CREATE DATABASE orders TOPOLOGY 3 PRIMARIES WAIT");
  await (await writerOf(members, "orders")).run("orders", "CREATE (:Order {n: 1})");
  await counted("orders", 1);
  // A writer's row is there before the others have heard of its transactions.
  await eventually(async () => {
    for (const row of await rowsOf(members, "orders"))
      expect(row).toMatchObject({ replicationLag: 0, role: "primary" });
  });
  const rows = await rowsOf(members, "orders");
  expect(rows).toHaveLength(3);
  expect(rows.filter((row) => row["writer"] === true)).toHaveLength(1);
  const ids = new Set(rows.map((row) => String(row["databaseID"])));
  expect([...ids]).toEqual([expect.stringMatching(/^[0-9A-F]{64}$/)]);
  const infos = await Promise.all(members.map((member) => member.run("orders", "CALL db.info() YIELD id")));
  expect(new Set(infos.map((rowsOfOne) => JSON.stringify(rowsOfOne))).size).toBe(1);
});

test("commands and writes are for the writer alone", async () => {
  const first = await leader();
  const follower = members.find((member) => member !== first) as Member;
  expect(await follower.errorCode("system", "STOP DATABASE orders")).toBe(
    "Neo.ClientError.Cluster.NotALeader",
  );
  const writer = await writerOf(members, "orders");
  const reader = members.find((member) => member !== writer) as Member;
  expect(await reader.errorCode("orders", "CREATE (:Order)")).toBe("Neo.ClientError.Cluster.NotALeader");
});

test("a designated seeder gives its files to all; one without files fails", async () => {
  await admin("STOP DATABASE orders WAIT");
  for (const row of await rowsOf(members, "orders")) {
    expect(row).toMatchObject({
      databaseID: null,
      store: null,
      lastCommittedTxn: null,
      replicationLag: null,
    });
    expect(row["creationTime"]).not.toBeNull();
  }
  for (const folder of ["databases", "transactions"]) {
    await cp(join(pick(1).data, folder, "orders"), join(pick(1).data, folder, "copied"), { recursive: true });
  }
  await admin("START DATABASE orders WAIT");
  const seeded = "CREATE DATABASE $name TOPOLOGY 3 PRIMARIES OPTIONS $options WAIT";
  const options = { existingData: "use", existingDataSeedServer: await pick(1).id() };
  await admin(seeded, { name: "copied", options });
  await counted("copied", 1);
  await admin(`${seeded} 5 SECONDS`, { name: "nowhere", options });
  const rows = await rowsOf(members, "nowhere");
  expect(rows.find(({ address }) => address === pick(1).address)?.["statusMessage"]).toMatch(
    /No store found on any of the seeders/,
  );
  await admin("DROP DATABASE nowhere WAIT 30 SECONDS");
  await admin("DROP DATABASE copied WAIT");
});

test.each([
  ["gone", "file:///nowhere/a.backup", /Object not found at the path: file:\/\/\/nowhere/],
  ["folder", "s3://vault/folder", /Can't open seed file: s3:\/\/vault\/folder/],
  ["unknown", "ftp://vault/a.backup", /No SeedProvider found which supports the URI/],
])(
  "a seed that is %s: CREATE succeeds, and each server says why it has no store",
  async (name, seedURI, says) => {
    const options = { existingData: "use", seedURI };
    await admin("CREATE DATABASE $name TOPOLOGY 3 PRIMARIES OPTIONS $options WAIT 5 SECONDS", {
      name,
      options,
    });
    await eventually(async () => {
      for (const row of await rowsOf(members, name)) {
        expect(row).toMatchObject({ currentStatus: "offline" });
        expect(row["statusMessage"]).toMatch(says);
      }
    });
    await admin("DROP DATABASE $name WAIT 30 SECONDS", { name });
  },
);

test("the providers of seeds are told as a setting", async () => {
  const rows = await pick(0).run(
    "system",
    "SHOW SETTINGS YIELD name, value WHERE name = $name RETURN value",
    { name: "dbms.databases.seed_from_uri_providers" },
  );
  expect(rows).toEqual([{ value: "CloudSeedProvider,FileSeedProvider" }]);
});

test("a store that was put on one server loses to the others' old copies", async () => {
  await admin("STOP DATABASE orders WAIT");
  for (const folder of ["databases", "transactions"]) {
    await cp(join(pick(2).data, folder, "orders"), join(pick(2).data, `old-${folder}`), { recursive: true });
  }
  await admin("START DATABASE orders WAIT");
  await eventually(async () => {
    await (await writerOf(members, "orders")).run("orders", "CREATE (:Order {n: 2})");
  });
  await counted("orders", 2);
  await admin("STOP DATABASE orders WAIT");
  for (const folder of ["databases", "transactions"]) {
    await rm(join(pick(2).data, folder, "orders"), { recursive: true });
    await rename(join(pick(2).data, `old-${folder}`), join(pick(2).data, folder, "orders"));
  }
  await admin("START DATABASE orders WAIT");
  await counted("orders", 2);
});

test("privileges and aliases hang on the database", async () => {
  await admin("CREATE ALIAS sales FOR DATABASE orders");
  await admin("CREATE ROLE clerk");
  await admin("GRANT ACCESS ON DATABASE orders TO clerk");
  expect(await admin("SHOW ALIASES FOR DATABASE YIELD name, database")).toEqual([
    { name: "sales", database: "orders" },
  ]);
  expect(await admin("SHOW PRIVILEGES AS COMMANDS YIELD command")).toEqual([
    { command: "GRANT ACCESS ON DATABASE orders TO `clerk`" },
  ]);
  await admin("GRANT ACCESS ON DATABASE neo4j TO clerk");
  const own = [{ command: "GRANT ACCESS ON DATABASE orders TO `clerk`" }];
  const statement = "SHOW PRIVILEGES AS COMMANDS YIELD command WHERE command CONTAINS";
  expect(await admin(`${statement} 'orders'`)).toEqual(own);
  expect(await admin(`${statement} $database`, { database: "orders" })).toEqual(own);
  await admin("REVOKE GRANT ACCESS ON DATABASE neo4j FROM clerk");
  expect(await (await leader()).errorCode("system", "DROP DATABASE orders")).toBe(
    "Neo.ClientError.Statement.ArgumentError",
  );
});

test("when the leader goes, another one takes over and writes; it catches up when it is back", async () => {
  const gone = await leader();
  await gone.stop();
  const left = members.filter((member) => member !== gone);
  await eventually(async () => {
    const system = await writerOf(left, "system");
    await system.run("system", "CREATE DATABASE later TOPOLOGY 2 PRIMARIES WAIT 30 SECONDS");
  });
  expect(await rowsOf(left, "orders")).toContainEqual(
    expect.objectContaining({
      address: null,
      currentStatus: "unknown",
      statusMessage: "Server is unavailable",
    }),
  );
  await eventually(async () => {
    await (await writerOf(left, "orders")).run("orders", "CREATE (:Order {n: 3})");
  });
  await counted("orders", 3, left);
  await gone.start();
  await counted("orders", 3);
  await admin("DROP DATABASE orders CASCADE ALIASES WAIT");
  expect(await admin("SHOW PRIVILEGES AS COMMANDS YIELD command")).toEqual([]);
});
