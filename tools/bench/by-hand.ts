// The rival: the same steps as a hand-written script would do them, with kubectl and one open Bolt connection. It
// waits by `kubectl wait`, does not check anything first, keeps no journal and has no way back.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Driver } from "neo4j-driver";
import { volumeCommand } from "../../provider/plan/volume-command.js";
import { withDriver, type Cluster } from "../lab/index.js";
import { asYaml, handJob } from "./hand-job.js";

const execute = promisify(execFile);

export interface Bench {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly target: string;
  readonly database: string;
  readonly image: string;
  readonly artifact: string;
  readonly kubectl: string;
  readonly environment: NodeJS.ProcessEnv;
}

const run = "byhandbyha";

export async function byHandOnline(bench: Bench): Promise<void> {
  await restoreJob(bench, `restoring-${run}`);
  await withDriver(bench.cluster, bench.namespace, bench.target, async (driver) => {
    await system(driver, `STOP DATABASE ${bench.database} WAIT`);
    const acting = { runId: run, epoch: 1, turn: 1, patienceSeconds: 0 };
    const at = { data: "/data", runId: run, database: bench.database, acting };
    await kubectl(bench, ["exec", `${bench.target}-0`, "--", ...volumeCommand("swap", at)]);
    await system(driver, `START DATABASE ${bench.database} WAIT`);
    await kubectl(bench, [
      "exec",
      `${bench.target}-0`,
      "--",
      ...volumeCommand("discard", { ...at, acting: { ...acting, turn: 2 }, discardPrevious: true }),
    ]);
  });
}

export async function byHandOffline(bench: Bench): Promise<void> {
  await kubectl(bench, ["scale", `statefulset/${bench.target}`, "--replicas=0"]);
  await kubectl(bench, ["wait", "--for=delete", `pod/${bench.target}-0`, "--timeout=120s"]);
  await restoreJob(bench, bench.database);
  await kubectl(bench, ["scale", `statefulset/${bench.target}`, "--replicas=1"]);
  await kubectl(bench, [
    "wait",
    "--for=jsonpath={.status.readyReplicas}=1",
    `statefulset/${bench.target}`,
    "--timeout=300s",
  ]);
  await withDriver(bench.cluster, bench.namespace, bench.target, (driver) => driver.verifyConnectivity());
}

/** Inspect, restore and identify, in one Job on the data claim, as the product's Job does. */
async function restoreJob(bench: Bench, into: string): Promise<void> {
  const name = "by-hand-restore";
  await kubectl(bench, ["delete", "job", name, "--ignore-not-found", "--wait=true"]);
  await kubectl(bench, ["apply", "-f", "-"], asYaml(handJob({ name, into, ...bench })));
  await kubectl(bench, ["wait", "--for=condition=complete", `job/${name}`, "--timeout=600s"]);
}

async function system(driver: Driver, statement: string): Promise<void> {
  const session = driver.session({ database: "system" });
  try {
    await session.run(statement);
  } finally {
    await session.close();
  }
}

async function kubectl(
  { kubectl: command, namespace, environment }: Bench,
  args: readonly string[],
  input?: string,
): Promise<void> {
  const child = execute(command, ["--namespace", namespace, ...args], { env: environment });
  child.child.stdin?.end(input ?? "");
  await child;
}
