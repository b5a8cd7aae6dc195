/** What hangs on a database's name: which commands are its own, and the statements that take and give it. */
import { type DateTime, isDateTime, Neo4jError, Record as Row } from "neo4j-driver";
import {
  creating,
  dropping,
  giving,
  isOn,
  type Parameters,
  readAttachments,
} from "../../../../provider/adapters/neo4j/attachments.js";
import { most } from "../../../../provider/plan/bounds.js";
import { serverRow, withinBounds } from "../../../../provider/adapters/neo4j/rows.js";

const row = (fields: object): Row => new Row(Object.keys(fields), Object.values(fields));

test.each([
  ["GRANT ACCESS ON DATABASE `orders` TO `reader`", true],
  ["DENY MATCH {*} ON GRAPH orders NODE Person TO `reader`", true],
  ["GRANT ACCESS ON DATABASE `orders-eu` TO `reader`", false],
  ["GRANT ACCESS ON DATABASE * TO `orders`", false],
  ["GRANT ACCESS ON HOME DATABASE TO `reader`", false],
  ["GRANT LOAD ON ALL DATA TO `orders`", false],
  ["GRANT TRAVERSE ON GRAPH `we``ird` NODE * TO `reader`", false],
])("%s", (command, own) => {
  expect(isOn(command, "orders")).toBe(own);
});

test("what Neo4j shows is read by name, of this database only", async () => {
  const answers: Readonly<Record<string, readonly Row[]>> = {
    "SHOW DATABASE $database YIELD requested": [
      row({ requestedPrimariesCount: 3, requestedSecondariesCount: 0, options: { txLogEnrichment: "FULL" } }),
    ],
    "SHOW DATABASE $database YIELD defaultLanguage": [row({ defaultLanguage: "CYPHER 25" })],
    "SHOW ALIASES": [
      row({ name: "sales", database: "orders", location: "local", properties: {} }),
      row({ name: "noted", database: "orders", location: "local", properties: { owner: "team" } }),
      row({ name: "far", database: "orders", location: "remote", properties: null }),
      row({ name: "other", database: "neo4j", location: "local", properties: {} }),
    ],
    "SHOW PRIVILEGES": [
      row({ command: "GRANT ACCESS ON DATABASE `orders` TO `reader`" }),
      row({ command: "GRANT ACCESS ON DATABASE `neo4j` TO `reader`" }),
    ],
  };
  const query = (statement: string, parameters: Parameters = {}): Promise<Row[]> => {
    if (statement.startsWith("SHOW DATABASE")) expect(parameters).toEqual({ database: "orders" });
    const found = Object.entries(answers).find(([start]) => statement.startsWith(start));
    return Promise.resolve([...(found?.[1] ?? [])]);
  };
  expect(await readAttachments(query, "orders")).toEqual({
    primaries: 3,
    secondaries: 0,
    options: { txLogEnrichment: "FULL" },
    language: 25,
    aliases: [
      { name: "sales", plain: true },
      { name: "noted", plain: false },
    ],
    privileges: ["GRANT ACCESS ON DATABASE `orders` TO `reader`"],
  });
});

/** A DBMS with these privileges, which judges a WHERE as Neo4j does. */
const dbms =
  (commands: readonly string[], takesWhere: boolean, asked: string[] = []) =>
  (statement: string, { database }: Parameters = {}): Promise<Row[]> => {
    if (!statement.startsWith("SHOW PRIVILEGES")) return Promise.resolve([]);
    asked.push(statement);
    const filters = statement.includes(" WHERE command CONTAINS $database");
    if (filters && !takesWhere)
      return Promise.reject(new Neo4jError("Invalid input", "Neo.ClientError.Statement.SyntaxError", "", ""));
    const found = commands.filter(
      (command) => !filters || (typeof database === "string" && command.includes(database)),
    );
    return Promise.resolve([...withinBounds(found.map((command) => row({ command })))]);
  };

const own = [
  "GRANT ACCESS ON DATABASE `orders` TO `reader`",
  "DENY READ {ssn} ON GRAPH orders NODE * TO `clerk`",
];
const like = [
  "GRANT ACCESS ON DATABASE `orders-eu` TO `reader`",
  "GRANT ACCESS ON DATABASE * TO `orders`",
  "DENY READ {orders} ON GRAPH * NODE * TO `clerk`",
];

test("of a DBMS with very many tenants only those privileges come that have the name in them", async () => {
  const others = Array.from(
    { length: most.rows + 1 },
    (_, n) => `GRANT ACCESS ON DATABASE \`t-${n}\` TO \`r\``,
  );
  expect((await readAttachments(dbms([...others, ...own, ...like], true), "orders")).privileges).toEqual(own);
});

test("a server that takes no WHERE there is asked for all of them", async () => {
  const asked: string[] = [];
  const { privileges } = await readAttachments(dbms([...own, ...like], false, asked), "orders");
  expect(privileges).toEqual(own);
  expect(asked).toHaveLength(2);
});

test("a privilege that may not be read is no missing one", async () => {
  const forbidden = (): Promise<Row[]> =>
    Promise.reject(new Neo4jError("no", "Neo.ClientError.Security.Forbidden", "", ""));
  const query = (statement: string): Promise<Row[]> =>
    statement.startsWith("SHOW PRIVILEGES") ? forbidden() : Promise.resolve([]);
  await expect(readAttachments(query, "orders")).rejects.toBeInstanceOf(Neo4jError);
});

test("a server that keeps no language for a database is asked for none, and another error is one", async () => {
  const shown = row({ requestedPrimariesCount: 1, requestedSecondariesCount: 0, options: {} });
  const answering =
    (code: string) =>
    (statement: string): Promise<Row[]> =>
      statement.includes("defaultLanguage")
        ? Promise.reject(new Neo4jError("Variable `defaultLanguage` not defined", code, "", ""))
        : Promise.resolve(statement.startsWith("SHOW DATABASE") ? [shown] : []);
  const read = await readAttachments(answering("Neo.ClientError.Statement.SyntaxError"), "orders");
  expect(read).toEqual({ primaries: 1, secondaries: 0, options: {}, aliases: [], privileges: [] });
  await expect(
    readAttachments(answering("Neo.ClientError.Security.Forbidden"), "orders"),
  ).rejects.toBeInstanceOf(Neo4jError);
});

test("created from a seeder, with the topology as numbers and all else as parameters", () => {
  const options = { existingData: "use", existingDataSeedServer: "id-1" };
  expect(creating("orders", { primaries: 3, secondaries: 1, options })).toEqual({
    statement:
      "CREATE DATABASE $database IF NOT EXISTS TOPOLOGY 3 PRIMARIES 1 SECONDARIES OPTIONS $options NOWAIT",
    parameters: { database: "orders", options },
  });
  expect(creating("orders", { options }).statement).toBe(
    "CREATE DATABASE $database IF NOT EXISTS OPTIONS $options NOWAIT",
  );
  expect(creating("orders", { primaries: 3, secondaries: 1, options, language: 25 })).toEqual({
    statement:
      "CREATE DATABASE $database IF NOT EXISTS DEFAULT LANGUAGE CYPHER 25 TOPOLOGY 3 PRIMARIES 1 SECONDARIES OPTIONS $options NOWAIT",
    parameters: { database: "orders", options },
  });
  expect(creating("orders", undefined)).toEqual({
    statement: "CREATE DATABASE $database IF NOT EXISTS NOWAIT",
    parameters: { database: "orders" },
  });
});

test("seeded up to a point in time, which is an instant and not a text", () => {
  const options = { existingData: "use", seedURI: "s3://vault/a.backup" };
  const { parameters } = creating("orders", {
    options: { ...options, seedRestoreUntil: "2026-02-28T00:00:00.000Z" },
  });
  const { seedRestoreUntil, ...others } = parameters["options"] as Readonly<Record<string, unknown>>;
  expect(others).toEqual(options);
  expect(isDateTime(seedRestoreUntil as object)).toBe(true);
  expect((seedRestoreUntil as DateTime<number>).toStandardDate().toISOString()).toBe(
    "2026-02-28T00:00:00.000Z",
  );
});

test("aliases go before the database, and come back after the privileges", () => {
  expect(dropping("orders", ["sales"])).toEqual([
    { statement: "DROP ALIAS $alias IF EXISTS FOR DATABASE", parameters: { alias: "sales" } },
    {
      statement: "DROP DATABASE $database IF EXISTS DESTROY DATA WAIT 10 SECONDS",
      parameters: { database: "orders" },
    },
  ]);
  const grant = "GRANT ACCESS ON DATABASE `orders` TO `reader`";
  expect(
    giving("orders", { options: {}, aliases: [{ name: "sales", plain: true }], privileges: [grant] }),
  ).toEqual([
    { statement: grant, parameters: {} },
    {
      statement: "CREATE ALIAS $alias IF NOT EXISTS FOR DATABASE $database",
      parameters: { alias: "sales", database: "orders" },
    },
  ]);
});

test("a row of SHOW SERVERS", () => {
  const shown = {
    ...{ serverId: "id-1", address: "c-server-0.c-headless:7687", state: "Enabled", health: "Available" },
    ...{ modeConstraint: "NONE", allowedDatabases: ["orders"], deniedDatabases: [] },
  };
  expect(serverRow(row(shown))).toEqual({
    ...{ serverId: "id-1", address: "c-server-0.c-headless:7687", state: "Enabled", health: "Available" },
    ...{ mode: "NONE", allowed: ["orders"], denied: [] },
  });
});
