/** An operator with less than its shipped Role: it says what is missing, begins nothing, and goes on once it may. */
import { randomBytes } from "node:crypto";
import * as k8s from "@kubernetes/client-node";
import { connect, ensureNamespace, installRestoreKind, type Cluster } from "../../tools/lab/index.js";
import { group, version } from "../../tools/lab/objects/kinds.js";
import { shippedIdentity, type Identity } from "./identity.js";
import { OperatorProcess, remove, until, untilGone } from "./operator-stage.js";

jest.setTimeout(180_000);

const namespace = `story-${randomBytes(4).toString("hex")}`;
const role = { name: "neo4j-restore-operator", namespace };
const at = { group, version, plural: "neo4jrestores", namespace };
let cluster: Cluster;
let identity: Identity;
let shipped: k8s.V1Role;
let operator: OperatorProcess;
beforeAll(async () => {
  cluster = await connect();
  await ensureNamespace(cluster, namespace);
  await installRestoreKind(cluster);
  identity = await shippedIdentity({ cluster, namespace });
  shipped = await rbac().readNamespacedRole(role);
});
afterAll(async () => {
  await operator.stop();
  identity.forget();
  await cluster.core.deleteNamespace({ name: namespace });
});

const rbac = (): k8s.RbacAuthorizationV1Api => cluster.config.makeApiClient(k8s.RbacAuthorizationV1Api);

async function grant(rules: readonly k8s.V1PolicyRule[]): Promise<void> {
  await rbac().patchNamespacedRole({ ...role, body: [{ op: "replace", path: "/rules", value: rules }] });
}

const without = (resource: string, verb: string): readonly k8s.V1PolicyRule[] =>
  (shipped.rules ?? []).map(({ apiGroups = [], resources = [], verbs }) => ({
    apiGroups,
    resources,
    verbs: resources.includes(resource) ? verbs.filter((one) => one !== verb) : verbs,
  }));

test("a restore is held, with what is missing, and begins when the shipped Role is back", async () => {
  await grant(without("pods/exec", "create"));
  operator = OperatorProcess.start(namespace, identity.kubeconfig);
  const { missing, reason } = await operator.tellsWith("missing");
  expect(reason).toBe("MissingPermissions");
  expect(missing).toEqual([`create pods/exec in ${namespace}`]);
  const name = "held";
  const spec = {
    clusterRef: "absent",
    databaseName: "orders",
    source: { type: "backup", backupRef: "none" },
  };
  const body = { apiVersion: `${group}/${version}`, kind: "Neo4jRestore", metadata: { name }, spec };
  await cluster.custom.createNamespacedCustomObject({ ...at, body });
  const held = await until({ cluster, namespace }, name, "held", ({ status }) => status !== undefined);
  expect(held.status?.phase).toBe("Pending");
  expect(held.status?.message).toContain(`create pods/exec in ${namespace}`);
  expect(held.metadata.finalizers ?? []).toEqual([]);
  const [unready, text] = await operator.get("/readyz");
  expect([unready, text]).toEqual([503, held.status?.message]);
  await grant(shipped.rules ?? []);
  await operator.says("it may do all that it must");
  const begun = await until(
    { cluster, namespace },
    name,
    "begun",
    ({ status }) => status?.runId !== undefined,
  );
  expect(begun.metadata.finalizers).toEqual(["neo4j.com/restore-operator"]);
  expect(await operator.get("/readyz")).toEqual([200, "ok"]);
  await remove({ cluster, namespace }, name);
  await untilGone({ cluster, namespace }, name);
});
