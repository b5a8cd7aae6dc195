// Where the lab keeps its things, and its fixed addresses. One lab per machine: everything lies in one folder
// of the cache, and everything that runs lives in namespaces of its own, so the ports collide with nobody's.

import path from "node:path";
import { cacheRoot } from "../resolve/tool.js";

export interface Layout {
  readonly root: string;
  readonly logs: string;
  readonly kubeconfig: string;
  readonly containerdSocket: string;
  /** Images stay here when the lab goes. */
  readonly containerdRoot: string;
  /** Joins a path below the lab's folder. */
  readonly at: (...parts: readonly string[]) => string;
}

export const layout = (root = path.join(cacheRoot(), "lab")): Layout => {
  const at = (...parts: readonly string[]): string => path.join(root, ...parts);
  return {
    root,
    logs: at("logs"),
    kubeconfig: at("kubeconfig"),
    containerdSocket: at("containerd.sock"),
    containerdRoot: `${root}-containerd`,
    at,
  };
};

export const network = {
  /** The pair of virtual devices between this machine and the lab. */
  hostDevice: "neo4jlab0",
  hostAddress: "10.87.255.1",
  labAddress: "10.87.255.2",
  pods: "10.88.0.0/24",
  services: "10.96.0.0/16",
  apiPort: 16443,
} as const;

export const apiServer = `https://${network.labAddress}:${network.apiPort}`;

/** The lab's name in kubeconfig, as context, cluster and user. */
export const contextName = "neo4j-restore-lab";

/** The kubelet's parent in each cgroup hierarchy. */
export const cgroupName = "neo4j-restore-lab";
