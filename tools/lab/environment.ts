// `env`: what a shell, a test or the demo needs to use the lab: its kubeconfig, kubectl, and a Pulumi engine with
// its own state.

import path from "node:path";
import { pulumiEnvironment } from "../pulumi/index.js";
import { cacheRoot, findOnPath, type Log } from "../resolve/tool.js";
import { nodeBinaries } from "./binaries.js";
import { layout } from "./layout.js";

export interface LabEnvironment {
  /** Folders to put in front of PATH. */
  readonly path: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** With a context of the user's, kubeconfig and kubectl are the user's too. */
export async function labEnvironment(
  options: { readonly context?: string },
  log: Log,
): Promise<LabEnvironment> {
  const pulumi = await pulumiEnvironment(path.join(cacheRoot(), "lab-pulumi"), log);
  if (options.context !== undefined) return { path: pulumi.path, variables: pulumi.env };
  const kubectl = (await findOnPath("kubectl")) === undefined ? [await nodeBinaries(log)] : [];
  return {
    path: [...pulumi.path, ...kubectl],
    variables: { ...pulumi.env, KUBECONFIG: layout().kubeconfig, ...withoutProxy() },
  };
}

/** Lines for `eval`. */
export function exportLines({ path: folders, variables }: LabEnvironment): string {
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`);
  return [...lines, `export PATH=${folders.map(quote).join(":")}:"$PATH"`].join("\n");
}

export const quote = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/** kubectl would send a request to the lab's address through a configured proxy. */
function withoutProxy(): Record<string, string> {
  const set = ["HTTPS_PROXY", "https_proxy"].some((name) => process.env[name] !== undefined);
  if (!set) return {};
  const others = process.env["NO_PROXY"] ?? process.env["no_proxy"];
  return { NO_PROXY: [others, layout().labAddress].filter(Boolean).join(",") };
}
