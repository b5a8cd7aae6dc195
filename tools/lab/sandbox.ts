// The lab's own mount, network and process namespaces, held open by one process. When that process ends the
// kernel ends everything in them: daemons, containers, mounts, pod networks, firewall rules. So `down` is one
// kill that can't be half done, and this machine's own network and mounts are never touched.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { readIfThere } from "../resolve/files.js";
import { run } from "../resolve/run.js";
import { network, type Layout } from "./layout.js";
import { end, identify, isAlive, parseProcessId, type ProcessId } from "./processes.js";

export interface Sandbox {
  readonly holder: ProcessId;
}

/** Starts the holder; `pause` is the program that stays as first process of the namespaces. */
export async function createSandbox(lab: Layout, pause: string): Promise<Sandbox> {
  const args = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", pause, "-announced"];
  const child = spawn("unshare", args, { detached: true, stdio: ["pipe", "ignore", "pipe"] });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  await once(child, "spawn");
  const holder = child.pid === undefined ? undefined : await identify(child.pid);
  if (holder === undefined) throw new Error(`the namespaces could not be made: ${complaint}`);
  await writeFile(holderFile(lab), JSON.stringify(holder));
  // Only now may it stay: it leaves by itself when this line never comes.
  child.stdin.on("error", () => undefined);
  child.stdin.end("go\n");
  await joined(holder, () => complaint);
  child.stderr.destroy();
  child.unref();
  const sandbox = { holder };
  await prepare(sandbox);
  return sandbox;
}

/** The sandbox of an earlier `up`, if its holder still lives. */
export async function findSandbox(lab: Layout): Promise<Sandbox | undefined> {
  const text = await readIfThere(holderFile(lab));
  const holder = parseProcessId(text ?? "");
  return holder !== undefined && (await isAlive(holder)) ? { holder } : undefined;
}

export async function destroySandbox(lab: Layout): Promise<void> {
  const sandbox = await findSandbox(lab);
  if (sandbox !== undefined) await end(sandbox.holder);
  // The kernel takes network namespaces apart a moment later; the next `up` needs the name at once.
  const device = network.hostDevice;
  if ((await run("ip", ["-json", "link", "show", "type", "veth"])).includes(`"${device}"`)) {
    await run("ip", ["link", "delete", device]);
  }
  await rm(holderFile(lab), { force: true });
}

/** The command line that runs a program inside. */
export function inside(sandbox: Sandbox, command: string, args: readonly string[]): [string, string[]] {
  const ns = `/proc/${sandbox.holder.pid}/ns`;
  return [
    "nsenter",
    [`--mount=${ns}/mnt`, `--net=${ns}/net`, `--pid=${ns}/pid_for_children`, "--", command, ...args],
  ];
}

export const runInside = (sandbox: Sandbox, command: string, args: readonly string[]): Promise<string> =>
  run(...inside(sandbox, command, args));

export interface Daemon {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** Starts a daemon inside; its output goes to logs/NAME.log. The returned id lives as long as the daemon. */
export async function startDaemon(
  lab: Layout,
  sandbox: Sandbox,
  daemon: Daemon,
  onExit: (code: number | null) => void,
): Promise<ProcessId> {
  const log = openSync(`${lab.logs}/${daemon.name}.log`, "a");
  try {
    const child = spawn(...inside(sandbox, daemon.command, daemon.args), {
      detached: true,
      stdio: ["ignore", log, log],
      env: { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` },
    });
    child.once("exit", onExit);
    await once(child, "spawn");
    child.unref();
    const id = child.pid === undefined ? undefined : await identify(child.pid);
    if (id === undefined) throw new Error(`${daemon.name} ended at once; see ${lab.logs}/${daemon.name}.log`);
    return id;
  } finally {
    closeSync(log);
  }
}

const holderFile = (lab: Layout): string => lab.at("holder.json");

/** The namespaces exist once the holder has its first child in them. */
async function joined(holder: ProcessId, complaint: () => string): Promise<void> {
  for (;;) {
    if (!(await isAlive(holder))) throw new Error(`the namespaces could not be made: ${complaint()}`);
    const children = await readFile(`/proc/${holder.pid}/task/${holder.pid}/children`, "utf8");
    if (children.trim() !== "") return;
  }
}

/** Private folders for what daemons keep at fixed places, and a network with this machine. */
async function prepare(sandbox: Sandbox): Promise<void> {
  const pid = String(sandbox.holder.pid);
  await mkdir("/var/lib/cni", { recursive: true });
  for (const folder of ["/run", "/var/log", "/var/lib/cni"]) {
    await runInside(sandbox, "mount", ["-t", "tmpfs", "-o", "mode=755", "lab", folder]);
  }
  const { hostDevice, hostAddress, labAddress } = network;
  await run("ip", ["link", "add", hostDevice, "type", "veth", "peer", "name", "eth0", "netns", pid]);
  await run("ip", ["address", "add", `${hostAddress}/30`, "dev", hostDevice]);
  await run("ip", ["link", "set", hostDevice, "up"]);
  const ip = (...args: readonly string[]): Promise<string> => runInside(sandbox, "ip", args);
  await ip("link", "set", "lo", "up");
  await ip("address", "add", `${labAddress}/30`, "dev", "eth0");
  await ip("link", "set", "eth0", "up");
  await ip("route", "add", "default", "via", hostAddress);
}
