// A further API server of the lab, on the same etcd: one that can be killed and started again while everybody else
// goes on, and whose audit log tells what was asked of it. It goes with the lab at the latest.

import { randomBytes, randomInt } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Log } from "../resolve/tool.js";
import { nodeBinaries } from "./binaries.js";
import { auditPolicy, furtherApiServer } from "./components.js";
import { apiServerReady } from "./health.js";
import { layout } from "./layout.js";
import { endWhole, type ProcessId } from "./processes.js";
import { findSandbox, startDaemon } from "./sandbox.js";

export interface ApiServer {
  /** The lab's, but for the address. */
  readonly kubeconfig: string;
  /** One line of JSON for each stage of each request, without bodies. */
  readonly auditLog: string;
  /** Returns when it answers. */
  readonly start: () => Promise<void>;
  /** At once, as a crash would. */
  readonly kill: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

export async function openApiServer(log: Log): Promise<ApiServer> {
  const lab = layout();
  const sandbox = await findSandbox(lab);
  if (!sandbox) throw new Error("There is no lab yet: npm run lab -- up");
  const name = `kube-apiserver-${randomBytes(3).toString("hex")}`;
  const folder = lab.at("api-servers", name);
  const at = (file: string): string => path.join(folder, file);
  const port = randomInt(20_000, 30_000);
  const url = new URL(lab.apiServer);
  url.port = String(port);
  await mkdir(folder, { recursive: true });
  await writeFile(at("policy.json"), JSON.stringify(auditPolicy({ level: "Metadata" })));
  const config = await readFile(lab.kubeconfig, "utf8");
  await writeFile(at("kubeconfig"), config.replaceAll(lab.apiServer, url.origin), { mode: 0o600 });
  const files = { policy: at("policy.json"), auditLog: at("audit.log") };
  const daemon = furtherApiServer(lab, await nodeBinaries(log), { name, port, ...files });
  let running: ProcessId | undefined;

  const kill = async (): Promise<void> => {
    if (running) await endWhole(running);
    running = undefined;
  };
  const start = async (): Promise<void> => {
    const died = new AbortController();
    running = await startDaemon(lab, sandbox, daemon, () =>
      died.abort(new Error(`${name} ended; its last words are in ${lab.logs}/${name}.log`)),
    );
    await apiServerReady(lab, died.signal, url.origin);
  };
  await start();
  return {
    kubeconfig: at("kubeconfig"),
    auditLog: files.auditLog,
    start,
    kill,
    remove: async () => {
      await kill();
      await rm(folder, { recursive: true });
    },
  };
}
