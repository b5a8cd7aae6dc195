/** On which database a hook's statement runs, and whether on every server. */
import { runsOnEveryServer, statementDatabase } from "../../../provider/plan/hook-statement.js";

test.each([
  ...["SHOW USERS", "CREATE USER ann SET PASSWORD 'x'", "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'b'"],
  ...[
    "DROP ROLE reader IF EXISTS",
    "CREATE OR REPLACE ROLE reader",
    "SHOW POPULATED ROLES",
    "RENAME ROLE a TO b",
    "REALLOCATE DATABASES",
    "DRYRUN REALLOCATE DATABASES",
    "DRYRUN DEALLOCATE DATABASES FROM SERVERS 'a', 'b'",
  ],
  ...["SHOW DATABASES", "CREATE DATABASE x", "ALTER DATABASE x SET ACCESS READ ONLY", "SHOW HOME DATABASE"],
  ...["CREATE ALIAS a FOR DATABASE b", "SHOW ALIASES FOR DATABASE", "DROP ALIAS a FOR DATABASE"],
  ...[
    "SHOW SERVERS",
    "ENABLE SERVER 'x'",
    "DEALLOCATE DATABASES FROM SERVER 'x'",
    "CREATE COMPOSITE DATABASE c",
  ],
  ...["GRANT ROLE reader TO ann", "REVOKE ROLE reader FROM ann", "DENY ACCESS ON DATABASE x TO reader"],
  ...["SHOW USER ann PRIVILEGES", "SHOW ALL PRIVILEGES", "CALL dbms.security.clearAuthCache()"],
  ...["  \n// first\n/* and */ show users", "CYPHER 25 SHOW USERS", "call DBMS.security.clearauthcache()"],
])("on system: %s", (statement) => {
  expect(statementDatabase(statement, "orders")).toBe("system");
});

test.each([
  ...["CREATE INDEX i FOR (n:N) ON (n.p)", "CREATE CONSTRAINT c FOR (n:N) REQUIRE n.p IS UNIQUE"],
  ...[
    "SHOW INDEXES",
    "DROP INDEX i",
    "CALL db.awaitIndexes(600)",
    "CALL db.checkpoint()",
    "CREATE (:User {a: 1})",
  ],
  ...[
    "MATCH (u:User) SET u.role = 'SHOW USERS'",
    "CREATE (:Database)",
    "CALL dbms.components()",
    "SHOW TRANSACTIONS",
  ],
])("on the restored database: %s", (statement) => {
  expect(statementDatabase(statement, "orders")).toBe("orders");
});

test.each([
  ["USE neo4j MATCH (n) RETURN n", "neo4j"],
  ["use `Orders.eu` RETURN 1", "orders.eu"],
  ["USE `a``b` RETURN 1", "a`b"],
  ["// why\nUSE system SHOW USERS", "system"],
  ["USE orders SHOW USERS", "orders"],
])("USE decides: %s", (statement, database) => {
  expect(statementDatabase(statement, "sales")).toBe(database);
});

test("each server has a cache of logins of its own", () => {
  expect(runsOnEveryServer("/* all */ CALL dbms.security.clearAuthCache()")).toBe(true);
  expect(runsOnEveryServer("CALL dbms.security.listUsers()")).toBe(false);
  expect(runsOnEveryServer("RETURN 'CALL dbms.security.clearAuthCache()'")).toBe(false);
});
