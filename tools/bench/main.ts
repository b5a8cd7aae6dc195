// `npm run bench [-- PART]`: both parts where none is named. Part `operator` is told in operator.ts. Part `restores` is
// the restore against a hand-written script of the same steps, in the same run, alternating. Prints ratios, because
// seconds depend on the machine: whole time (aim: at most 1.5), interruption with stopCluster (aim: at most 1.0), the
// interruption without it for a store and one ten times larger (aim: under 3 s, the same for both), peak memory, and
// the size of what Pulumi keeps of the provider (aim: under 2 kB).

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs, promisify } from "node:util";
import { useDatabase } from "../demo/client.js";
import {
  connect,
  createBackup,
  createStandalone,
  labDown,
  labEnvironment,
  labIsUp,
  labUp,
  runCypher,
  standinReference,
} from "../lab/index.js";
import { removeAndWait } from "../lab/cluster.js";
import { byHandOffline, byHandOnline, type Bench } from "./by-hand.js";
import { operatorFigures, operatorNamespace, type Load } from "./operator.js";
import { ours } from "./ours.js";

const rounds = 3;
const batch = 10_000;
const sizes = { small: 20_000, large: 200_000 } as const;
const namespace = "neo4j-bench";
const target = "graph";

interface Measured {
  readonly total: number;
  readonly interruption: number;
}

/** Which part, and how much of it. */
function asked(): { readonly parts: readonly string[]; readonly load: Load } {
  const options = { targets: { type: "string" }, restores: { type: "string" } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const unknown = positionals.filter((part) => part !== "restores" && part !== "operator");
  if (unknown.length > 0) throw new Error(`${unknown.join(", ")}: restores and operator can be measured`);
  return {
    parts: positionals.length > 0 ? positionals : ["restores", "operator"],
    load: { targets: Number(values.targets ?? 10), restores: Number(values.restores ?? 100) },
  };
}

async function main(): Promise<void> {
  const { parts, load } = asked();
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const wasUp = await labIsUp();
  const folder = await mkdtemp(path.join(os.tmpdir(), "neo4j-restore-bench-"));
  try {
    await labUp({}, say);
    if (parts.includes("restores")) await compare(folder, say);
    if (parts.includes("operator")) await operatorFigures(load, say);
  } finally {
    await rm(folder, { recursive: true, force: true });
    if (!wasUp) await labDown(say);
    else
      for (const name of [namespace, operatorNamespace])
        await removeAndWait(await connect(), { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
}

async function compare(folder: string, say: (line: string) => void): Promise<void> {
  const small = await prepare("small", sizes.small, say);
  const large = await prepare("large", sizes.large, say);
  let memory = 0;
  let trigger = 0;
  const restore = (bench: Bench, stopCluster: boolean) => async (): Promise<void> => {
    trigger += 1;
    memory = Math.max(memory, await ours(bench, folder, { trigger: String(trigger), stopCluster }));
  };
  const online = await alternate(small, () => byHandOnline(small), restore(small, false), say);
  const offline = await alternate(small, () => byHandOffline(small), restore(small, true), say);
  const tenfold = await repeat(large, restore(large, false));

  say("");
  say(`online, whole time: ${ratio(online, "total")} of the script's (aim: at most 1.5)`);
  say(
    `offline, whole time: ${ratio(offline, "total")}; interruption: ${ratio(offline, "interruption")} (aim: at most 1.0)`,
  );
  say(
    `interruption online: ${seconds(median(online.ours, "interruption"))}, ten times larger: ${seconds(median(tenfold, "interruption"))} (aim: under 3 s, the same)`,
  );
  say(`peak memory of the process: ${Math.round(memory / 2 ** 20)} MiB`);
  say(`__provider: ${await providerSize()} bytes (aim: under 2000)`);
}

/** As a program sees it: of the built package, in a process that compiles nothing itself. */
async function providerSize(): Promise<string> {
  const script =
    'const { runtime } = require("@pulumi/pulumi"); const { provider } = require("./dist/sdk/nodejs/provider.js"); ' +
    "runtime.serializeFunction(() => provider).then(({ text }) => console.log(Buffer.byteLength(text)))";
  const cwd = path.resolve(__dirname, "../..");
  return (await promisify(execFile)(process.execPath, ["-e", script], { cwd })).stdout.trim();
}

async function prepare(database: string, nodes: number, say: (line: string) => void): Promise<Bench> {
  const environment = await labEnvironment({}, say);
  const cluster = await connect();
  await createStandalone(cluster, { name: target, namespace });
  const cypher = (on: string, statement: string) =>
    runCypher(cluster, { namespace, target, database: on, statement });
  await cypher("system", `CREATE DATABASE ${database} IF NOT EXISTS WAIT`);
  // In parts: a server of this size refuses one transaction of all of it.
  for (let from = 1; from <= nodes; from += batch) {
    const range = `range(${from}, ${Math.min(from + batch - 1, nodes)})`;
    await cypher(database, `UNWIND ${range} AS n CREATE (:Order {number: n, text: 'order number ' + n})`);
  }
  const backup = await createBackup(cluster, {
    name: database,
    namespace,
    target,
    database,
    claim: "backups",
    form: "head",
    type: "FULL",
  });
  return {
    cluster,
    namespace,
    target,
    database,
    image: standinReference,
    artifact: `${backup.folder}/${backup.artifact}`,
    kubectl: "kubectl",
    environment: {
      ...process.env,
      ...environment.variables,
      PATH: [...environment.path, process.env["PATH"] ?? ""].join(":"),
    },
  };
}

interface Compared {
  readonly byHand: readonly Measured[];
  readonly ours: readonly Measured[];
}

/** One of each in turn; the first pair only warms up. */
async function alternate(
  bench: Bench,
  byHand: () => Promise<void>,
  ours: () => Promise<void>,
  say: (line: string) => void,
): Promise<Compared> {
  const measured = { byHand: [] as Measured[], ours: [] as Measured[] };
  for (let round = 0; round <= rounds; round += 1) {
    const one = { byHand: await measure(bench, byHand), ours: await measure(bench, ours) };
    say(`round ${round}: by hand ${told(one.byHand)}; ours ${told(one.ours)}`);
    if (round === 0) continue;
    measured.byHand.push(one.byHand);
    measured.ours.push(one.ours);
  }
  return measured;
}

async function repeat(bench: Bench, work: () => Promise<void>): Promise<readonly Measured[]> {
  const all: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await measure(bench, work));
  return all;
}

async function measure({ cluster, database }: Bench, work: () => Promise<void>): Promise<Measured> {
  const stop = new AbortController();
  const client = useDatabase(cluster, { namespace, target, database }, stop.signal);
  const began = performance.now();
  try {
    await work();
  } finally {
    stop.abort();
  }
  const total = performance.now() - began;
  return { total, interruption: (await client).writes };
}

function median(all: readonly Measured[], what: keyof Measured): number {
  const sorted = all.map((one) => one[what]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

const ratio = ({ ours, byHand }: Compared, what: keyof Measured): string =>
  (median(ours, what) / median(byHand, what)).toFixed(2);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const told = ({ total, interruption }: Measured): string =>
  `${seconds(total)} (interrupted ${seconds(interruption)})`;

main().catch((error: unknown) => {
  process.stderr.write(`bench failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
