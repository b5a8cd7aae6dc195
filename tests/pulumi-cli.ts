/** The real Pulumi CLI as a child of a test: never interactive, its output kept as it came. */
import { spawn, type ChildProcess } from "node:child_process";

export interface Ended {
  readonly code: number | null;
  /** stdout and stderr as they came. */
  readonly output: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

export function startPulumi(
  args: readonly string[],
  place: { readonly folder: string; readonly environment: Readonly<Record<string, string>> },
): Running {
  const child = spawn("pulumi", ["--non-interactive", "--color", "never", ...args], {
    cwd: place.folder,
    env: { ...process.env, ...place.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    // "exit", not "close": an orphan that keeps the pipe open is for a test to find, not to wait for.
    child.once("exit", (code) => setImmediate(() => resolve({ code, output })));
  });
  return { process: child, ended };
}
