/** A missing resource and missing definitions are different answers. */
import { createKubernetesPort } from "../../../../provider/adapters/kubernetes/index.js";
import { json, startFakeServer, status, type FakeServer } from "./fake-server.js";

let server: FakeServer;

beforeEach(async () => {
  server = await startFakeServer();
});

afterEach(() => server.close());

const ref = { namespace: "apps", name: "graph" };
const lookUp = async () => createKubernetesPort(await server.connect()).target(ref);

test("neither definition is installed", async () => {
  expect(await lookUp()).toEqual({ found: "noDefinitions" });
  server.answers.set("/apis/neo4j.neo4j.com/v1beta1", json({ resources: [{ name: "neo4jbackups" }] }));
  expect(await lookUp()).toEqual({ found: "noDefinitions" });
});

test("one definition is enough to say that there is no such target", async () => {
  server.answers.set(
    "/apis/neo4j.neo4j.com/v1beta1",
    json({ resources: [{ name: "neo4jenterprisestandalones" }] }),
  );
  expect(await lookUp()).toEqual({ found: "none" });
});

test("a refusal of one kind is not taken for absence", async () => {
  const path = "/apis/neo4j.neo4j.com/v1beta1/namespaces/apps/neo4jenterpriseclusters/graph";
  server.answers.set(path, status(403, "forbidden"));
  await expect(lookUp()).rejects.toMatchObject({ reason: "KubernetesRefused" });
});

test("names travel escaped", async () => {
  await createKubernetesPort(await server.connect()).target({ namespace: "a/b", name: "../x?y" });
  expect(server.requests.some((request) => request.includes("a%2Fb") && request.includes("..%2Fx%3Fy"))).toBe(
    true,
  );
});

test.each([
  [{ mode: "cert-manager" }, "graph-tls-secret"],
  [{ mode: "cert-manager", certificateSecret: "own" }, "own"],
  [{ mode: "cert-manager", certificateSecret: "own", trustedCASecret: "authority" }, "authority"],
  [{ mode: "disabled" }, undefined],
])("TLS %j is verified by %s, for the Service's name", async (tls, caSecret) => {
  const kinds = [
    ["neo4jenterprisestandalones", "graph-service"],
    ["neo4jenterpriseclusters", "graph-client"],
  ] as const;
  for (const [plural, service] of kinds) {
    server.answers.clear();
    server.answers.set(
      `/apis/neo4j.neo4j.com/v1beta1/namespaces/apps/${plural}/graph`,
      json({ metadata: { name: "graph", uid: "1" }, spec: { tls } }),
    );
    server.answers.set("/version", json({ major: "1" }));
    server.answers.set("/api/v1/namespaces/apps/pods", json({ items: [] }));
    const lookup = await lookUp();
    const names = [`${service}.apps.svc`, `${service}.apps.svc.cluster.local`, `${service}.apps`, service];
    expect(lookup.found === "one" && lookup.target.tls).toEqual(caSecret && { caSecret, names });
  }
});

test.each([
  [
    "restricted",
    json({ metadata: { labels: { "pod-security.kubernetes.io/enforce": "restricted" } } }),
    true,
  ],
  [
    "baseline",
    json({ metadata: { labels: { "pod-security.kubernetes.io/enforce": "baseline" } } }),
    undefined,
  ],
  ["not to be read", status(403, "forbidden"), undefined],
])("a namespace that is %s", async (_, answer, restricted) => {
  server.answers.set(
    "/apis/neo4j.neo4j.com/v1beta1/namespaces/apps/neo4jenterprisestandalones/graph",
    json({ metadata: { name: "graph", uid: "1" } }),
  );
  server.answers.set("/api/v1/namespaces/apps/pods", json({ items: [] }));
  server.answers.set("/api/v1/namespaces/apps", answer);
  const lookup = await lookUp();
  expect(lookup.found === "one" && lookup.target.restricted).toBe(restricted);
});
