// The Debian packages the lab runs on. Only what is missing is installed, and it is said before; programs that
// another package brought (a container engine with its own containerd) are used as they are.

import { exists } from "../resolve/files.js";
import { run } from "../resolve/run.js";
import { findOnPath, timed, type Log } from "../resolve/tool.js";

interface Requirement {
  readonly debian: string;
  readonly command?: string;
  readonly file?: string;
}

export const cniFolders = ["/usr/lib/cni", "/opt/cni/bin"] as const;

const cluster: readonly Requirement[] = [
  { debian: "containerd", command: "containerd" },
  { debian: "runc", command: "runc" },
  { debian: "iptables", command: "iptables" },
  { debian: "iproute2", command: "ip" },
  { debian: "conntrack", command: "conntrack" },
  { debian: "socat", command: "socat" },
  { debian: "util-linux", command: "nsenter" },
];

const images: readonly Requirement[] = [
  { debian: "buildah", command: "buildah" },
  { debian: "mmdebstrap", command: "mmdebstrap" },
];

/** The folder of CNI plugins, after everything missing was installed. */
export async function ensurePackages(log: Log): Promise<string> {
  process.env["PATH"] = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`;
  const missing: string[] = [];
  for (const { debian, command } of [...cluster, ...images]) {
    if (command !== undefined && (await findOnPath(command)) === undefined) missing.push(debian);
  }
  if ((await cniPlugins()) === undefined) missing.push("containernetworking-plugins");
  if (missing.length > 0) await install(missing, log);
  const plugins = await cniPlugins();
  if (plugins === undefined) throw new Error(`no CNI plugins in ${cniFolders.join(" or ")}`);
  return plugins;
}

async function install(packages: readonly string[], log: Log): Promise<void> {
  const names = packages.join(" ");
  if ((await findOnPath("apt-get")) === undefined) {
    throw new Error(
      `missing: ${names} (names of Debian packages). Install them, or use --context with a cluster.`,
    );
  }
  log(`Debian packages to install: ${names}`);
  const apt = (...args: readonly string[]): Promise<string> =>
    run("apt-get", ["-y", "-q", ...args], { env: { DEBIAN_FRONTEND: "noninteractive" } });
  await timed(`apt-get install ${names}`, log, async () => {
    await apt("update");
    // --no-remove: an installed container engine is never displaced; apt refuses instead.
    await apt("install", "--no-install-recommends", "--no-remove", ...packages);
  });
  // The lab runs its own containerd; the package's service was not asked for.
  if (packages.includes("containerd") && (await exists("/run/systemd/system"))) {
    await run("systemctl", ["disable", "--now", "containerd.service"]);
  }
}

async function cniPlugins(): Promise<string | undefined> {
  for (const folder of cniFolders) {
    if ((await exists(`${folder}/ptp`)) && (await exists(`${folder}/host-local`))) return folder;
  }
  return undefined;
}
