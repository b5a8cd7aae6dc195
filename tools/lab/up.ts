// `up`: from nothing to a Ready node with its images. Either the lab is whole (every process alive, the API
// answering), then only changed images are imported, or it is taken down and made anew: no half-states to repair.

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdir, readFile, statfs, writeFile } from "node:fs/promises";
import { nodeBinaries } from "./binaries.js";
import { makeCgroups } from "./cgroups.js";
import { apply, connect } from "./cluster.js";
import * as parts from "./components.js";
import { corefile, dnsBinary, dnsObjects, dnsServer } from "./dns-server.js";
import { takeDown } from "./down.js";
import { answers, apiServerReady, nodeReady } from "./health.js";
import { archives } from "./images/archives.js";
import { pauseImage, workloadImages } from "./images/catalog.js";
import { loadIntoContext, loadIntoLab } from "./images/load.js";
import { pauseReference, type Image } from "./images/source.js";
import { layout, type Layout } from "./layout.js";
import { withLock } from "./lock.js";
import { applyClusterObjects } from "./objects/cluster-objects.js";
import { ensurePackages } from "./packages.js";
import { isAlive, parseProcessId, type ProcessId } from "./processes.js";
import { requireNode } from "./require.js";
import { createSandbox, findSandbox, startDaemon, type Daemon, type Sandbox } from "./sandbox.js";
import { exists, readIfThere } from "../resolve/files.js";
import { timed, type Log } from "../resolve/tool.js";

interface NodeOptions {
  readonly cniPlugins: string;
  readonly snapshotter: "overlayfs" | "native";
}

/** The folders with executables. */
interface Binaries {
  readonly node: string;
  readonly dns: string;
}

export async function labUp(options: { readonly context?: string }, log: Log): Promise<void> {
  const lab = layout();
  const { context } = options;
  if (context === undefined) requireNode();
  await withLock(`${lab.root}.lock`, log, () =>
    context === undefined ? ownLab(lab, log) : onContext(context, log),
  );
}

/** The lab's sandbox if every part of it lives and answers. */
export async function findWholeLab(lab: Layout): Promise<Sandbox | undefined> {
  const sandbox = await findSandbox(lab);
  const recorded = (await readIfThere(daemonsFile(lab))) ?? "";
  const daemons = recorded.split("\n").flatMap((line) => parseProcessId(line) ?? []);
  if (sandbox === undefined || daemons.length === 0) return undefined;
  const alive = await Promise.all(daemons.map(isAlive));
  return alive.every(Boolean) && (await answers(lab)) ? sandbox : undefined;
}

/** More images for the lab, or for a cluster of the user's, beside those that every one has. */
export async function bringImages(
  { context }: { readonly context?: string },
  images: readonly Image[],
  log: Log,
): Promise<void> {
  const lab = layout();
  await withLock(`${lab.root}.lock`, log, async () => {
    const built = await archives(images, log);
    if (context !== undefined) return loadIntoContext(context, built, log);
    const sandbox = await findWholeLab(lab);
    if (sandbox === undefined) throw new Error("There is no lab yet: npm run lab -- up");
    return loadIntoLab(lab, sandbox, await findSnapshotter(lab), built, log);
  });
}

async function onContext(context: string, log: Log): Promise<void> {
  const cluster = await connect(context);
  await timed(`definitions in ${context}`, log, () => applyClusterObjects(cluster, { storageClass: false }));
  await loadIntoContext(context, await archives(workloadImages, log), log);
}

async function ownLab(lab: Layout, log: Log): Promise<void> {
  const snapshotter = await findSnapshotter(lab);
  const cniPlugins = await ensurePackages(log);
  // The build is the processor's work, the images are mostly the network's.
  const building = nodeBinaries(log).then(async (node) => ({ node, dns: await dnsBinary(log) }));
  const imaging = archives(workloadImages, log);
  await Promise.allSettled([building, imaging]); // no work goes on behind a failure
  const binaries = await building;
  const images = [...(await archives([pauseImage(binaries.node)], log)), ...(await imaging)];
  const current = (await readIfThere(madeOfFile(lab))) === JSON.stringify(binaries);
  let sandbox = current ? await findWholeLab(lab) : undefined;
  if (sandbox === undefined) {
    const why = current ? "is not whole" : "is not of this version";
    if (await exists(lab.kubeconfig)) log(`The lab that was here ${why}: it is made anew`);
    await takeDown(lab);
    sandbox = await timed("Kubernetes", log, () => start(lab, binaries, { cniPlugins, snapshotter }));
  } else {
    log("Kubernetes is up");
  }
  await loadIntoLab(lab, sandbox, snapshotter, images, log);
}

async function start(lab: Layout, binaries: Binaries, node: NodeOptions): Promise<Sandbox> {
  await writeFiles(lab, node);
  await makeCgroups(lab);
  const sandbox = await createSandbox(lab, `${binaries.node}/pause`);
  const running: ProcessId[] = [];
  const died = new AbortController();
  const run = async (daemon: Daemon): Promise<void> => {
    const onExit = (): void =>
      died.abort(new Error(`${daemon.name} ended; its last words are in ${lab.logs}/${daemon.name}.log`));
    running.push(await startDaemon(lab, sandbox, daemon, onExit));
  };
  await run(parts.etcd(lab, binaries.node));
  await run(parts.kubeApiServer(lab, binaries.node));
  await run(parts.containerd(lab));
  await apiServerReady(lab, died.signal);

  const token = await readFile(parts.tokenFile(lab), "utf8");
  const ca = await readFile(parts.apiCertificate(lab), "utf8");
  const config = JSON.stringify(parts.kubeconfig(lab, token.split(",")[0] ?? "", ca), undefined, 2);
  await writeFile(lab.kubeconfig, config, { mode: 0o600 });
  for (const daemon of parts.clients(lab, binaries.node)) await run(daemon);
  await run(dnsServer(lab, binaries.dns));
  const cluster = await connect();
  await applyClusterObjects(cluster, { storageClass: true });
  for (const object of dnsObjects(lab)) await apply(cluster, object);
  await nodeReady(cluster.config, died.signal);
  await writeFile(madeOfFile(lab), JSON.stringify(binaries));
  // Written last: a lab without this file is not whole.
  await writeFile(daemonsFile(lab), running.map((id) => JSON.stringify(id)).join("\n"));
  return sandbox;
}

async function writeFiles(lab: Layout, node: NodeOptions): Promise<void> {
  for (const folder of ["logs", "pki", "cni", "volumes", "kubelet"]) {
    await mkdir(lab.at(folder), { recursive: true });
  }
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = privateKey.export({ type: "pkcs1", format: "pem" });
  await writeFile(parts.serviceAccountKey(lab), key, { mode: 0o600 });
  const token = randomBytes(24).toString("hex");
  await writeFile(parts.tokenFile(lab), `${token},lab-admin,lab-admin,system:masters\n`, { mode: 0o600 });
  const ofServiceAccounts = { level: "Metadata", userGroups: ["system:serviceaccounts"] };
  const policy = parts.auditPolicy(ofServiceAccounts, { level: "None" });
  await writeFile(parts.auditPolicyFile(lab), JSON.stringify(policy));
  await writeFile(lab.at("containerd.toml"), parts.containerdConfig(lab, { ...node, pause: pauseReference }));
  await writeFile(lab.at("Corefile"), corefile(lab));
  await writeFile(lab.at("kubelet.json"), JSON.stringify(parts.kubeletConfig(lab)));
  await writeFile(lab.at("cni", "lab.conflist"), JSON.stringify(parts.podNetwork));
}

const madeOfFile = (lab: Layout): string => lab.at("made-of.json");
const daemonsFile = (lab: Layout): string => lab.at("daemons.jsonl");

/** An overlay can't lie on an overlay, as in a development container. */
async function findSnapshotter(lab: Layout): Promise<"overlayfs" | "native"> {
  const overlay = 0x794c7630;
  await mkdir(lab.root, { recursive: true });
  return (await statfs(lab.root)).type === overlay ? "native" : "overlayfs";
}
