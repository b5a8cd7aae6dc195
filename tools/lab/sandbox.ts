// The lab's own mount, network and process namespaces, held open by their first process. When that process ends
// the kernel ends everything in them: daemons, containers, mounts, pod networks, firewall rules. So `down` is one
// kill that can't be half done, and this machine's own network and mounts are never touched.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { readIfThere } from "../resolve/files.js";
import { run } from "../resolve/run.js";
import type { Layout } from "./layout.js";
import { end, gone, identify, isAlive, parseProcessId, type ProcessId } from "./processes.js";

export interface Sandbox {
  /** The first process of the namespaces; they live as long as it. */
  readonly first: ProcessId;
  /** Its parent outside; ends when everything in the namespaces has ended. */
  readonly holder: ProcessId;
}

/** Makes the namespaces; `pause` is the program that stays as their first process. */
export async function createSandbox(lab: Layout, pause: string): Promise<Sandbox> {
  const args = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", pause, "-announced"];
  const child = spawn("unshare", args, { detached: true, stdio: ["pipe", "pipe", "pipe"] });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  child.stdin.on("error", () => undefined); // it may be gone already; the race below tells
  const failed = once(child, "close").then(() => {
    throw new Error(`the namespaces could not be made: ${complaint}`);
  });
  await Promise.race([once(child.stdout, "data"), failed]);
  const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, "utf8");
  const [first, holder] = await Promise.all([identify(Number(children)), identify(Number(child.pid))]);
  if (first === undefined || holder === undefined)
    throw new Error(`the namespaces ended at once: ${complaint}`);
  await writeFile(recordOf(lab), [first, holder].map((id) => JSON.stringify(id)).join("\n"));
  // Only now may it stay: it leaves by itself when this line never comes.
  child.stdin.end("go\n");
  failed.catch(() => undefined);
  for (const stream of [child.stdout, child.stderr]) stream.destroy();
  child.unref();
  const sandbox = { first, holder };
  await prepare(lab, sandbox);
  return sandbox;
}

/** The sandbox of an earlier `up`, if it still lives. */
export async function findSandbox(lab: Layout): Promise<Sandbox | undefined> {
  const sandbox = await recorded(lab);
  return sandbox !== undefined && (await isAlive(sandbox.first)) ? sandbox : undefined;
}

async function recorded(lab: Layout): Promise<Sandbox | undefined> {
  const lines = ((await readIfThere(recordOf(lab))) ?? "").split("\n");
  const [first, holder] = lines.map(parseProcessId);
  return first === undefined || holder === undefined ? undefined : { first, holder };
}

export async function destroySandbox(lab: Layout): Promise<void> {
  const sandbox = await recorded(lab);
  if (sandbox !== undefined) {
    await end(sandbox.first);
    await gone(sandbox.holder);
  }
  await removeDevice(lab.device);
  await rm(recordOf(lab), { force: true });
}

/** The kernel removes it with the network namespace, but only a moment later; the next `up` needs the name at once. */
async function removeDevice(device: string): Promise<void> {
  const isThere = async (): Promise<boolean> =>
    (await run("ip", ["-json", "link", "show", "type", "veth"])).includes(`"${device}"`);
  if (!(await isThere())) return;
  try {
    await run("ip", ["link", "delete", device]);
  } catch (error) {
    if (await isThere()) throw error; // else that moment has just come
  }
}

/** The command line that runs a program inside. */
export function inside(sandbox: Sandbox, command: string, args: readonly string[]): [string, string[]] {
  const ns = `/proc/${sandbox.first.pid}/ns`;
  return ["nsenter", [`--mount=${ns}/mnt`, `--net=${ns}/net`, `--pid=${ns}/pid`, "--", command, ...args]];
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

const recordOf = (lab: Layout): string => lab.at("namespaces.jsonl");

/** Private folders for what daemons keep at fixed places, and a network with this machine. */
async function prepare(lab: Layout, sandbox: Sandbox): Promise<void> {
  const pid = String(sandbox.first.pid);
  await mkdir("/var/lib/cni", { recursive: true });
  for (const folder of ["/run", "/var/log", "/var/lib/cni"]) {
    await runInside(sandbox, "mount", ["-t", "tmpfs", "-o", "mode=755", "lab", folder]);
  }
  const { device, hostAddress, labAddress } = lab;
  await run("ip", ["link", "add", device, "type", "veth", "peer", "name", "eth0", "netns", pid]);
  await run("ip", ["address", "add", `${hostAddress}/30`, "dev", device]);
  await run("ip", ["link", "set", device, "up"]);
  const ip = (...args: readonly string[]): Promise<string> => runInside(sandbox, "ip", args);
  await ip("link", "set", "lo", "up");
  await ip("address", "add", `${labAddress}/30`, "dev", "eth0");
  await ip("link", "set", "eth0", "up");
  await ip("route", "add", "default", "via", hostAddress);
}
