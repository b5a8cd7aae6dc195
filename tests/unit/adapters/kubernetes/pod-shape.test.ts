/** What a Job takes over from the server's pod, and which claims hold the data. */
import { pinnedImage, podShape } from "../../../../provider/adapters/kubernetes/pod-shape.js";
import { podsOf } from "../../../../provider/adapters/kubernetes/pods.js";
import { dataClaimNames, statefulSetView } from "../../../../provider/adapters/kubernetes/statefulset.js";

const digest = `sha256:${"a".repeat(64)}`;

test.each([
  ["neo4j:5.26.0-enterprise", `docker.io/library/neo4j@${digest}`, `docker.io/library/neo4j@${digest}`],
  ["neo4j:5", `docker-pullable://docker.io/library/neo4j@${digest}`, `docker.io/library/neo4j@${digest}`],
  ["my.registry:5000/x/neo4j:5", `my.registry:5000/x/neo4j@${digest}`, `my.registry:5000/x/neo4j@${digest}`],
  [`neo4j@${digest}`, `docker.io/library/neo4j@${digest}`, `docker.io/library/neo4j@${digest}`],
  ["local/neo4j:5", digest, "local/neo4j:5"],
  ["local/neo4j:5", `docker.io/library/import-2026-01-01@${digest}`, "local/neo4j:5"],
  ["local/neo4j:5", undefined, "local/neo4j:5"],
])("%s reported as %s runs as %s", (declared, reported, expected) => {
  expect(pinnedImage(declared, reported)).toBe(expected);
});

const container = {
  name: "neo4j",
  image: "neo4j:5",
  imagePullPolicy: "IfNotPresent",
  env: [{ name: "NEO4J_CONF", value: "/conf" }],
  volumeMounts: [
    { name: "neo4j-data", mountPath: "/data", subPath: "x" },
    { name: "kube-api-access-abcde", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" },
  ],
  securityContext: { futureField: { kept: true } },
};
const spec = {
  containers: [
    { name: "sidecar", image: "mesh", volumeMounts: [{ name: "mesh", mountPath: "/m" }] },
    container,
  ],
  imagePullSecrets: [{ name: "pull" }],
  affinity: { nodeAffinity: { a: 1 }, podAntiAffinity: { b: 1 } },
  volumes: [
    { name: "mesh", emptyDir: {} },
    { name: "kube-api-access-abcde", projected: {} },
  ],
};

test("a running pod: its Neo4j container alone, exactly, without token and sidecar", () => {
  const data = { name: "neo4j-data", persistentVolumeClaim: { claimName: "neo4j-data-solo-0" } };
  expect(podShape({ ...spec, volumes: [...spec.volumes, data] })).toEqual({
    container: "neo4j",
    image: "neo4j:5",
    imagePullPolicy: "IfNotPresent",
    imagePullSecrets: ["pull"],
    volumes: [data],
    mounts: [{ name: "neo4j-data", mountPath: "/data", subPath: "x" }],
    env: [{ name: "NEO4J_CONF", value: "/conf" }],
    tolerations: [],
    nodeAffinity: { a: 1 },
    containerSecurityContext: { futureField: { kept: true } },
  });
});

const set = {
  metadata: { name: "graph-server", uid: "u", generation: 2 },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: "graph" } },
    template: { spec: { ...spec, volumes: [] } },
    volumeClaimTemplates: [{ metadata: { name: "neo4j-data" } }],
  },
  status: { observedGeneration: 2, currentRevision: "r", updateRevision: "r" },
};

test("no running pod: claim templates become the first pod's claims; the servers' number gives the rest", () => {
  expect(statefulSetView(set)).toMatchObject({ replicas: 0, rolling: false });
  expect(statefulSetView(set).shape.volumes).toEqual([
    { name: "neo4j-data", persistentVolumeClaim: { claimName: "neo4j-data-graph-server-0" } },
  ]);
  expect(dataClaimNames(set, 3)).toEqual([0, 1, 2].map((n) => `neo4j-data-graph-server-${n}`));
  const started = { ...set, spec: { ...set.spec, ordinals: { start: 5 } } };
  expect(dataClaimNames(started, 1)).toEqual(["neo4j-data-graph-server-5"]);
});

test("a set with one plain claim has just that", () => {
  const volumes = [{ name: "neo4j-data", persistentVolumeClaim: { claimName: "mine" } }];
  const plain = {
    ...set,
    spec: { ...set.spec, volumeClaimTemplates: [], template: { spec: { ...spec, volumes } } },
  };
  expect(dataClaimNames(plain, 2)).toEqual(["mine"]);
});

test("a change that is not rolled out or not yet seen is a rollout", () => {
  expect(statefulSetView({ ...set, status: { ...set.status, updateRevision: "s" } }).rolling).toBe(true);
  expect(statefulSetView({ ...set, status: { ...set.status, observedGeneration: 1 } }).rolling).toBe(true);
});

test("pods in the order of their ordinals, those in deletion too, namesakes and strangers not", () => {
  const pod = (name: string, app = "graph", more: object = {}) => ({
    metadata: { name, uid: name, labels: { app }, ...more },
    spec,
  });
  const pods = [
    pod("graph-server-10"),
    pod("graph-server-2", "graph", { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    pod("graph-server-2-x"),
    pod("graph-server-1", "other"),
    pod("graph-server-backup"),
  ];
  expect(podsOf(set, pods).map((view) => [view.name, view.terminating])).toEqual([
    ["graph-server-2", true],
    ["graph-server-10", false],
  ]);
});
