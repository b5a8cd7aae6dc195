/** Which layouts of a server's directories a swap by renaming can serve, and what is said of the others. */
import { layoutProblems, withPlainSubPaths } from "../../../provider/plan/layout.js";
import type { JsonObject, PodShape } from "../../../provider/plan/observation.js";

const claim = (name: string): JsonObject => ({
  name,
  persistentVolumeClaim: { claimName: `${name}-graph-0` },
});
const shapeOf = (mounts: readonly JsonObject[], env: readonly JsonObject[] = []): PodShape => ({
  container: "neo4j",
  image: "neo4j:5",
  imagePullSecrets: [],
  volumes: [claim("data"), claim("tx"), { name: "scratch", emptyDir: {} }],
  mounts,
  env,
  tolerations: [],
});
const data = { name: "data", mountPath: "/data", subPath: "graph" };
const volume = (directories: Readonly<Record<string, string>>) => ({
  totalBytes: 10,
  freeBytes: 10,
  storeBytes: 1,
  hasStore: true,
  directories,
});

test("the operator's layout, and a sub-path of the data claim, are fine", () => {
  const usual = {
    data: "/data/",
    "transaction.logs.root": "/data/transactions",
    "script.root": "/data/scripts",
  };
  expect(
    layoutProblems(shapeOf([data, { name: "scratch", mountPath: "/data/dumps" }]), volume(usual)),
  ).toEqual([]);
  expect(layoutProblems(undefined, undefined)).toEqual([]);
});

test.each([
  [{ name: "tx", mountPath: "/logs/tx" }, "/logs/tx", " (claim tx-graph-0)"],
  [{ name: "scratch", mountPath: "/logs" }, "/logs/tx", " (volume scratch)"],
  [{ name: "tx", mountPath: "/other" }, "/logs/tx", " (on no volume)"],
])("transaction logs on another volume are told with where they lie: %o", (mount, path, where) => {
  const said = layoutProblems(shapeOf([data, mount]), volume({ "transaction.logs.root": path }));
  expect(said).toEqual([`server.directories.transaction.logs.root=${path}${where}`]);
});

test("a setting in the pod's environment counts as one in neo4j.conf", () => {
  const env = [{ name: "NEO4J_server_directories_data", value: "/var/lib/neo4j/data" }];
  expect(layoutProblems(shapeOf([data], env), volume({ data: "/data" }))).toEqual([
    "server.directories.data=/var/lib/neo4j/data (on no volume)",
  ]);
});

test("another volume mounted where the stores are renamed is refused, also without looking at the volume", () => {
  const mounts = [data, { name: "tx", mountPath: "/data/transactions/" }];
  expect(layoutProblems(shapeOf(mounts), undefined)).toEqual([
    "/data/transactions is a mount of its own (claim tx-graph-0)",
  ]);
});

test("a sub-path with variables becomes the one of the server's pod; what cannot be known is refused", () => {
  const env = [
    { name: "POD", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } } },
    { name: "STAGE", value: "live" },
    { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
  ];
  const known = shapeOf([{ name: "data", mountPath: "/data", subPathExpr: "$(STAGE)/$(POD)" }], env);
  const plain = withPlainSubPaths(known, "graph-0");
  expect(plain.mounts).toEqual([{ name: "data", mountPath: "/data", subPath: "live/graph-0" }]);
  expect(layoutProblems(plain, undefined)).toEqual([]);
  const unknown = shapeOf([{ name: "data", mountPath: "/data", subPathExpr: "$(NODE)" }], env);
  expect(layoutProblems(withPlainSubPaths(unknown, "graph-0"), undefined)).toEqual([
    "/data has the subPathExpr $(NODE), which only the server's own pod can expand",
  ]);
});
