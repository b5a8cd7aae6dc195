// `npm run demo`: the product's main job from nothing. A real Kubernetes, a Neo4j with data and a backup, the data
// broken, `pulumi preview` and `pulumi up` of this checkout's own project, the data read back, and the undo.
// Everything is taken down at the end unless --keep is given.

import path from "node:path";
import { parseArgs } from "node:util";
import {
  connect,
  createBackup,
  createStandalone,
  labDown,
  labEnvironment,
  labIsUp,
  labUp,
  runCypher,
  type Cluster,
} from "../lab/index.js";
import { removeAndWait } from "../lab/cluster.js";
import { useDatabase } from "./client.js";
import { run, type Run } from "./run.js";
import { tellTo, type Story } from "./stage.js";

const root = path.resolve(__dirname, "../..");
const stack = "demo";
const where = { namespace: "neo4j-demo", target: "graph", database: "orders" };
const orders = 1000;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { keep: { type: "boolean", default: false } } });
  const story = tellTo((text) => void process.stdout.write(text));
  const began = performance.now();
  const wasUp = await labIsUp();
  try {
    await tell(story);
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    process.stdout.write(`\nThat was the whole story, in ${seconds} s.\n`);
    if (values.keep) lookAround();
  } finally {
    if (!values.keep) {
      await story.stage(
        wasUp ? "Removing the demo (the lab was up before and stays)" : "Taking everything down",
        () => (wasUp ? clear(story) : labDown(story.say)),
      );
    }
  }
}

async function tell(story: Story): Promise<void> {
  const { stage, say } = story;
  await stage("A real Kubernetes on this machine (first time: minutes, tools and images are built)", () =>
    labUp({}, say),
  );
  const environment = await labEnvironment({}, say);
  const cluster = await connect();
  const pulumi: Run = { cwd: root, environment, say };
  await stage("A Neo4j with 1000 orders in a database of its own", async () => {
    await clear(story);
    await createStandalone(cluster, { name: where.target, namespace: where.namespace });
    await cypher(cluster, "system", `CREATE DATABASE ${where.database} WAIT`);
    await cypher(
      cluster,
      where.database,
      `UNWIND range(1, ${orders}) AS n CREATE (:Order {number: n, total: n * 10})`,
    );
    say(await content(cluster));
  });
  await stage("A backup of it", async () => {
    const { artifact } = await createBackup(cluster, {
      name: "nightly",
      claim: "backups",
      form: "head",
      type: "FULL",
      ...where,
    });
    say(`artifact ${artifact}`);
  });
  await stage("The accident: somebody deletes every order", async () => {
    await cypher(cluster, where.database, "MATCH (o:Order) DETACH DELETE o");
    await cypher(cluster, where.database, "CREATE (:Oops {who: 'the wrong script'})");
    say(await content(cluster));
  });
  await stage("pulumi preview: what will happen", async () => {
    await prepareStack(pulumi);
    await run("pulumi", ["preview", "--diff", "--stack", stack], pulumi);
  });
  await stage("pulumi up, while a client reads and writes every 50 ms", async () => {
    const stop = new AbortController();
    const client = useDatabase(cluster, where, stop.signal);
    try {
      await run("pulumi", ["up", "--yes", "--skip-preview", "--stack", stack], pulumi);
    } finally {
      stop.abort();
    }
    const seen = await client;
    say(`the client: ${seen.answered} answers, ${seen.refused} refusals;`);
    say(`longest time without a read ${seconds(seen.reads)}, without a write ${seconds(seen.writes)}`);
  });
  await stage("The proof: what the database holds now", async () => {
    const now = await content(cluster);
    say(now);
    if (!now.startsWith(`${orders} orders, 0 accidents`))
      throw new Error(`the data is not what was backed up: ${now}`);
  });
  await stage("pulumi up again: a restore that is done is not done twice", async () => {
    const output = await run("pulumi", ["up", "--yes", "--skip-preview", "--stack", stack], pulumi);
    if (!/\d+ unchanged/.test(output) || /updated|created/.test(output))
      throw new Error("the second up changed something");
  });
  await stage("Second thoughts: neo4j-restore undo puts the previous store back", async () => {
    const cli = path.join(root, "dist/provider/faces/cli/main.js");
    await run(process.execPath, [cli, "undo", where.database, "--namespace", where.namespace], pulumi);
    const now = await content(cluster);
    say(now);
    if (!now.startsWith("0 orders, 1 accident"))
      throw new Error(`undo did not bring the previous data back: ${now}`);
  });
}

async function cypher(cluster: Cluster, database: string, statement: string): ReturnType<typeof runCypher> {
  return runCypher(cluster, { namespace: where.namespace, target: where.target, database, statement });
}

async function content(cluster: Cluster): Promise<string> {
  const statement =
    "MATCH (n) WITH count(CASE WHEN n:Order THEN 1 END) AS orders, count(CASE WHEN n:Oops THEN 1 END) AS accidents, " +
    "sum(n.total) AS total RETURN orders, accidents, total";
  const [row] = await cypher(cluster, where.database, statement);
  return `${String(row?.["orders"])} orders, ${String(row?.["accidents"])} accidents, total ${String(row?.["total"])}`;
}

async function prepareStack(pulumi: Run): Promise<void> {
  const quiet = { ...pulumi, say: (): void => undefined };
  await run("pulumi", ["stack", "select", "--create", stack], quiet);
  const config = {
    namespace: where.namespace,
    cluster: where.target,
    database: where.database,
    backup: "nightly",
    replaceExisting: "true",
    // However full this machine's disk is: the demo ends with an undo.
    keepPrevious: "1h",
  };
  for (const [key, value] of Object.entries(config))
    await run("pulumi", ["config", "set", key, value, "--stack", stack], quiet);
}

/** What an earlier demo left: its resource in Pulumi's state and its namespace. */
async function clear({ say }: Story): Promise<void> {
  const environment = await labEnvironment({}, say);
  const pulumi: Run = { cwd: root, environment, say: () => undefined };
  const stacks = await run("pulumi", ["stack", "ls", "--json"], pulumi);
  if (stacks.includes(`"${stack}"`)) {
    await run("pulumi", ["destroy", "--yes", "--skip-preview", "--stack", stack], pulumi);
    await run("pulumi", ["stack", "rm", "--yes", stack], pulumi);
  }
  await removeAndWait(await connect(), {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: where.namespace },
  });
}

function lookAround(): void {
  process.stdout.write(
    [
      "",
      "Kept for you to look around:",
      '  eval "$(npm run --silent lab -- env)"',
      `  kubectl -n ${where.namespace} get pods,jobs,configmaps`,
      `  kubectl -n ${where.namespace} logs job/${where.database}-restore`,
      `  node dist/provider/faces/cli/main.js status ${where.database} --namespace ${where.namespace}`,
      `  npm run lab -- cypher ${where.target} ${where.database} "MATCH (n) RETURN labels(n), count(*)" --namespace ${where.namespace}`,
      "  npm run lab -- down",
      "",
    ].join("\n"),
  );
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

main().catch((error: unknown) => {
  process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
