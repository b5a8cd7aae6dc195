// `npm run bench -- operator [--targets N] [--restores N]`: one operator process with many restores queued. Prints its
// peak memory (aim: under 256 MiB), how soon the end of a Job is noticed (aim: under 1 s), the longest pause of its
// event loop (aim: under 1 s), and what it asks of the API server: for one restore alone, for each of many, and idle.
// One restore runs at a time per target, so `targets` is how many run at once. Targets are the lab's stand-ins; the
// API server is one of the operator's own on the lab's etcd, whose audit log is what is counted.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { systemClock } from "../../provider/adapters/clock.js";
import {
  connect,
  createBackup,
  createStandalone,
  installRestoreKind,
  openApiServer,
  runCypher,
  waitFor,
  type Cluster,
} from "../lab/index.js";
import { group, version } from "../lab/objects/kinds.js";
import { peakMemory } from "./ours.js";
import { notices } from "./notices.js";
import { requestsIn, table } from "./requests.js";

export interface Load {
  readonly targets: number;
  readonly restores: number;
}

type Say = (line: string) => void;

export const operatorNamespace = "neo4j-bench-operator";
const namespace = operatorNamespace;
const plural = "neo4jrestores";
const database = "orders";
const command = path.resolve(__dirname, "../../dist/provider/faces/operator/main.js");
const idleSeconds = 120;

export async function operatorFigures(load: Load, say: Say): Promise<void> {
  const cluster = await connect();
  const artifact = await prepare(cluster, load.targets, say);
  const server = await openApiServer(say);
  const operator = start(server.kubeconfig);
  try {
    const port = await leading(operator);
    const over = new AbortController();
    const memory = peakMemory(operator.pid, over.signal);
    const lag = longestPause(port, over.signal);
    const noticed = notices(cluster, namespace, over.signal);

    // What it asks before it takes work, its permissions above all, belongs to no restore.
    const before = await requestsIn(server.auditLog);
    await restores(cluster, artifact, { targets: 1, restores: 1 }, "alone");
    const alone = await requestsIn(server.auditLog);
    say(`one restore alone: done`);
    await restores(cluster, artifact, load, "queued");
    const all = await requestsIn(server.auditLog);
    say(`${load.restores} restores on ${load.targets} targets: done`);
    await delay(idleSeconds * 1000);
    const after = await requestsIn(server.auditLog);
    over.abort();

    say("");
    say(`peak memory of the process: ${Math.round((await memory) / 2 ** 20)} MiB (aim: under 256)`);
    say(`longest pause of its event loop: ${Math.round(await lag)} ms (aim: under 1000)`);
    const { spans, atOnce } = await noticed;
    say(
      `end of a Job noticed after: median ${at(spans, 0.5)} ms, of 19 in 20 ${at(spans, 0.95)} ms, longest ${at(spans, 1)} ms (aim: under 1000)`,
    );
    say(`restores at work at once: ${atOnce}`);
    say(`requests until it leads: ${before.length}`);
    say(`requests for one restore alone: ${alone.length - before.length}`);
    for (const line of table(alone.slice(before.length))) say(`  ${line}`);
    say(
      `requests per restore of ${load.restores}: ${Math.round((all.length - alone.length) / load.restores)}`,
    );
    for (const line of table(all.slice(alone.length), load.restores)) say(`  ${line}`);
    say(`idle, per minute: ${(((after.length - all.length) * 60) / idleSeconds).toFixed(1)}`);
    for (const line of table(after.slice(all.length), idleSeconds / 60)) say(`  ${line}`);
  } finally {
    operator.kill("SIGTERM");
    await once(operator, "exit");
    await server.remove();
  }
}

async function prepare(cluster: Cluster, targets: number, say: Say): Promise<string> {
  await installRestoreKind(cluster);
  for (let target = 0; target < targets; target += 1) {
    await createStandalone(cluster, { name: targetOf(target), namespace });
    say(`target ${target + 1} of ${targets} is ready`);
  }
  const at = { namespace, target: targetOf(0) };
  await runCypher(cluster, { ...at, database: "system", statement: `CREATE DATABASE ${database} WAIT` });
  await runCypher(cluster, {
    ...at,
    database,
    statement: "UNWIND range(1, 500) AS n CREATE (:Order {number: n})",
  });
  const options = { claim: "backups", form: "head", type: "FULL" } as const;
  const backup = await createBackup(cluster, { ...at, name: database, database, ...options });
  return `${backup.folder}/${backup.artifact}`;
}

const targetOf = (index: number): string => `graph-${index}`;

function start(kubeconfig: string): ChildProcess {
  const place = ["--namespace", namespace, "--leader-namespace", namespace];
  // As in its image.
  const memory = ["--max-old-space-size=256", "--max-semi-space-size=4"];
  const args = [...memory, command, ...place, "--port", "0", "--kubeconfig", kubeconfig];
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
}

/** The port of its metrics, once it leads. */
async function leading({ stdout }: ChildProcess): Promise<number> {
  if (!stdout) throw new Error("an operator without output");
  let port = 0;
  return new Promise((resolve) => {
    createInterface(stdout).on("line", (text) => {
      const line = JSON.parse(text) as { readonly message: string; readonly port?: number };
      port = line.port ?? port;
      if (line.message === "leads") resolve(port);
      if (/error|warn/.test(text)) process.stderr.write(`${text}\n`);
    });
  });
}

async function restores(cluster: Cluster, artifact: string, load: Load, prefix: string): Promise<void> {
  const { custom } = cluster;
  const at = { group, version, plural, namespace };
  for (let index = 0; index < load.restores; index += 1) {
    const name = `${prefix}-${index}`;
    const metadata = { name, annotations: { "neo4j.com/restore-trigger": name } };
    const spec = {
      clusterRef: targetOf(index % load.targets),
      databaseName: database,
      force: true,
      source: { type: "storage", storage: { type: "pvc", pvc: { name: "backups" } }, backupPath: artifact },
      options: { keepPrevious: "0s" },
    };
    const body = { apiVersion: `${group}/${version}`, kind: "Neo4jRestore", metadata, spec };
    await custom.createNamespacedCustomObject({ ...at, body });
  }
  const ended = new Set<string>();
  await waitFor<Restored>(cluster.config, {
    what: `${load.restores} restores`,
    path: `/apis/${group}/${version}/namespaces/${namespace}/${plural}`,
    timeoutMs: 3_600_000,
    done: ({ metadata, status }) => {
      if (status?.phase === "Failed") throw new Error(`${metadata.name}: ${status.message ?? ""}`);
      if (status?.phase === "Completed" && metadata.name.startsWith(`${prefix}-`)) ended.add(metadata.name);
      return ended.size === load.restores;
    },
  });
}

interface Restored {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly phase: string; readonly message?: string };
}

/** In milliseconds, as the process itself measures it since it was last asked. */
async function longestPause(port: number, signal: AbortSignal): Promise<number> {
  let longest = 0;
  while (!signal.aborted) {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const seconds = Number(/^nodejs_eventloop_lag_max_seconds ([\d.e-]+)$/m.exec(text)?.[1] ?? 0);
    longest = Math.max(longest, seconds * 1000);
    await systemClock.wait(systemClock.now() + 5_000, signal);
  }
  return longest;
}

const at = (sorted: readonly number[], share: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
