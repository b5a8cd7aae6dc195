// A complete Pulumi engine, as a PATH entry and environment variables. State goes to files in a folder of the caller's,
// so nothing here touches the user's own stacks or login.

import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { Log } from "../resolve/tool.js";
import { resolvePulumi } from "./cli.js";

export interface PulumiEnvironment {
  /** Folders to put in front of PATH. */
  readonly path: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A Pulumi engine that keeps stacks, settings and plugins below `stateDir`. */
export async function pulumiEnvironment(stateDir: string, log: Log): Promise<PulumiEnvironment> {
  const [home, stacks] = [path.join(stateDir, "home"), path.join(stateDir, "stacks")];
  await Promise.all([home, stacks].map((folder) => mkdir(folder, { recursive: true })));
  return {
    path: [await resolvePulumi(log)],
    env: {
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${stacks}`,
      PULUMI_CONFIG_PASSPHRASE: "local",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    },
  };
}

/** The variables for a child process, PATH included. */
export const asProcessEnvironment = ({ path: folders, env }: PulumiEnvironment): Record<string, string> => ({
  ...env,
  PATH: [...folders, process.env["PATH"] ?? ""].join(path.delimiter),
});
