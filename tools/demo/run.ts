// Programs that the demo starts, their output passed on line by line; one that fails ends the demo.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { LabEnvironment } from "../lab/index.js";

export interface Run {
  readonly cwd: string;
  readonly environment: LabEnvironment;
  readonly say: (line: string) => void;
}

/** @returns what it printed. */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, environment, say }: Run,
): Promise<string> {
  const path = [...environment.path, process.env["PATH"] ?? ""].join(":");
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...environment.variables, PATH: path, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (line.trim() !== "") say(line);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with exit code ${code ?? "none"}`);
  return lines.join("\n");
}
