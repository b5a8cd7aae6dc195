/** Faults follow from Neo4j's status code alone, and quote nothing of a user's statement. */
import { Neo4jError } from "neo4j-driver";
import { toFault } from "../../../../provider/adapters/neo4j/driver-faults.js";

const attempt = { action: "stop database orders", server: "graph-0", lost: "outcomeUnknown" } as const;

const neo4jError = (code: string, message: string): Neo4jError =>
  new Neo4jError(message, code, "50N42", "", { OPERATION: "", OPERATION_CODE: "0", CURRENT_SCHEMA: "/" });

test.each([
  ["Neo.ClientError.Security.Unauthorized", "terminal", "AuthenticationFailed"],
  ["Neo.ClientError.Security.CredentialsExpired", "terminal", "AuthenticationFailed"],
  ["Neo.ClientError.Security.AuthenticationRateLimit", "retry", "AuthenticationFailed"],
  ["Neo.ClientError.Security.Forbidden", "terminal", "Neo4jRefused"],
  ["Neo.ClientError.Security.AuthorizationExpired", "retry", "Neo4jRefused"],
  ["Neo.ClientError.Database.DatabaseNotFound", "terminal", "Neo4jRefused"],
  ["Neo.ClientError.Statement.UnsupportedAdministrationCommand", "terminal", "Neo4jRefused"],
  ["Neo.ClientError.Cluster.NotALeader", "retry", "Neo4jRefused"],
  ["Neo.TransientError.General.DatabaseUnavailable", "retry", "Neo4jRefused"],
  ["Neo.DatabaseError.Database.UnableToStartDatabase", "terminal", "Neo4jRefused"],
  ["Neo.DatabaseError.General.UnknownError", "retry", "Neo4jRefused"],
  ["ServiceUnavailable", "outcomeUnknown", "ServerUnreachable"],
  ["SessionExpired", "outcomeUnknown", "ServerUnreachable"],
  ["ProtocolError", "outcomeUnknown", "ServerUnreachable"],
  ["N/A", "outcomeUnknown", "ServerUnreachable"],
])("%s → %s %s", (code, kind, reason) => {
  const fault = toFault(neo4jError(code, "whatever it says"), attempt);
  expect(fault.toData()).toMatchObject({ kind, reason });
  expect(fault.message).toContain("graph-0");
  expect(fault.message).toContain("stop database orders");
  expect(fault.evidence?.text).toContain("whatever it says");
});

test("a user's statement that met trouble of the server is not repeated", () => {
  const trouble = neo4jError("Neo.DatabaseError.General.UnknownError", "closed");
  expect(toFault(trouble, { ...attempt, statement: "CREATE (:A)" }).kind).toBe("terminal");
});

test("a refusal carries Neo4j's code as evidence", () => {
  const fault = toFault(neo4jError("Neo.ClientError.Database.DatabaseNotFound", "No such database"), attempt);
  expect(fault.evidence?.text).toBe("Neo.ClientError.Database.DatabaseNotFound: No such database");
});

test("before the statement was sent a lost connection did nothing", () => {
  const fault = toFault(neo4jError("ServiceUnavailable", "gone"), { ...attempt, lost: "retry" });
  expect(fault).toMatchObject({ kind: "retry", reason: "ServerUnreachable" });
});

test("a password without its quotes is left out as well; Neo4j's own words stay", () => {
  const statement = "CREATE USER bob SET PASSWORD hunter2";
  const text =
    "Invalid input 'hunter2': expected a parameter, a string or 'CHANGE' (line 1, column 30 (offset: 29))";
  const fault = toFault(neo4jError("Neo.ClientError.Statement.SyntaxError", text), { ...attempt, statement });
  expect(fault.evidence?.text).toBe(
    "Neo.ClientError.Statement.SyntaxError: Invalid input '…': expected a parameter, a string or 'CHANGE' (line 1, column 30 (offset: 29))",
  );
});

test("what Neo4j quotes of a statement is left out", () => {
  const statement = "CREATE USER bob SET PASSWORD 'hunter2' CHANGE NOPE";
  const text = `Invalid input 'hunter2' (line 1, column 1 (offset: 0))\n"${statement}"\n ^`;
  const fault = toFault(neo4jError("Neo.ClientError.Statement.SyntaxError", text), { ...attempt, statement });
  expect(fault.evidence?.text).toBe(
    "Neo.ClientError.Statement.SyntaxError: Invalid input '…' (line 1, column 1 (offset: 0))",
  );
  expect(fault.cause).toBeUndefined();
});
