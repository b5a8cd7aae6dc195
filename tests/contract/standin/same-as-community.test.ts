/**
 * Whatever Community has, the stand-in has from Community: the same assertions on both. Where the two must differ, because
 * the stand-in plays Enterprise, both answers are asserted side by side.
 */
import neo4j from "neo4j-driver";
import { Community, FIRST_BUILD_MS, type Neo4jProcess, Standin } from "./server.js";

jest.setTimeout(180_000);

const UNSUPPORTED = "Neo.ClientError.Statement.UnsupportedAdministrationCommand";
const DEFAULT_COLUMNS = [
  "name",
  "type",
  "aliases",
  "access",
  "address",
  "role",
  "writer",
  "requestedStatus",
  "currentStatus",
  "statusMessage",
  "default",
  "home",
  "constituents",
];

describe.each([
  ["Community", async (): Promise<Neo4jProcess> => Community.create()],
  ["stand-in", async (): Promise<Neo4jProcess> => Standin.create()],
] as const)("%s", (name, create) => {
  const enterprise = name === "stand-in";
  let server: Neo4jProcess;

  beforeAll(async () => {
    server = await create();
  }, FIRST_BUILD_MS);
  afterAll(async () => server.remove());

  const attempt = async (user: string, password: string): Promise<string> => {
    const driver = server.driver(user, password);
    const session = driver.session({ database: "system" });
    try {
      await session.run("SHOW DATABASES");
      return "ok";
    } catch (error) {
      return error instanceof neo4j.Neo4jError ? error.code : String(error);
    } finally {
      await session.close();
      await driver.close();
    }
  };

  test("a wrong password is refused, and locks the user for a while after three", async () => {
    await server.run("system", "CREATE USER victim SET PASSWORD 'password2' CHANGE NOT REQUIRED");
    expect(await attempt("victim", "password2")).toBe("ok");
    for (let i = 0; i < 3; i++) {
      expect(await attempt("victim", "wrong")).toBe("Neo.ClientError.Security.Unauthorized");
    }
    expect(await attempt("victim", "password2")).toBe("Neo.ClientError.Security.AuthenticationRateLimit");
  });

  test("whoever must change the password may do nothing else", async () => {
    await server.run("system", "CREATE USER fresh SET PASSWORD 'password3' CHANGE REQUIRED");
    expect(await attempt("fresh", "password3")).toBe("Neo.ClientError.Security.CredentialsExpired");
    const driver = server.driver("fresh", "password3");
    const session = driver.session({ database: "system" });
    await expect(session.run("STOP DATABASE neo4j")).rejects.toThrow();
    await session.close();
    await driver.close();
  });

  test("SHOW DATABASES has the documented columns and both first databases", async () => {
    const rows = await server.run("system", "SHOW DATABASES");
    expect(rows.map((row): unknown => row["name"])).toEqual(["neo4j", "system"]);
    expect(Object.keys(rows[0] ?? {})).toEqual(DEFAULT_COLUMNS);
    expect(rows[0]).toMatchObject({
      type: "standard",
      access: "read-write",
      role: "primary",
      writer: true,
      requestedStatus: "online",
      currentStatus: "online",
      statusMessage: "",
      default: true,
      home: true,
    });
  });

  test("SHOW DATABASE: a name by parameter, none for an unknown one, an unknown column is a syntax error", async () => {
    expect(await server.run("system", "SHOW DATABASE $db", { db: "neo4j" })).toHaveLength(1);
    expect(await server.run("system", "SHOW DATABASE $db", { db: "nothere" })).toEqual([]);
    expect(await server.errorCode("system", "SHOW DATABASE neo4j YIELD storeId")).toBe(
      "Neo.ClientError.Statement.SyntaxError",
    );
    const [row] = await server.run(
      "system",
      "SHOW DATABASES YIELD name, lastCommittedTxn, store, serverID, creationTime WHERE name = 'neo4j'",
    );
    expect(row).toMatchObject({ name: "neo4j", store: "record-aligned-1.1" });
    // Community leaves the transaction out.
    expect(typeof row?.["lastCommittedTxn"]).toBe(enterprise ? "number" : "object");
  });

  test.each([
    ["CREATE DATABASE extra WAIT", UNSUPPORTED],
    ["STOP DATABASE extra WAIT", UNSUPPORTED],
    ["START DATABASE extra WAIT", UNSUPPORTED],
    ["ALTER DATABASE extra SET ACCESS READ ONLY", UNSUPPORTED],
    ["DROP DATABASE extra WAIT", UNSUPPORTED],
    ["SHOW SERVERS", "Neo.ClientError.Statement.NotSystemDatabaseError"],
    ["SHOW ALIASES FOR DATABASE", "Neo.ClientError.Statement.NotSystemDatabaseError"],
  ])("only Enterprise carries out %s", async (statement, refusal) => {
    if (enterprise) {
      await expect(server.run("system", statement)).resolves.toBeDefined();
    } else {
      expect(await server.errorCode("system", statement)).toBe(refusal);
    }
  });

  test("EXPLAIN carries out nothing", async () => {
    await server.run("system", "EXPLAIN STOP DATABASE neo4j").catch(() => undefined);
    expect(await server.run("neo4j", "RETURN 1 AS one")).toEqual([{ one: 1 }]);
  });

  test("the statements of hooks", async () => {
    expect(await server.run("neo4j", "CALL db.awaitIndexes(10)")).toEqual([]);
    expect(await server.run("system", "CALL db.awaitIndexes(10)")).toEqual([]);
    expect(await server.run("neo4j", "CALL db.ping()")).toEqual([{ success: true }]);
    const [info] = await server.run("neo4j", "CALL db.info()");
    expect(info).toMatchObject({ name: "neo4j", id: expect.stringMatching(/^[0-9A-F]{64}$/) as string });
    const [components] = await server.run("system", "CALL dbms.components()");
    expect(components).toMatchObject({
      versions: ["5.26.0"],
      edition: enterprise ? "enterprise" : "community",
    });
    if (enterprise) {
      expect(await server.run("neo4j", "CALL db.checkpoint()")).toMatchObject([{ success: true }]);
      expect(await server.run("system", "CALL dbms.security.clearAuthCache()")).toEqual([]);
    } else {
      expect(await server.errorCode("neo4j", "CALL db.checkpoint()")).toBe(
        "Neo.ClientError.Procedure.ProcedureNotFound",
      );
    }
  });

  test.each([
    ["two statements", "neo4j", "RETURN 1; RETURN 2", "Neo.ClientError.Statement.SyntaxError"],
    ["bad syntax", "neo4j", "RETRUN 1", "Neo.ClientError.Statement.SyntaxError"],
    ["a missing parameter", "neo4j", "RETURN $missing", "Neo.ClientError.Statement.ParameterMissing"],
    ["an unknown procedure", "neo4j", "CALL nope.nope()", "Neo.ClientError.Procedure.ProcedureNotFound"],
    ["data on system", "system", "RETURN 1", "Neo.ClientError.Statement.SemanticError"],
    ["an unknown database", "nothere", "RETURN 1", "Neo.ClientError.Database.DatabaseNotFound"],
  ])("the error of %s", async (_title, database, statement, code) => {
    expect(await server.errorCode(database, statement)).toBe(code);
  });

  test("one trailing semicolon is no second statement", async () => {
    expect(await server.run("neo4j", "RETURN 1 AS one;")).toEqual([{ one: 1 }]);
  });

  test("CALL IN TRANSACTIONS belongs into an auto-commit statement", async () => {
    const statement = "UNWIND range(1, 3) AS i CALL { WITH i CREATE (:Batch {i: i}) } IN TRANSACTIONS";
    await server.run("neo4j", statement);
    expect(await server.run("neo4j", "MATCH (b:Batch) RETURN count(b) AS count")).toEqual([{ count: 3 }]);
    const driver = server.driver();
    const session = driver.session({ database: "neo4j" });
    const transaction = session.beginTransaction();
    await expect(transaction.run(statement)).rejects.toMatchObject({
      code: "Neo.DatabaseError.Transaction.TransactionStartFailed",
    });
    await session.close();
    await driver.close();
  });

  test("an explicit transaction commits, and rolls back", async () => {
    const driver = server.driver();
    const session = driver.session({ database: "neo4j" });
    await session.executeWrite(async (transaction) => transaction.run("CREATE (:Kept)"));
    const undone = session.beginTransaction();
    await undone.run("CREATE (:Undone)");
    await undone.rollback();
    await session.close();
    await driver.close();
    const count = "MATCH (n) WHERE n:Kept OR n:Undone RETURN labels(n)[0] AS label";
    expect(await server.run("neo4j", count)).toEqual([{ label: "Kept" }]);
  });

  test.each([
    ["numbers", [1, -7, 2.5, null]],
    ["text", ["", "ü€😀", "quote ' \" `"]],
    ["booleans and maps", { yes: true, nested: { list: [1, [2]] } }],
    ["bytes", new Int8Array([1, -2, 3])],
    ["dates", new neo4j.types.Date(2026, 2, 28)],
    ["zoned times", new neo4j.types.DateTime(2026, 2, 28, 23, 59, 58, 7, 3600)],
    ["local times", new neo4j.types.LocalDateTime(2026, 2, 28, 23, 59, 58, 7)],
    ["durations", new neo4j.types.Duration(1, 2, 3, 4)],
    ["points", new neo4j.types.Point(7203, 1.5, 2.5)],
  ])("%s come back as they went in", async (_title, value) => {
    const [row] = await server.run("neo4j", "RETURN $value AS value", { value });
    expect(row?.["value"]).toEqual(value);
  });

  test("nodes, relationships and paths", async () => {
    const [row] = await server.run(
      "neo4j",
      "CREATE path = (a:Person {name: 'a'})-[r:KNOWS {since: 1}]->(b:Person) RETURN a, r, path",
    );
    expect(row?.["a"]).toMatchObject({ labels: ["Person"], properties: { name: "a" } });
    expect(row?.["r"]).toMatchObject({ type: "KNOWS", properties: { since: 1 } });
    expect(row?.["path"]).toMatchObject({ length: 1 });
  });

  test("many rows arrive, in the order asked for", async () => {
    const rows = await server.run("neo4j", "UNWIND range(1, 5000) AS i RETURN i");
    expect(rows).toHaveLength(5000);
    expect(rows[4999]).toEqual({ i: 5000 });
  });
});
