// The operator from source, against the lab or the user's cluster, in the foreground: Ctrl-C ends it in order.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureNamespace, type Cluster } from "./cluster.js";
import { installRestoreKind } from "./objects/restore-kind.js";

const root = path.join(__dirname, "..", "..");

export async function runOperator(cluster: Cluster, namespace: string): Promise<void> {
  await installRestoreKind(cluster);
  await ensureNamespace(cluster, namespace);
  const folder = await mkdtemp(path.join(tmpdir(), "neo4j-restore-operator-"));
  try {
    const kubeconfig = path.join(folder, "kubeconfig");
    await writeFile(kubeconfig, cluster.config.exportConfig(), { mode: 0o600 });
    const main = path.join(root, "provider", "faces", "operator", "main.ts");
    const place = ["--namespace", namespace, "--leader-namespace", namespace];
    const operator = spawn(
      process.execPath,
      ["--import", "tsx", main, ...place, "--kubeconfig", kubeconfig],
      { cwd: root, stdio: "inherit" },
    );
    // The terminal sends Ctrl-C to both; the operator decides when it has ended.
    process.on("SIGINT", () => undefined);
    await once(operator, "exit");
  } finally {
    await rm(folder, { recursive: true });
  }
}
