/** Neo4jRestore resources on a real API server: made once, changed by their owner only, followed, and let go. */
import { createResourcePort } from "../../provider/adapters/kubernetes/index.js";
import { groupPath, pathOf } from "../../provider/adapters/kubernetes/paths.js";
import type { JsonObject } from "../../provider/plan/observation.js";
import { annotations as names } from "../../provider/plan/names.js";
import type { Neo4jRestoreSpec } from "../../provider/spec/types.js";
import type { ResourceContent, ResourcePort } from "../../provider/workflow/resource-ports.js";
import { connect, installRestoreKind } from "../../tools/lab/index.js";
import { eventually, openLab, type Lab } from "./kubernetes/lab.js";

jest.setTimeout(60_000);

let lab: Lab;
let port: ResourcePort;
beforeAll(async () => {
  await installRestoreKind(await connect());
  lab = await openLab();
  port = createResourcePort(lab.connection);
});
afterAll(() => lab.remove());

const at = (name: string): { readonly namespace: string; readonly name: string } => ({
  namespace: lab.namespace,
  name,
});
const spec: Neo4jRestoreSpec = {
  clusterRef: "graph",
  databaseName: "orders",
  source: { type: "backup", backupRef: "nightly" },
};
const content = (more: Partial<ResourceContent> = {}): ResourceContent => ({
  owner: "urn:mine",
  labels: {},
  annotations: {},
  spec,
  ...more,
});
const patch = (name: string, body: JsonObject): Promise<JsonObject> =>
  lab.connection.api.patch(pathOf("Neo4jRestore", lab.namespace, name), body);

test("made, then changed: what its owner no longer says goes, what others wrote stays", async () => {
  expect(await port.read(at("one"))).toBeUndefined();
  const labels = { team: "data", stage: "dev" };
  const made = await port.apply(at("one"), undefined, content({ labels, spec: { ...spec, timeout: "1h" } }));
  expect(made).toMatchObject({ generation: 1, owner: "urn:mine", deleting: false, status: undefined });
  await patch("one", { metadata: { labels: { looked: "at" } } });
  const changed = await port.apply(at("one"), made?.uid, content({ labels: { team: "data" } }));
  expect(changed).toMatchObject({ uid: made?.uid, generation: 2 });
  expect(changed?.document).toMatchObject({ spec, metadata: { labels: { team: "data", looked: "at" } } });
  expect(Object.keys((changed?.document as { spec: object }).spec)).not.toContain("timeout");
  const again = await port.apply(at("one"), made?.uid, content({ labels: { team: "data" } }));
  expect(again).toMatchObject({ generation: 2, revision: changed?.revision });
});

test("an edit by hand of what the program says is taken back by the program", async () => {
  const made = await port.apply(at("edited"), undefined, content());
  await patch("edited", { spec: { databaseName: "other" } });
  const changed = await port.apply(at("edited"), made?.uid, content());
  expect(changed?.document).toMatchObject({ spec: { databaseName: "orders" } });
});

test("of two who make it at once one does; one of another uid is left alone", async () => {
  const owners = ["urn:mine", "urn:yours"];
  const made = await Promise.all(
    owners.map((owner) => port.apply(at("race"), undefined, content({ owner }))),
  );
  const [winner, ...others] = made.filter((view) => view !== undefined);
  expect(others).toEqual([]);
  expect((await port.read(at("race")))?.owner).toBe(winner?.owner);
  const stranger = "00000000-0000-0000-0000-000000000000";
  expect(await port.apply(at("race"), stranger, content())).toBeUndefined();
  await port.annotate(at("race"), stranger, { seen: "yes" });
  await port.unmark(at("race"), stranger, "x.example/y");
  await port.remove(at("race"), stranger);
  expect(await port.read(at("race"))).toMatchObject({ uid: winner?.uid, revision: winner?.revision });
  expect(await port.apply(at("never"), stranger, content())).toBeUndefined();
  expect(await port.read(at("never"))).toBeUndefined();
});

test("made by hand: not taken by force", async () => {
  await lab.make("Neo4jRestore", "manual", {
    spec: { ...spec, databaseName: "theirs" } as unknown as JsonObject,
  });
  expect(await port.apply(at("manual"), undefined, content())).toBeUndefined();
  const there = await port.read(at("manual"));
  expect(there).toMatchObject({ owner: undefined, document: { spec: { databaseName: "theirs" } } });
});

test("a field that the server does not know is refused, not dropped", async () => {
  const odd = { ...spec, colour: "blue" } as Neo4jRestoreSpec;
  await expect(port.apply(at("odd"), undefined, content({ spec: odd }))).rejects.toMatchObject({
    kind: "terminal",
    reason: "KubernetesRefused",
    message: expect.stringContaining("colour") as unknown,
  });
});

test("an unknown namespace is the server's own word; an unknown kind is told with what to install", async () => {
  const nowhere = { namespace: `${lab.namespace}-none`, name: "one" };
  await expect(port.apply(nowhere, undefined, content())).rejects.toMatchObject({
    reason: "KubernetesRefused",
  });
  const { api } = lab.connection;
  // The kind can't be taken away from others on this cluster: its discovery alone is.
  const without = {
    ...api,
    get: (path: string) =>
      path === groupPath("neo4j.neo4j.com/v1beta1") ? Promise.resolve(undefined) : api.get(path),
  };
  const blind = createResourcePort({ ...lab.connection, api: without });
  await expect(blind.apply(nowhere, undefined, content())).rejects.toMatchObject({
    kind: "terminal",
    reason: "OperatorMissing",
    message: expect.stringContaining("provider/deploy/crd.yaml") as unknown,
  });
});

test("followed: each change is told, one that was missed as well; it stays until its finalizer is gone", async () => {
  const made = await port.apply(at("followed"), undefined, content());
  const uid = made?.uid ?? "";
  const line = port.follow(at("followed"));
  const { signal } = new AbortController();
  await line.changed(signal);
  await patch("followed", { metadata: { finalizers: ["neo4j.com/restore-operator"] } });
  await line.changed(signal);
  await port.annotate(at("followed"), uid, { [names.letGo]: "true" });
  await port.remove(at("followed"), uid);
  await line.changed(signal);
  expect(await port.read(at("followed"))).toMatchObject({ uid, deleting: true });
  await port.unmark(at("followed"), uid, "neo4j.com/restore-operator");
  await eventually(async () => (await port.read(at("followed"))) === undefined);
  await line.end();
});
