/** The operator as plain manifests: what is said appears where Kubernetes reads it, and nothing more than is said. */
import { restoreDefinition } from "../../../provider/deploy/crd.js";
import { operatorManifests, type Kind, type Manifest } from "../../../provider/deploy/manifests.js";

type Choices = Parameters<typeof operatorManifests<string>>[0];

const rendered = (choices: Partial<Choices> = {}): readonly Manifest[] =>
  operatorManifests<string>({ image: "example.com/operator:1", ...choices });
const kinds = (manifests: readonly Manifest[]): readonly Kind[] => manifests.map(({ kind }) => kind);
const one = (manifests: readonly Manifest[], kind: Kind): Manifest => {
  const found = manifests.find((manifest) => manifest.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
};

test("nothing said: cluster-wide, one replica, a namespace of its own", () => {
  expect(kinds(rendered())).toEqual([
    "Namespace",
    "ServiceAccount",
    ...["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
    "Deployment",
    "Service",
    "NetworkPolicy",
  ]);
});

test("a namespace that is there is used as it is", () => {
  const manifests = rendered({ namespace: "platform", createNamespace: false });
  expect(kinds(manifests)).not.toContain("Namespace");
  expect(one(manifests, "Deployment").metadata.namespace).toBe("platform");
});

test("namespaces to watch: a Role in each, no ClusterRole, and the operator is told", () => {
  const manifests = rendered({ watchNamespaces: ["orders", "billing"] });
  expect(kinds(manifests)).not.toContain("ClusterRole");
  const roles = manifests.filter(({ kind }) => kind === "Role").map(({ metadata }) => metadata.namespace);
  expect(roles).toEqual(["orders", "billing", "neo4j-restore-system"]);
  expect(one(manifests, "Deployment")).toMatchObject({
    spec: {
      template: {
        spec: {
          containers: [{ args: expect.arrayContaining(["--namespace", "orders", "billing"]) as string[] }],
        },
      },
    },
  });
});

test("a group of one's own: in the rules, the arguments and the definition, and nowhere else", () => {
  const usual = JSON.stringify(rendered());
  const own = JSON.stringify(rendered({ apiGroup: "restore.neo4j.com" }));
  expect(
    own
      .replace('"--api-group","restore.neo4j.com",', "")
      .replaceAll('"restore.neo4j.com"', '"neo4j.neo4j.com"'),
  ).toBe(usual);
  expect(own).toContain('{"apiGroups":["neo4j.neo4j.com"],"resources":["neo4jbackups"]');
  expect(own).toContain('{"apiGroups":["restore.neo4j.com"],"resources":["neo4jrestores"]');
  const [ours, theirs] = [restoreDefinition("restore.neo4j.com"), restoreDefinition()];
  expect(ours.metadata.name).toBe("neo4jrestores.restore.neo4j.com");
  expect(ours.spec).toEqual({ ...theirs.spec, group: "restore.neo4j.com" });
});

test("its own pod it may read, wherever it looks after restores, and is told which one that is", () => {
  const manifests = rendered({ watchNamespaces: ["orders"] });
  const own = manifests.find(({ kind, metadata }) => kind === "Role" && metadata.namespace !== "orders");
  expect(own).toMatchObject({
    metadata: { namespace: "neo4j-restore-system" },
    rules: [{ resources: ["leases"] }, { apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
  });
  const env = ["namespace", "name"].map((field) => ({
    name: `POD_${field.toUpperCase()}`,
    valueFrom: { fieldRef: { fieldPath: `metadata.${field}` } },
  }));
  expect(one(manifests, "Deployment")).toMatchObject({
    spec: { template: { spec: { containers: [{ name: "operator", env }] } } },
  });
});

test("another image that stages is told to the operator; nothing said, nothing told", () => {
  expect(JSON.stringify(rendered())).not.toContain("TOOLS_IMAGE");
  const env = expect.arrayContaining([{ name: "TOOLS_IMAGE", value: "example.com/tools:1" }]) as object[];
  expect(one(rendered({ toolsImage: "example.com/tools:1" }), "Deployment")).toMatchObject({
    spec: { template: { spec: { containers: [{ env }] } } },
  });
});

test("several replicas are kept apart from a drain", () => {
  expect(one(rendered({ replicas: 2 }), "PodDisruptionBudget")).toMatchObject({
    spec: { maxUnavailable: 1 },
  });
});

test("environment, pull secrets, resources and a ServiceMonitor", () => {
  const manifests = rendered({
    extraEnv: [{ name: "HTTPS_PROXY", value: "http://proxy:3128" }],
    imagePullSecrets: ["registry"],
    resources: { limits: { memory: "1Gi" } },
    serviceMonitor: { labels: { release: "prometheus" } },
  });
  expect(one(manifests, "Deployment")).toMatchObject({
    spec: {
      template: {
        spec: {
          imagePullSecrets: [{ name: "registry" }],
          containers: [
            {
              env: [
                { name: "POD_NAMESPACE" },
                { name: "POD_NAME" },
                { name: "HTTPS_PROXY", value: "http://proxy:3128" },
              ],
              resources: { limits: { memory: "1Gi" } },
            },
          ],
        },
      },
    },
  });
  const { metadata, spec } = one(manifests, "ServiceMonitor");
  expect(metadata.labels).toMatchObject({ release: "prometheus" });
  expect(one(manifests, "Service").metadata.labels).toMatchObject(
    (spec as { readonly selector: { readonly matchLabels: object } }).selector.matchLabels,
  );
});
