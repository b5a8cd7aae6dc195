// The lab's objects are the operator's.

import { backupFolder, backupJob, backupResource, historyEntry } from "../../../tools/lab/objects/backup.js";
import { clusterObjects } from "../../../tools/lab/objects/enterprise-cluster.js";
import { standaloneObjects } from "../../../tools/lab/objects/standalone.js";
import { loadCommand } from "../../../tools/lab/images/load.js";
import { quote } from "../../../tools/lab/environment.js";

const image = { repo: "neo4j", tag: "5.26.0-enterprise" };
const standalone = standaloneObjects({ name: "solo", namespace: "neo4j", image, size: "1Gi" }, "uid-1");

test("a standalone has the operator's names, all owned by its resource", () => {
  expect(standalone.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
    "ConfigMap/solo-config",
    "Service/solo-service",
    "Service/solo-client",
    "Service/solo-headless",
    "StatefulSet/solo",
  ]);
  for (const { metadata } of standalone) {
    expect(metadata.ownerReferences).toMatchObject([{ name: "solo", uid: "uid-1", controller: true }]);
  }
});

test("its pod is selected by app, runs without root and keeps its data on neo4j-data", () => {
  expect(standalone.at(-1)).toMatchObject({
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: "solo" } },
      template: {
        spec: {
          securityContext: { runAsUser: 7474, fsGroup: 7474, runAsNonRoot: true },
          containers: [{ name: "neo4j", image: "neo4j:5.26.0-enterprise" }],
        },
      },
      volumeClaimTemplates: [{ metadata: { name: "neo4j-data" } }],
    },
  });
});

test("with TLS its Bolt takes nothing else, with the certificate of the operator's Secret", () => {
  const [config, ...others] = standaloneObjects(
    { name: "solo", namespace: "neo4j", image, size: "1Gi", tls: true },
    "uid-1",
  );
  expect(JSON.stringify(config)).toContain("server.bolt.tls_level=REQUIRED");
  expect(JSON.stringify(others.at(-1))).toContain(
    '{"name":"neo4j-tls","secret":{"secretName":"solo-tls-secret"}}',
  );
});

const cluster = clusterObjects(
  { name: "graph", namespace: "neo4j", image, size: "1Gi", servers: 3 },
  "uid-2",
);

test("a cluster has the operator's names, all owned by its resource", () => {
  expect(cluster.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
    "ConfigMap/graph-config",
    "ServiceAccount/graph-discovery",
    "Role/graph-discovery",
    "RoleBinding/graph-discovery",
    "Service/graph-client",
    "Service/graph-headless",
    "Service/graph-internals",
    "Service/graph-discovery",
    "StatefulSet/graph-server",
  ]);
  for (const { metadata } of cluster) {
    expect(metadata.ownerReferences).toMatchObject([{ name: "graph", uid: "uid-2", controller: true }]);
  }
});

test("its servers start together, keep their data on data, and lose the claims that a smaller count leaves over", () => {
  expect(cluster.at(-1)).toMatchObject({
    spec: {
      replicas: 3,
      serviceName: "graph-headless",
      podManagementPolicy: "Parallel",
      selector: { matchLabels: { "neo4j.com/cluster": "graph", "neo4j.com/server-name": "server" } },
      persistentVolumeClaimRetentionPolicy: { whenScaled: "Delete", whenDeleted: "Retain" },
      template: {
        metadata: {
          labels: { "app.kubernetes.io/instance": "graph", "app.kubernetes.io/component": "database" },
        },
      },
      volumeClaimTemplates: [{ metadata: { name: "data" } }],
    },
  });
});

test("each server of a cluster knows all by their pods' names", () => {
  expect(cluster[0]).toMatchObject({
    data: {
      "startup.sh": expect.stringContaining(
        "endpoints=graph-server-0.graph-headless.neo4j.svc.cluster.local:6000,graph-server-1.",
      ) as string,
    },
  });
});

const base = {
  name: "nightly",
  namespace: "neo4j",
  target: "solo",
  database: "orders",
  claim: "backups",
  type: "FULL",
} as const;
const noon = new Date("2026-11-22T12:00:05.678Z");

test("the two forms of a backup", () => {
  expect(backupResource({ ...base, form: "era-s" }).spec).toEqual({
    target: { kind: "Database", name: "orders", clusterRef: "solo" },
    storage: { type: "pvc", pvc: { name: "backups" } },
  });
  expect(backupResource({ ...base, form: "head" }).spec).toMatchObject({
    instanceRef: "solo",
    database: "orders",
  });
  expect(backupFolder({ ...base, form: "era-s" }, noon)).toBe("nightly-20261122-120005");
  expect(backupFolder({ ...base, form: "head" }, noon)).toBe("nightly");
});

test("only the newer form says where the artifact lies", () => {
  const run = {
    started: noon,
    completed: new Date(noon.getTime() + 2_400),
    folder: "nightly",
    artifact: "a.backup",
  };
  const common = {
    status: "Succeeded",
    startTime: "2026-11-22T12:00:05Z",
    completionTime: "2026-11-22T12:00:08Z",
    stats: { duration: "2s" },
  };
  expect(historyEntry({ ...base, form: "era-s" }, run)).toEqual(common);
  expect(historyEntry({ ...base, form: "head" }, run)).toEqual({
    ...common,
    runID: "nightly-backup",
    backupsPath: "nightly",
    artifactFilename: "a.backup",
  });
});

test("user text reaches the backup's shell only as arguments", () => {
  const options = { ...base, database: "a; reboot", form: "head" } as const;
  const job = backupJob(options, { uid: "u", image: "i", from: "10.0.0.1:6362", folder: "nightly" });
  const container = job.spec?.template.spec?.containers[0];
  expect(container?.args).toEqual(["/backup/nightly", "10.0.0.1:6362", "a; reboot", "FULL"]);
  expect(container?.command?.join(" ")).not.toContain("reboot");
});

test("how images reach a cluster follows from its context's name", () => {
  expect(loadCommand("kind-dev", "f.tar")).toEqual([
    "kind",
    "load",
    "image-archive",
    "f.tar",
    "--name",
    "dev",
  ]);
  expect(loadCommand("minikube", "f.tar")).toEqual([
    "minikube",
    "image",
    "load",
    "f.tar",
    "--profile",
    "minikube",
  ]);
  expect(loadCommand("production", "f.tar")).toBeUndefined();
});

test("values survive a shell", () => {
  expect(quote("it's $HOME")).toBe(`'it'\\''s $HOME'`);
});
