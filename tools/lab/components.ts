// The processes of a single-node Kubernetes: command lines and configuration files, as data. Flags that look
// odd have their reason beside them.

import path from "node:path";
import { contextName, network, type Layout } from "./layout.js";
import type { Daemon } from "./sandbox.js";

/** The provisioner the lab's StorageClass names. */
export const provisionerName = "neo4j-restore.dev/directory";

const certificates = (lab: Layout): string => lab.at("pki");
export const serviceAccountKey = (lab: Layout): string => lab.at("pki", "service-account.key");
export const tokenFile = (lab: Layout): string => lab.at("pki", "tokens.csv");
export const auditPolicyFile = (lab: Layout): string => lab.at("audit-policy.json");
/** One line of JSON for each request of a ServiceAccount, without bodies: what was refused is found there. */
export const auditLog = (lab: Layout): string => lab.at("logs", "audit.jsonl");
export const apiCertificate = (lab: Layout): string => lab.at("pki", "apiserver.crt");

export const containerd = (lab: Layout): Daemon => ({
  name: "containerd",
  command: "containerd",
  args: ["--config", lab.at("containerd.toml")],
});

export function etcd(lab: Layout, bin: string): Daemon {
  const [client, peer] = ["http://127.0.0.1:2379", "http://127.0.0.1:2380"];
  const args = [
    ...["--data-dir", lab.at("etcd"), "--listen-client-urls", client, "--advertise-client-urls", client],
    ...[
      "--listen-peer-urls",
      peer,
      "--initial-advertise-peer-urls",
      peer,
      "--initial-cluster",
      `default=${peer}`,
    ],
    "--unsafe-no-fsync", // what a crash of the machine would lose is thrown away anyway
  ];
  return { name: "etcd", command: path.join(bin, "etcd"), args };
}

export function kubeApiServer(lab: Layout, bin: string): Daemon {
  const args = [
    "--etcd-servers=http://127.0.0.1:2379",
    "--bind-address=0.0.0.0",
    `--secure-port=${network.apiPort}`,
    // With a loopback address the Service `kubernetes` gets no endpoint and pods can't reach the API.
    `--advertise-address=${lab.labAddress}`,
    `--cert-dir=${certificates(lab)}`,
    `--service-account-key-file=${serviceAccountKey(lab)}`,
    `--service-account-signing-key-file=${serviceAccountKey(lab)}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    `--token-auth-file=${tokenFile(lab)}`,
    "--authorization-mode=RBAC",
    "--kubelet-preferred-address-types=Hostname",
    `--service-cluster-ip-range=${network.services}`,
    "--allow-privileged=true",
    `--audit-policy-file=${auditPolicyFile(lab)}`,
    `--audit-log-path=${auditLog(lab)}`,
    // It can't be told not to rotate, and what was rotated away would be missing where stories read it.
    "--audit-log-maxsize=1000000",
  ];
  return { name: "kube-apiserver", command: path.join(bin, "kube-apiserver"), args };
}

/** One more on the same etcd, as a control plane of several has them; it keeps out of what the first looks after. */
export function furtherApiServer(
  lab: Layout,
  bin: string,
  { name, port, policy, auditLog }: FurtherApiServer,
): Daemon {
  const first = kubeApiServer(lab, bin);
  const own = [`--secure-port=${port}`, "--endpoint-reconciler-type=none"];
  const audit = [`--audit-policy-file=${policy}`, `--audit-log-path=${auditLog}`];
  // Of a flag that is given twice the last counts.
  return { ...first, name, args: [...first.args, ...own, ...audit] };
}

export const auditPolicy = (...rules: readonly object[]): object => ({
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules,
});

export interface FurtherApiServer {
  readonly name: string;
  readonly port: number;
  readonly policy: string;
  readonly auditLog: string;
}

/** Everything that needs the API server. */
export function clients(lab: Layout, bin: string): readonly Daemon[] {
  const kubeconfig = `--kubeconfig=${lab.kubeconfig}`;
  const local = ["--bind-address=127.0.0.1", "--leader-elect=false"];
  const daemon = (name: string, ...args: readonly string[]): Daemon => ({
    name,
    command: path.join(bin, name),
    args: [kubeconfig, ...args],
  });
  return [
    daemon(
      "kube-controller-manager",
      ...local,
      `--service-account-private-key-file=${serviceAccountKey(lab)}`,
      `--root-ca-file=${apiCertificate(lab)}`,
      "--use-service-account-credentials=false",
    ),
    daemon("kube-scheduler", ...local),
    daemon(
      "kubelet",
      `--config=${lab.at("kubelet.json")}`,
      `--root-dir=${lab.at("kubelet")}`,
      `--cert-dir=${lab.at("kubelet", "pki")}`,
      "--hostname-override=localhost", // so that the API server reaches it for logs, exec and port-forward
    ),
    daemon(
      "kube-proxy",
      "--proxy-mode=iptables",
      "--hostname-override=localhost",
      `--cluster-cidr=${network.pods}`,
      "--conntrack-max-per-core=0", // that limit belongs to the whole machine
    ),
    daemon("volume-provisioner", `--name=${provisionerName}`, `--root=${lab.at("volumes")}`),
  ];
}

export const kubeletConfig = (lab: Layout): object => ({
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  // Only reachable on the loopback device of the lab's own network.
  address: "127.0.0.1",
  authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
  authorization: { mode: "AlwaysAllow" },
  containerRuntimeEndpoint: `unix://${lab.containerdSocket}`,
  cgroupDriver: "cgroupfs",
  cgroupRoot: `/${lab.cgroup}`,
  enforceNodeAllocatable: [],
  failCgroupV1: false,
  failSwapOn: false,
  resolvConf: "",
  clusterDNS: [network.dns],
  clusterDomain: network.domain,
  podLogsDir: lab.at("pod-logs"),
  volumePluginDir: lab.at("kubelet", "plugins"),
  evictionHard: { "memory.available": "50Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
  imageGCHighThresholdPercent: 100, // never: no registry has our images
  serializeImagePulls: false,
});

export const containerdConfig = (
  lab: Layout,
  options: {
    readonly cniPlugins: string;
    readonly snapshotter: "overlayfs" | "native";
    readonly pause: string;
  },
): string => `version = 2
root = ${JSON.stringify(lab.containerdRoot)}
state = ${JSON.stringify(lab.at("containerd", "state"))}
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
]
[grpc]
address = ${JSON.stringify(lab.containerdSocket)}
[plugins."io.containerd.internal.v1.opt"]
path = ${JSON.stringify(lab.at("containerd", "opt"))}
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = ${JSON.stringify(options.pause)}
# Without CAP_SYS_RESOURCE a sandbox can't lower its score and would not start.
restrict_oom_score_adj = true
disable_apparmor = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = ${JSON.stringify(options.cniPlugins)}
conf_dir = ${JSON.stringify(lab.at("cni"))}
[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = ${JSON.stringify(options.snapshotter)}
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
SystemdCgroup = false
`;

/** Each pod is routed, not bridged: traffic to Services then passes the firewall without br_netfilter. */
export const podNetwork = {
  cniVersion: "0.4.0",
  name: "lab",
  plugins: [
    {
      type: "ptp",
      ipMasq: true,
      ipam: { type: "host-local", ranges: [[{ subnet: network.pods }]], routes: [{ dst: "0.0.0.0/0" }] },
    },
  ],
} as const;

export const kubeconfig = (lab: Layout, token: string, caPem: string): object => ({
  apiVersion: "v1",
  kind: "Config",
  "current-context": contextName,
  contexts: [{ name: contextName, context: { cluster: contextName, user: contextName } }],
  clusters: [
    {
      name: contextName,
      cluster: { server: lab.apiServer, "certificate-authority-data": Buffer.from(caPem).toString("base64") },
    },
  ],
  users: [{ name: contextName, user: { token } }],
});
