// Brings image archives to where pods run: into the lab's containerd, or into a user's kind or minikube.

import path from "node:path";
import { run } from "../../resolve/run.js";
import { timed, type Log } from "../../resolve/tool.js";
import type { Layout } from "../layout.js";
import { runInside, type Sandbox } from "../sandbox.js";
import type { Archive } from "./archives.js";

/** Imports what the lab's containerd does not have yet; a label there says which archive an image came from. */
export async function loadIntoLab(
  lab: Layout,
  sandbox: Sandbox,
  snapshotter: string,
  archives: readonly Archive[],
  log: Log,
): Promise<void> {
  const images = (...args: readonly string[]): Promise<string> =>
    runInside(sandbox, "ctr", ["-a", lab.containerdSocket, "-n", "k8s.io", "images", ...args]);
  for (const { reference, file } of archives) {
    const origin = path.basename(file);
    const found = await images("ls", "-q", `name==${reference},labels.${label}==${origin}`);
    if (found.trim() !== "") continue;
    await timed(`import of ${reference}`, log, () => images("import", "--snapshotter", snapshotter, file));
    await images("label", reference, `${label}=${origin}`);
  }
}

const label = "archive";

/** What loads an archive into a cluster of that context name; undefined where there is no such command. */
export function loadCommand(context: string, file: string): readonly [string, ...string[]] | undefined {
  if (context.startsWith("kind-")) {
    return ["kind", "load", "image-archive", file, "--name", context.slice("kind-".length)];
  }
  if (context.startsWith("minikube")) return ["minikube", "image", "load", file, "--profile", context];
  return undefined;
}

export async function loadIntoContext(
  context: string,
  archives: readonly Archive[],
  log: Log,
): Promise<void> {
  for (const { reference, file } of archives) {
    const command = loadCommand(context, file);
    if (command === undefined) {
      log(`Make ${reference} known to the nodes of ${context}; its archive is ${file}`);
      continue;
    }
    const [program, ...args] = command;
    await timed(`${program}: ${reference}`, log, () => run(program, args));
  }
}
