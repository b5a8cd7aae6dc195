// The lab's command line: parses, calls, prints. Progress goes to stderr, results to stdout.

import { messageOf } from "../resolve/tool.js";
import { parseInvocation, usage, UsageError, type Invocation } from "./args.js";
import { createBackup } from "./backup.js";
import { connect } from "./cluster.js";
import { runCypher } from "./cypher.js";
import { labDown } from "./down.js";
import { createEnterpriseCluster } from "./enterprise-cluster.js";
import { exportLines, labEnvironment } from "./environment.js";
import { removeFromLab } from "./remove.js";
import { createStandalone } from "./standalone.js";
import { runOperator } from "./operator.js";
import { shipOperator } from "./operator-deployment.js";
import { labStatus } from "./status.js";
import { makeStore } from "./stores/make.js";
import type { StoreKind } from "./stores/kinds.js";
import { openStore, type Store } from "./stores/store.js";
import { labUp } from "./up.js";

const log = (line: string): void => console.error(line);

/** The lines to print. */
async function perform({ command, ...where }: Invocation): Promise<readonly string[]> {
  switch (command.verb) {
    case "help":
      return [usage];
    case "up":
      await labUp(where, log);
      return ['Use it: eval "$(npm run -s lab -- env)"'];
    case "down":
      await labDown(log);
      return [];
    case "status":
      return labStatus(where);
    case "env":
      return [exportLines(await labEnvironment(where, log))];
    case "standalone": {
      const request = { ...command.request, ...(await storeFor(command)) };
      await createStandalone(await connect(where.context), request);
      return [`${request.name} is ready`];
    }
    case "store":
      return makeStore(await connect(), command, log);
    case "cluster": {
      const request = { ...command.request, ...(await storeFor(command)) };
      await createEnterpriseCluster(await connect(where.context), request);
      return [`${request.name} is ready`];
    }
    case "operator": {
      const cluster = await connect(where.context);
      if (command.deploy) return shipOperator(cluster, where, log);
      await runOperator(cluster, command.namespace);
      return [];
    }
    case "backup": {
      const { folder, artifact } = await createBackup(await connect(where.context), command.options);
      return [`${command.options.claim}: ${folder}/${artifact}`];
    }
    case "cypher": {
      const rows = await runCypher(await connect(where.context), command);
      return rows.map((row) => JSON.stringify(row));
    }
    case "delete":
      await removeFromLab(await connect(where.context), command.kind, command.namespace, command.name);
      return [`${command.kind} ${command.name} is gone`];
  }
}

async function storeFor({ store }: { readonly store?: StoreKind }): Promise<{ readonly store?: Store }> {
  return store === undefined ? {} : { store: await openStore(store, "backups", log) };
}

async function main(): Promise<void> {
  try {
    for (const line of await perform(parseInvocation(process.argv.slice(2)))) console.log(line);
  } catch (error) {
    log(error instanceof UsageError ? `${error.message}\n\n${usage}` : messageOf(error));
    process.exitCode = error instanceof UsageError ? 64 : 1;
  }
}

void main();
