/** Whose the kind is, and in which group its resources are looked for. */
import { createRestoreResources, definitionOwner } from "../../../../provider/adapters/kubernetes/index.js";
import { json, startFakeServer, status, type FakeServer } from "./fake-server.js";

const name = "neo4jrestores.neo4j.neo4j.com";
const at = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
let server: FakeServer;

beforeEach(async () => {
  server = await startFakeServer();
});
afterEach(() => server.close());

const owner = async () => definitionOwner(await server.connect(), name);

test("nobody's", async () => {
  expect(await owner()).toEqual({ is: "nobody" });
});

test("ours, by its label", async () => {
  const labels = { "app.kubernetes.io/managed-by": "pulumi-neo4j-restore" };
  server.answers.set(at, json({ metadata: { name, labels } }));
  expect(await owner()).toEqual({ is: "ours" });
});

test("another's, with who wrote it; the API server's own entry is no writer", async () => {
  const since = "2025-01-20T10:30:00Z";
  const managedFields = [
    { manager: "helm", operation: "Update" },
    { manager: "helm", operation: "Apply" },
    { manager: "kube-apiserver", operation: "Update", subresource: "status" },
  ];
  const labels = { "app.kubernetes.io/managed-by": "Helm" };
  server.answers.set(at, json({ metadata: { name, labels, managedFields, creationTimestamp: since } }));
  expect(await owner()).toEqual({ is: "another", writers: ["helm"], since });
});

test("a refusal is not taken for absence", async () => {
  server.answers.set(at, status(403, "forbidden"));
  await expect(owner()).rejects.toMatchObject({ reason: "KubernetesRefused" });
});

test.each([
  [undefined, "neo4j.neo4j.com"],
  ["restore.neo4j.com", "restore.neo4j.com"],
])("resources of group %s", async (group, served) => {
  const path = `/apis/${served}/v1beta1/namespaces/apps/neo4jrestores/orders`;
  const metadata = { name: "orders", namespace: "apps", uid: "u", resourceVersion: "1" };
  server.answers.set(path, json({ metadata }));
  server.answers.set(`${path}/status`, json({ metadata }));
  const resources = createRestoreResources(await server.connect(), group);
  const view = await resources.get({ namespace: "apps", name: "orders" });
  if (!view) throw new Error("not found");
  await resources.writeStatus(view, { phase: "Pending" });
  await resources.mark(view, "neo4j.com/restore-operator", true);
  expect(server.requests).toEqual(expect.arrayContaining([`PUT ${path}/status`, `PATCH ${path}`]));
});
