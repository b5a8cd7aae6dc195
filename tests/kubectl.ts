/** The real kubectl, as a person types it: output and exit code as they came. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { nodeBinaries } from "../tools/lab/binaries.js";
import { findOnPath } from "../tools/resolve/tool.js";

export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What is installed, else the lab's own. */
export async function findKubectl(): Promise<string> {
  const log = (line: string): void => console.log(line);
  return (await findOnPath("kubectl")) ?? path.join(await nodeBinaries(log), "kubectl");
}

/** @returns when it has ended. */
export function kubectlIn(
  folder: string,
  { kubectl, kubeconfig }: { readonly kubectl: string; readonly kubeconfig: string },
): (...args: readonly string[]) => Said {
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  return (...args) => {
    const { status, stdout, stderr } = spawnSync(kubectl, args, { cwd: folder, env, encoding: "utf8" });
    return { code: status, out: stdout, err: stderr };
  };
}
