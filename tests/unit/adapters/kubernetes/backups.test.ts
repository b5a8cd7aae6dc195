/** Both published forms of Neo4jBackup. */
import { readBackup } from "../../../../provider/adapters/kubernetes/backups.js";

test("target and storage, history without files, cloud beside the storage", () => {
  const backup = {
    spec: {
      target: { kind: "Database", name: "orders", clusterRef: "solo" },
      storage: { type: "s3", bucket: "b" },
      cloud: { provider: "aws", credentialsSecretRef: "keys" },
    },
    status: {
      phase: "Completed",
      history: [
        { status: "Completed", startTime: "2026-01-01T00:00:00Z", completionTime: "2026-01-01T00:01:00Z" },
        { status: "Failed", startTime: "2026-01-02T00:00:00Z", error: "no space" },
      ],
    },
  };
  expect(readBackup("nightly", backup)).toEqual({
    name: "nightly",
    storage: { type: "s3", bucket: "b", cloud: { provider: "aws", credentialsSecretRef: "keys" } },
    database: "orders",
    phase: "Completed",
    runs: [
      { succeeded: false, startedAt: "2026-01-02T00:00:00Z", error: "no space" },
      { succeeded: true, startedAt: "2026-01-01T00:00:00Z", completedAt: "2026-01-01T00:01:00Z" },
    ],
  });
});

test("instanceRef and database or all databases, history with files", () => {
  const one = {
    spec: { instanceRef: "solo", database: "orders", storage: { type: "pvc", pvc: { name: "backups" } } },
    status: {
      history: [
        {
          status: "Succeeded",
          startTime: "2026-01-01T00:00:00Z",
          backupsPath: "nightly",
          artifactFilename: "orders-2026-01-01T00-00-00.backup",
        },
      ],
    },
  };
  expect(readBackup("nightly", one)).toMatchObject({
    database: "orders",
    runs: [{ succeeded: true, path: "nightly", artifact: "orders-2026-01-01T00-00-00.backup" }],
  });
  const all = {
    spec: { instanceRef: "solo", allDatabases: true },
    status: {
      history: [
        { status: "Succeeded", databaseArtifacts: [{ database: "orders", filename: "o.backup" }, {}] },
      ],
    },
  };
  const view = readBackup("nightly", all);
  expect(view.database).toBeUndefined();
  expect(view.runs[0]?.artifacts).toEqual({ orders: "o.backup" });
});

test("a cluster is no database, and a new backup has no runs", () => {
  const view = readBackup("nightly", { spec: { target: { kind: "Cluster", name: "graph" } } });
  expect(view).toEqual({ name: "nightly", storage: {}, runs: [] });
});
