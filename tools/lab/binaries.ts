// The lab's Kubernetes: one executable built from Go modules (./node), called by many names, and the `pause`
// program. Its cache folder is named after what goes into it.

import { createHash } from "node:crypto";
import { readFile, symlink } from "node:fs/promises";
import path from "node:path";
import { goBuild } from "../resolve/go.js";
import { resolveTool, type Log } from "../resolve/tool.js";

const kubernetes = "1.34.4";
const sources = path.join(__dirname, "node");
const names = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kube-proxy",
  "kubelet",
  "kubectl",
  "volume-provisioner",
] as const;

/** The folder with every executable of the lab's node. */
export async function nodeBinaries(log: Log): Promise<string> {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum", "main.go", "provisioner.go", "pause/main.go"]) {
    hash.update(await readFile(path.join(sources, file)));
  }
  const tool = {
    name: "kubernetes",
    version: `${kubernetes}-${hash.digest("hex").slice(0, 8)}`,
    executables: [...names, "pause"],
    build: (folder: string) => build(folder, log),
    buildTakes: "about 4 minutes on 2 cores when nothing is cached",
    byHand: "use an existing cluster instead: --context NAME",
  };
  return resolveTool(tool, log);
}

async function build(folder: string, log: Log): Promise<void> {
  const version = "k8s.io/component-base/version";
  const [major = "", minor = ""] = kubernetes.split(".");
  const set = {
    [`${version}.gitVersion`]: `v${kubernetes}`,
    [`${version}.gitMajor`]: major,
    [`${version}.gitMinor`]: minor,
  };
  await goBuild({ module: sources, target: ".", output: path.join(folder, "kube"), set }, log);
  await goBuild({ module: sources, target: "./pause", output: path.join(folder, "pause") }, log);
  for (const name of names) await symlink("kube", path.join(folder, name));
}
