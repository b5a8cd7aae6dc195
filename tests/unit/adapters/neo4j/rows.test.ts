/** Neo4j's answers in our words. */
import neo4j, { DateTime, Record as Row } from "neo4j-driver";
import { databaseRow, kernel, showDatabases } from "../../../../provider/adapters/neo4j/rows.js";

const answer = {
  name: "orders",
  type: "standard",
  access: "read-write",
  serverID: "25a7efc7-d063-44b8-bdee-f23357f89f01",
  address: "localhost:7687",
  role: "primary",
  writer: true,
  requestedStatus: "online",
  currentStatus: "online",
  statusMessage: "",
  databaseID: "C5B2",
  creationTime: DateTime.fromStandardDate(new Date("2026-01-02T03:04:05.678Z")),
  lastStartTime: "2026-01-02T03:04:06.000Z",
  store: "record-aligned-1.1",
  lastCommittedTxn: 90412,
  replicationLag: -3,
  default: true,
};

const row = (fields: object): Row => new Row(Object.keys(fields), Object.values(fields));

test("a full row", () => {
  expect(databaseRow(row(answer))).toEqual({
    name: "orders",
    type: "standard",
    access: "read-write",
    serverId: "25a7efc7-d063-44b8-bdee-f23357f89f01",
    address: "localhost:7687",
    role: "primary",
    writer: true,
    requestedStatus: "online",
    currentStatus: "online",
    statusMessage: "",
    databaseId: "C5B2",
    creationTime: "2026-01-02T03:04:05.678Z",
    lastStartTime: "2026-01-02T03:04:06.000Z",
    store: "record-aligned-1.1",
    lastCommittedTxn: 90412,
    replicationLag: -3,
    isDefault: true,
  });
});

test("what Neo4j does not say is left out", () => {
  const silent = Object.fromEntries(Object.keys(answer).map((column) => [column, null]));
  expect(databaseRow(row({ ...silent, name: "orders", access: "" }))).toEqual({
    name: "orders",
    type: "",
    access: "unknown",
    writer: false,
    requestedStatus: "",
    currentStatus: "",
    statusMessage: "",
    isDefault: false,
  });
});

test("a number beyond the safe range is left out, not rounded", () => {
  const tooLarge = neo4j.integer.toNumber(neo4j.int("9007199254740993"));
  expect(databaseRow(row({ ...answer, lastCommittedTxn: tooLarge }))).not.toHaveProperty("lastCommittedTxn");
  expect(databaseRow(row({ ...answer, lastCommittedTxn: Infinity }))).not.toHaveProperty("lastCommittedTxn");
});

test("a time is told in UTC, whatever its zone", () => {
  const creationTime = new DateTime(2026, 1, 2, 3, 4, 5, 678_000_000, 7200);
  expect(databaseRow(row({ ...answer, creationTime })).creationTime).toBe("2026-01-02T01:04:05.678Z");
});

test("every column that is read is asked for by name", () => {
  for (const column of Object.keys(answer)) expect(showDatabases).toMatch(new RegExp(`\\b${column}\\b`));
});

test("version and edition are the kernel's, not the language's", () => {
  const cypher = row({ name: "Cypher", versions: ["5", "25"], edition: "" });
  const neo = row({ name: "Neo4j Kernel", versions: ["5.26.0"], edition: "enterprise" });
  expect(kernel([cypher, neo])).toEqual({ version: "5.26.0", edition: "enterprise" });
  expect(kernel([])).toEqual({ version: "unknown", edition: "unknown" });
});
