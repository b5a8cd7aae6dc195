/** The components on a Pulumi engine that only takes down what they declare: what is made, in which order, for whom. */
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { restoreDefinition } from "../../../provider/deploy/crd.js";
import { operatorManifests } from "../../../provider/deploy/manifests.js";
import {
  Neo4jRestoreCrd,
  Neo4jRestoreOperator,
  type Neo4jRestoreOperatorArgs,
} from "../../../sdk/nodejs/operator/index.js";

interface Made {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly provider: string | undefined;
}

const made: Made[] = [];
const image = "example.com/operator:1";

beforeEach(async () => {
  made.length = 0;
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs, provider }) => {
      made.push({ type, name, inputs: inputs as Made["inputs"], provider });
      return { id: `${name}-id`, state: inputs as Record<string, unknown> };
    },
    call: () => ({}),
  });
});

/** All that the program declares, in the order of its making. */
async function declared(program: () => void): Promise<readonly Made[]> {
  program();
  await pulumi.runtime.disconnect();
  return made;
}
const namesOf = (all: readonly Made[]): readonly string[] => all.map(({ name }) => name);
const objectsOf = (all: readonly Made[]): readonly unknown[] =>
  all.filter(({ type }) => type.startsWith("kubernetes:")).map(({ inputs }) => inputs);

test("the kind is what crd.yaml is generated from", async () => {
  const { metadata, spec } = restoreDefinition();
  const all = await declared(() => new Neo4jRestoreCrd("kind"));
  expect(objectsOf(all)).toEqual([
    { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata, spec },
  ]);
});

test("the operator is what operator.yaml is generated from", async () => {
  const all = await declared(() => new Neo4jRestoreOperator("operator", { image }));
  const manifests = JSON.parse(JSON.stringify(operatorManifests({ image }))) as readonly unknown[];
  expect(objectsOf(all)).toEqual(expect.arrayContaining([...manifests]));
  expect(objectsOf(all)).toHaveLength(manifests.length);
});

test("logical names are those in users' states", async () => {
  const args: Neo4jRestoreOperatorArgs = {
    image,
    namespace: "platform",
    replicas: 2,
    watchNamespaces: ["orders", pulumi.output("billing")],
    serviceMonitor: true,
  };
  const all = await declared(() => new Neo4jRestoreOperator("op", args));
  expect([...namesOf(all)].sort()).toEqual([
    "op",
    "op-deployment",
    "op-leader-role",
    "op-leader-role-binding",
    "op-network-policy",
    "op-pod-disruption-budget",
    "op-role-1",
    "op-role-binding-1",
    "op-role-binding-orders",
    "op-role-orders",
    "op-service",
    "op-service-account",
    "op-service-monitor",
  ]);
});

test("the Deployment comes last of what it needs, after the kind", async () => {
  const names = namesOf(
    await declared(() => {
      const crd = new Neo4jRestoreCrd("kind");
      new Neo4jRestoreOperator("op", { image, crd });
    }),
  );
  const deployment = names.indexOf("op-deployment");
  for (const first of ["op-namespace", "op-service-account", "op-cluster-role", "op-cluster-role-binding"])
    expect(names.indexOf(first)).toBeLessThan(deployment);
  const kind = made.findIndex(({ type }) => type.endsWith(":CustomResourceDefinition"));
  expect(kind).toBeLessThan(deployment);
  expect(names.indexOf("op-namespace")).toBeLessThan(names.indexOf("op-service-account"));
});

test("values of other resources may stand in the arguments", async () => {
  const later = pulumi.output("elsewhere");
  const args = { image: later, namespace: later, toolsImage: later };
  const all = await declared(() => new Neo4jRestoreOperator("op", args));
  const deployment = all.find(({ name }) => name === "op-deployment");
  const env = expect.arrayContaining([{ name: "TOOLS_IMAGE", value: "elsewhere" }]) as object[];
  expect(deployment?.inputs).toMatchObject({
    metadata: { namespace: "elsewhere" },
    spec: { template: { spec: { containers: [{ image: "elsewhere", env }] } } },
  });
});

test("provider and transformations reach every object", async () => {
  const seen: string[] = [];
  const all = await declared(() => {
    const provider = new kubernetes.Provider("prod", { context: "prod" });
    const opts: pulumi.ComponentResourceOptions = {
      provider,
      transformations: [
        ({ type, props, opts: own }) => {
          seen.push(type);
          const { metadata } = props as { readonly metadata?: Record<string, unknown> };
          if (metadata === undefined) return undefined;
          return { props: { ...props, metadata: { ...metadata, annotations: { team: "data" } } }, opts: own };
        },
      ],
    };
    const crd = new Neo4jRestoreCrd("kind", {}, opts);
    new Neo4jRestoreOperator("op", { image, crd }, opts);
  });
  const objects = all.filter(({ type }) => /^kubernetes:.*\//.test(type));
  expect(objects.length).toBeGreaterThan(8);
  for (const { provider, inputs } of objects) {
    expect(provider).toContain("prod");
    expect(inputs).toMatchObject({ metadata: { annotations: { team: "data" } } });
  }
  expect(seen.length).toBeGreaterThan(8);
});

test("a group of one's own goes from the kind to its operator", async () => {
  const apiVersions: string[] = [];
  const all = await declared(() => {
    const crd = new Neo4jRestoreCrd("kind", { apiGroup: "restore.example.com" });
    const operator = new Neo4jRestoreOperator("op", { image, crd });
    apiVersions.push(crd.apiVersion, operator.apiVersion);
  });
  expect(apiVersions).toEqual(["restore.example.com/v1beta1", "restore.example.com/v1beta1"]);
  expect(JSON.stringify(all.find(({ name }) => name === "op-deployment"))).toContain(
    '"--api-group","restore.example.com"',
  );
});

test("typed outputs", async () => {
  const operator = new Neo4jRestoreOperator("op", { image });
  const all = pulumi.all([operator.namespace, operator.serviceAccount, operator.service]);
  const values = await new Promise((resolve) => void all.apply(resolve));
  expect(values).toEqual(["neo4j-restore-system", "neo4j-restore-operator", "neo4j-restore-operator"]);
});

test("what can't be meant is refused on the resource", () => {
  expect(() => new Neo4jRestoreCrd("kind", { apiGroup: "Restore" })).toThrow(
    'apiGroup = "Restore": is not the name of an API group. Allowed: a DNS name with a dot in it. Fix: write for example restore.neo4j.com.',
  );
  const crd = new Neo4jRestoreCrd("other", { apiGroup: "restore.example.com" });
  expect(() => new Neo4jRestoreOperator("op", { image, crd, apiGroup: "neo4j.neo4j.com" })).toThrow(
    'apiGroup = "neo4j.neo4j.com": differs from the group of crd, restore.example.com. Fix: leave apiGroup out.',
  );
});
