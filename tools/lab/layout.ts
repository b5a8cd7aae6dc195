// Where the lab keeps its things, and its names on this machine. One lab per cache folder: everything lies in one
// folder of it, everything that runs lives in namespaces of its own, and what the machine sees of it (a device, a
// cgroup, an address) is named after that folder, so that labs of different caches never touch each other.

import { createHash } from "node:crypto";
import path from "node:path";
import { cacheRoot } from "../resolve/tool.js";

export interface Layout {
  readonly root: string;
  readonly logs: string;
  readonly kubeconfig: string;
  readonly containerdSocket: string;
  /** Images stay here when the lab goes. */
  readonly containerdRoot: string;
  /** This machine's end of the network pair, and the two addresses. */
  readonly device: string;
  readonly hostAddress: string;
  readonly labAddress: string;
  readonly apiServer: string;
  /** The kubelet's parent in each cgroup hierarchy. */
  readonly cgroup: string;
  /** Joins a path below the lab's folder. */
  readonly at: (...parts: readonly string[]) => string;
}

/** Inside the lab's own network; the same for all. */
export const network = {
  pods: "10.88.0.0/24",
  services: "10.96.0.0/16",
  dns: "10.96.0.10",
  domain: "cluster.local",
  apiPort: 16443,
} as const;

/** The lab's name in kubeconfig, as context, cluster and user. */
export const contextName = "neo4j-restore-lab";

export const layout = (root = path.join(cacheRoot(), "lab")): Layout => {
  const at = (...parts: readonly string[]): string => path.join(root, ...parts);
  const id = createHash("sha256").update(path.resolve(root)).digest();
  const name = id.subarray(0, 3).toString("hex");
  // A /30 of its own: the network's address, this machine, the lab, broadcast.
  const subnet = `10.87.${id.readUInt8(3)}.`;
  const first = id.readUInt8(4) & 0b11111100;
  const labAddress = `${subnet}${first + 2}`;
  return {
    root,
    logs: at("logs"),
    kubeconfig: at("kubeconfig"),
    containerdSocket: at("containerd.sock"),
    containerdRoot: `${root}-containerd`,
    device: `neo4jlab${name}`,
    hostAddress: `${subnet}${first + 1}`,
    labAddress,
    apiServer: `https://${labAddress}:${network.apiPort}`,
    cgroup: `neo4j-restore-lab-${name}`,
    at,
  };
};
