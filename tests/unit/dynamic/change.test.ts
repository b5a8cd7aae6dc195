// Which changes of a program mean what, as a table.

import { compare, type Difference } from "../../../provider/faces/dynamic/change.js";
import { PULUMI_UNKNOWN } from "../../../provider/spec/parse.js";

const base = {
  metadata: { name: "r" },
  spec: {
    clusterRef: "graph",
    databaseName: "Orders",
    source: { type: "backup", backupRef: "b" },
    force: true,
  },
  status: { phase: "Completed" },
  runId: "x",
  plan: ["old"],
  __urn: "urn:old",
};
const spec = (more: object): object => ({ ...base, spec: { ...base.spec, ...more } });
const expected = (change: Difference["change"], ...replaces: string[]): Difference => ({ change, replaces });

test.each<[string, object, Difference]>([
  ["nothing", base, expected("none")],
  ["what the face adds", { ...base, plan: ["new"], __urn: "urn:new", __provider: "text" }, expected("none")],
  ["the database's letter case", spec({ databaseName: "orders" }), expected("none")],
  [
    "the namespace in force, written out",
    { ...base, metadata: { name: "r", namespace: "prod" } },
    expected("none"),
  ],
  ["another name", { ...base, metadata: { name: "s" } }, expected("replace", "metadata.name")],
  [
    "another namespace",
    { ...base, metadata: { name: "r", namespace: "test" } },
    expected("replace", "metadata.namespace"),
  ],
  ["another cluster", spec({ clusterRef: "other" }), expected("replace", "spec.clusterRef")],
  ["another database", spec({ databaseName: "invoices" }), expected("replace", "spec.databaseName")],
  [
    "a database not known yet",
    spec({ databaseName: PULUMI_UNKNOWN }),
    expected("replace", "spec.databaseName"),
  ],
  ["another source", spec({ source: { type: "backup", backupRef: "c" } }), expected("again")],
  ["a source not known yet", spec({ source: PULUMI_UNKNOWN }), expected("again")],
  ["a trigger", { ...base, trigger: "2" }, expected("again")],
  [
    "a trigger in YAML's words",
    { ...base, metadata: { name: "r", annotations: { "neo4j.com/restore-trigger": "2" } } },
    expected("again"),
  ],
  ["consent", spec({ force: false }), expected("record")],
  ["hooks", spec({ options: { postRestore: { cypherStatements: ["RETURN 1"] } } }), expected("record")],
  ["labels", { ...base, metadata: { name: "r", labels: { a: "b" } } }, expected("record")],
  ["the connection", { ...base, connection: { context: "kind" } }, expected("record")],
  [
    "a whole spec not known yet",
    { ...base, spec: PULUMI_UNKNOWN },
    expected("replace", "spec.clusterRef", "spec.databaseName"),
  ],
])("%s", (_, news, difference) => {
  expect(compare("prod/r", base, news as Record<string, unknown>)).toEqual(difference);
});

test("dropping the namespace may be a move: the context decides what it means now", () => {
  const olds = { ...base, metadata: { name: "r", namespace: "prod" } };
  expect(compare("prod/r", olds, base)).toEqual(expected("replace", "metadata.namespace"));
});

test.each([
  ["operator", expected("replace", "apiVersion")],
  ["direct", expected("none")],
])("another group in mode %s", (mode, difference) => {
  const operated = { ...base, mode };
  const other = { ...operated, apiVersion: "restore.example.com/v1beta1" };
  expect(compare("prod/r", operated, other)).toEqual(difference);
});
