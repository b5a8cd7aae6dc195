// The one thing of the lab that no namespace takes with it: the kubelet's folder in each cgroup hierarchy
// (several in version 1, one in version 2).

import { mkdir, readdir, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { ifThere, readIfThere } from "../resolve/files.js";
import type { Layout } from "./layout.js";

const mountPoint = "/sys/fs/cgroup";
const usedByKubelet = ["cpu", "cpuset", "hugetlb", "memory", "pids"];

export async function makeCgroups(lab: Layout): Promise<void> {
  for (const folder of await folders(lab)) await mkdir(folder, { recursive: true });
  const available = await readIfThere(path.join(mountPoint, "cgroup.controllers"));
  if (available === undefined) return;
  // Version 2: the kubelet wants every controller it could use in its parent's hands.
  const enable = available.split(/\s+/).filter((name) => usedByKubelet.includes(name));
  const control = path.join(mountPoint, "cgroup.subtree_control");
  await writeFile(control, enable.map((name) => `+${name}`).join(" "));
}

/** Removes what ended pods left; the kernel refuses while a process is in one. */
export async function removeCgroups(lab: Layout): Promise<void> {
  for (const folder of await folders(lab)) await removeTree(folder);
}

async function folders(lab: Layout): Promise<readonly string[]> {
  const entries = await readdir(mountPoint);
  const hierarchies = entries.includes("cgroup.controllers") ? ["."] : entries;
  return hierarchies.map((hierarchy) => path.join(mountPoint, hierarchy, lab.cgroup));
}

/** The files in a cgroup are not removed: a cgroup goes by rmdir, its children first. */
async function removeTree(folder: string): Promise<void> {
  const entries = await ifThere(readdir(folder, { withFileTypes: true }));
  if (entries === undefined) return;
  for (const entry of entries) if (entry.isDirectory()) await removeTree(path.join(folder, entry.name));
  await rmdir(folder);
}
