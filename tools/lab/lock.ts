// One lab command at a time changes the lab. The lock is the kernel's (flock), held by a child that leaves with
// us, so a killed command leaves nothing to clean up.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { Log } from "../resolve/tool.js";

export async function withLock<T>(file: string, log: Log, work: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(file), { recursive: true });
  const child = spawn("flock", ["--no-fork", file, "cat"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  // `cat` answers once the lock is ours.
  child.stdin.write("mine\n");
  const notice = setTimeout(() => {
    log("waiting for another lab command to end …");
  }, 1_000);
  await Promise.race([
    once(child.stdout, "data"),
    ended.then(() => Promise.reject(new Error(`no lock on ${file}`))),
  ]).finally(() => {
    clearTimeout(notice);
  });
  try {
    return await work();
  } finally {
    child.stdin.end();
    await ended;
  }
}
