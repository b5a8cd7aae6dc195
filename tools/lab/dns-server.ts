// The lab's DNS: CoreDNS, released or built from its Go module (./dns), and what it and the cluster have to know.

import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import type * as k8s from "@kubernetes/client-node";
import { download } from "../resolve/download.js";
import { goBuild } from "../resolve/go.js";
import { run } from "../resolve/run.js";
import { resolveTool, type Log } from "../resolve/tool.js";
import type { Manifest } from "./cluster.js";
import { contextName, network, type Layout } from "./layout.js";
import type { Daemon } from "./sandbox.js";

const version = "1.13.1";
const sources = path.join(__dirname, "dns");

/** The folder with the executable. */
export async function dnsBinary(log: Log): Promise<string> {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum", "main.go"]) hash.update(await readFile(path.join(sources, file)));
  const tool = {
    name: "coredns",
    version: `${version}-${hash.digest("hex").slice(0, 8)}`,
    executables: ["coredns"],
    download: release,
    build: (folder: string) =>
      goBuild({ module: sources, target: ".", output: path.join(folder, "coredns") }, log),
    buildTakes: "about a minute on 2 cores when nothing is cached",
    byHand: "use an existing cluster instead: --context NAME",
  };
  return resolveTool(tool, log);
}

async function release(folder: string): Promise<void> {
  const archive = path.join(folder, "coredns.tgz");
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const name = `coredns_${version}_${process.platform}_${arch}.tgz`;
  await download(`https://github.com/coredns/coredns/releases/download/v${version}/${name}`, archive);
  await run("tar", ["-xzf", archive, "-C", folder]);
  await rm(archive);
}

/** Listens on every address of the lab, which has a network of its own. */
export const corefile = (lab: Layout): string => `.:53 {
  errors
  kubernetes ${network.domain} {
    kubeconfig ${lab.kubeconfig} ${contextName}
  }
}
`;

export const dnsServer = (lab: Layout, binaries: string): Daemon => ({
  name: "coredns",
  command: path.join(binaries, "coredns"),
  args: ["-conf", lab.at("Corefile")],
});

const ports = (["UDP", "TCP"] as const).map((protocol) => ({
  name: protocol === "UDP" ? "dns" : "dns-tcp",
  port: 53,
  protocol,
}));

/** The address that pods ask, where other clusters have it; what answers is a process beside the node's own. */
export function dnsObjects(lab: Layout): readonly Manifest[] {
  const metadata = { name: "kube-dns", namespace: "kube-system" };
  const service: k8s.V1Service & Manifest = {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: { clusterIP: network.dns, ports },
  };
  const slice: k8s.V1EndpointSlice & Manifest = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...metadata, labels: { "kubernetes.io/service-name": metadata.name } },
    addressType: "IPv4",
    endpoints: [{ addresses: [lab.labAddress] }],
    ports,
  };
  return [service, slice];
}
