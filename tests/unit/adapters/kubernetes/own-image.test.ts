/** The image that the operator's pod names for its container, and pods that do not tell one. */
import { ownImage } from "../../../../provider/adapters/kubernetes/index.js";
import { json, startFakeServer, status, type FakeServer } from "./fake-server.js";

const at = "/api/v1/namespaces/system/pods/operator-1";
let server: FakeServer;
beforeEach(async () => {
  server = await startFakeServer();
});
afterEach(() => server.close());

const own = async () => ownImage(await server.connect(), { namespace: "system", name: "operator-1" });
const pod = (...containers: readonly object[]) =>
  json({ metadata: { name: "operator-1" }, spec: { containers } });

test("that of its own container, whatever was put beside it", async () => {
  const [proxy, operator] = [
    { name: "istio-proxy", image: "istio/proxyv2:1.20" },
    { name: "operator", image: "registry.example.com/neo4j-restore-operator:0.1.0" },
  ];
  server.answers.set(at, pod(proxy, operator));
  expect(await own()).toBe("registry.example.com/neo4j-restore-operator:0.1.0");
  expect(server.requests.filter((request) => request.includes("pods"))).toEqual([`GET ${at}`]);
});

test("no such pod, or no such container", async () => {
  expect(await own()).toBeUndefined();
  server.answers.set(at, pod({ name: "main", image: "some:1" }));
  expect(await own()).toBeUndefined();
});

test("a refusal is not taken for absence", async () => {
  server.answers.set(at, status(403, "pods is forbidden", "Forbidden"));
  await expect(own()).rejects.toMatchObject({ reason: "KubernetesRefused" });
});
