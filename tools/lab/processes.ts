// Processes that outlive the command that started them. A process is known by pid, start time and boot, never
// by name: a pid that was given to somebody else meanwhile is not ours and is never signalled.

import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { readIfThere } from "../resolve/files.js";

export interface ProcessId {
  readonly pid: number;
  /** Clock ticks since boot, field 22 of /proc/PID/stat. */
  readonly startedAt: string;
  readonly boot: string;
}

/** State and start time from the text of /proc/PID/stat; a command name may hold spaces and parentheses. */
export function parseStat(text: string): { readonly state: string; readonly startedAt: string } | undefined {
  const fields = text
    .slice(text.lastIndexOf(")") + 1)
    .trim()
    .split(/\s+/);
  const [state, startedAt] = [fields[0], fields[19]];
  return state === undefined || startedAt === undefined ? undefined : { state, startedAt };
}

/** The process that has this pid now; undefined for none and for a zombie. */
export async function identify(pid: number): Promise<ProcessId | undefined> {
  const stat = parseStat((await readIfThere(`/proc/${pid}/stat`)) ?? "");
  if (stat === undefined || stat.state === "Z" || stat.state === "X") return undefined;
  const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  return { pid, startedAt: stat.startedAt, boot };
}

export async function isAlive(id: ProcessId): Promise<boolean> {
  const now = await identify(id.pid);
  return now !== undefined && now.startedAt === id.startedAt && now.boot === id.boot;
}

/** Kills a process and returns when it is gone. */
export async function end(id: ProcessId): Promise<void> {
  if (await isAlive(id)) process.kill(id.pid, "SIGKILL");
  await gone(id);
}

/** Of a daemon: what is recorded only waits for it, its child in the lab's namespaces. */
export async function endWhole(entered: ProcessId): Promise<void> {
  const { pid } = entered;
  const children = (await isAlive(entered)) ? await readIfThere(`/proc/${pid}/task/${pid}/children`) : "";
  for (const child of (children ?? "").split(" ").filter((text) => text !== "")) {
    const server = await identify(Number(child));
    if (server) await end(server);
  }
  await end(entered);
}

/** Returns when a process is gone. */
export async function gone(id: ProcessId): Promise<void> {
  // Nothing announces the end of a process that is not our child.
  for (let waited = 0; await isAlive(id); waited += 20) {
    if (waited >= 10_000) throw new Error(`process ${id.pid} does not end`);
    await delay(20);
  }
}

export function parseProcessId(text: string): ProcessId | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    const { pid, startedAt, boot } = value as Record<string, unknown>;
    if (typeof pid !== "number" || typeof startedAt !== "string" || typeof boot !== "string")
      return undefined;
    return { pid, startedAt, boot };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // cut off by an interruption
    throw error;
  }
}
