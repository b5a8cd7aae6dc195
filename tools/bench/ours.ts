// The product, through its command line in a process of its own, so that its memory can be measured too.

import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setInterval as every } from "node:timers/promises";
import { stringify } from "yaml";
import type { Bench } from "./by-hand.js";

const command = path.resolve(__dirname, "../../dist/provider/faces/cli/main.js");
const sampleMs = 100;

/** @returns the largest resident memory of the process, in bytes. */
export async function ours(
  bench: Bench,
  folder: string,
  options: { readonly trigger: string; readonly stopCluster: boolean },
): Promise<number> {
  const file = path.join(folder, "restore.yaml");
  const document = {
    apiVersion: "neo4j.neo4j.com/v1beta1",
    kind: "Neo4jRestore",
    metadata: {
      name: "bench",
      namespace: bench.namespace,
      annotations: { "neo4j.com/restore-trigger": options.trigger },
    },
    spec: {
      clusterRef: bench.target,
      databaseName: bench.database,
      source: {
        type: "storage",
        storage: { type: "pvc", pvc: { name: "backups" } },
        backupPath: bench.artifact,
      },
      options: { replaceExisting: true, keepPrevious: "0s" },
      stopCluster: options.stopCluster,
    },
  };
  await writeFile(file, stringify(document));
  const child = spawn(process.execPath, [command, "run", "-f", file, "--output", "json"], {
    env: bench.environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => lines.push(chunk.toString()));
  const over = new AbortController();
  const memory = peakMemory(child.pid, over.signal);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  over.abort();
  if (code !== 0) throw new Error(`the restore ended with exit code ${code ?? "none"}:\n${lines.join("")}`);
  return memory;
}

/** VmHWM, the kernel's own record of the peak, read while the process lives. */
export async function peakMemory(pid: number | undefined, signal: AbortSignal): Promise<number> {
  let peak = 0;
  try {
    for await (const _ of every(sampleMs, undefined, { signal })) {
      const status = await readFile(`/proc/${pid ?? 0}/status`, "utf8");
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024);
    }
  } catch (error) {
    const ended = signal.aborted || (error instanceof Error && "code" in error && error.code === "ENOENT");
    if (!ended) throw error;
  }
  return peak;
}
