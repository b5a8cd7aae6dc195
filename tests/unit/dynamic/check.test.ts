// What check hands back to the engine: defaults that the outputs show, the plan, and failures that leak nothing.

import { checkProgram } from "../../../provider/faces/dynamic/check.js";
import { PULUMI_UNKNOWN } from "../../../provider/spec/parse.js";

const urn = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/neo4j:Neo4jRestore::orders";
const spec = {
  clusterRef: "graph",
  databaseName: "orders",
  source: { type: "backup", backupRef: "nightly" },
};
const program = (more: object): Record<string, unknown> => ({
  __urn: urn,
  __provider: "text",
  spec,
  ...more,
});

test("names the restore after the resource and adds the plan", () => {
  const { inputs, failures } = checkProgram(program({ metadata: { namespace: "prod" } }));
  expect(failures).toEqual([]);
  expect(inputs).toMatchObject({
    apiVersion: "neo4j.neo4j.com/v1beta1",
    kind: "Neo4jRestore",
    metadata: { name: "orders", namespace: "prod" },
    spec,
    plan: expect.arrayContaining([expect.stringContaining("graph")]) as unknown,
    __urn: urn,
    __provider: "text",
  });
});

test("a name that is written wins", () => {
  expect(checkProgram(program({ metadata: { name: "other" } })).inputs["metadata"]).toEqual({
    name: "other",
  });
});

test.each([
  ["metadata", { metadata: PULUMI_UNKNOWN }],
  ["spec", { spec: PULUMI_UNKNOWN }],
  ["a name in it", { spec: { ...spec, databaseName: PULUMI_UNKNOWN } }],
])("what isn't known yet (%s) is no mistake, and can't be planned", (_, more) => {
  const { inputs, failures } = checkProgram(program(more));
  expect(failures).toEqual([]);
  expect(inputs["plan"]).toBe(PULUMI_UNKNOWN);
});

test.each(["plan", "runId"])("a program can't set the output %s", (output) => {
  const { failures } = checkProgram(program({ [output]: "mine" }));
  expect(failures).toEqual([{ property: "", reason: expect.stringContaining(output) as unknown }]);
});

test.each<[string, object, string]>([
  ["a nested field", { spec: { ...spec, timeout: "soon" } }, "spec.timeout"],
  ["a top-level field, whose value the engine would print", { trigger: 7 }, ""],
  ["the connection", { connection: { kubeconfig: 7 } }, ""],
  ["a statement", { spec: { ...spec, options: { preRestore: { cypherStatements: [7] } } } }, ""],
])("a failure on %s goes to the right property", (_, more, property) => {
  const { failures } = checkProgram(program(more));
  expect(failures.map((failure) => failure.property)).toEqual([property]);
});

const staged = {
  ...spec,
  source: {
    type: "pitr",
    pitr: {
      baseBackup: { type: "backup", backupRef: "nightly" },
      logStorage: { type: "s3", bucket: "logs", cloud: { credentialsSecretRef: "keys" } },
    },
  },
};

test("staging without a tools image is refused before anything runs", () => {
  const { failures } = checkProgram(program({ spec: staged }));
  expect(failures.map(({ property }) => property)).toEqual([""]);
  expect(failures[0]?.reason).toMatch(/^connection\.toolsImage is missing .*: .* name it there$/);
  const connection = { toolsImage: "tools:1" };
  expect(checkProgram(program({ spec: staged, connection })).failures).toEqual([]);
});

test("mode operator: the plan says first who carries it out; what the custom resource cannot carry is refused", () => {
  const { inputs } = checkProgram(program({ mode: "operator" }));
  expect((inputs["plan"] as readonly string[])[0]).toBe(
    "the operator carries it out: Neo4jRestore orders is applied and watched to its end",
  );
  const connection = { context: "prod", credentialsSecret: { name: "reader" }, toolsImage: "tools:1" };
  const { failures } = checkProgram(program({ mode: "operator", connection }));
  expect(failures.map(({ reason }) => reason)).toEqual([
    "connection.credentialsSecret: can't be handed to the operator, which the custom resource tells what to do. Allowed: kubeconfig and context, with mode operator. Fix: remove it: the operator works as the instance's admin; or write mode: direct.",
    "connection.toolsImage: can't be handed to the operator, which the custom resource tells what to do. Allowed: kubeconfig and context, with mode operator. Fix: remove it: the operator takes its own image, or that of its flag --tools-image; or write mode: direct.",
  ]);
  expect(checkProgram(program({ mode: "operator", connection: { context: "prod" } })).failures).toEqual([]);
});
