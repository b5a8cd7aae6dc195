/**
 * Runs argv in a container of a running pod and returns exit code and output.
 * Bounded in time and size: what it prints is used, so that too much of it is refused; of what it complains about the
 * beginning and the end are told. A line that breaks before the exit code is a retry: our scripts are idempotent.
 */
import type { KubernetesConnection } from "./connection.js";
import { bounded, most } from "../../plan/bounds.js";
import { RestoreFault, tooLarge } from "../../workflow/faults.js";
import { describe } from "./errors.js";
import { objects, parseObject, text } from "./json.js";
import { pathOf } from "./paths.js";
import { onMessage, openWebSocket } from "./websocket.js";

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const channels = { stdout: 1, stderr: 2, status: 3 } as const;
const limit = 600_000;

export async function execInPod(
  connection: KubernetesConnection,
  namespace: string,
  pod: string,
  container: string,
  argv: readonly string[],
): Promise<ExecResult> {
  const query = new URLSearchParams([
    ["container", container],
    ["stdout", "true"],
    ["stderr", "true"],
    ...argv.map((argument): [string, string] => ["command", argument]),
  ]);
  const path = `${pathOf("Pod", namespace, pod, "exec")}?${query.toString()}`;
  const socket = await openWebSocket(connection.transport, path);
  const stdout = new Output();
  const stderr = new Output();
  const where = `in container ${container} of pod ${pod}`;
  try {
    const status = await new Promise<string>((resolve, reject) => {
      let last: string | undefined;
      const timer = setTimeout(
        () => reject(broken(where, `it took more than ${limit / 60_000} minutes`)),
        limit,
      );
      onMessage(socket, (channel, content) => {
        if (channel === channels.stdout) stdout.add(content);
        if (channel === channels.stderr) stderr.add(content);
        if (channel === channels.status) last = content.toString("utf8");
      });
      socket.on("error", (cause) => reject(broken(where, describe(cause), cause)));
      socket.on("close", () => {
        clearTimeout(timer);
        if (last === undefined) reject(broken(where, "the connection ended before the command did"));
        else resolve(last);
      });
    });
    if (stdout.size > most.report)
      throw tooLarge(`The output of a command ${where}`, stdout.size, most.report);
    return { exitCode: exitCode(where, status), stdout: stdout.text(), stderr: stderr.told() };
  } finally {
    socket.terminate();
  }
}

function exitCode(where: string, source: string): number {
  const status = parseObject(source);
  if (text(status, "status") === "Success") return 0;
  const causes = objects(status, "details", "causes");
  const code = text(
    causes.find((cause) => text(cause, "reason") === "ExitCode"),
    "message",
  );
  if (code === undefined) throw broken(where, bounded(text(status, "message") ?? source));
  return Number(code);
}

function broken(where: string, why: string, cause?: unknown): RestoreFault {
  return new RestoreFault(
    "retry",
    "KubernetesRefused",
    `A command ${where} did not come to its end: ${why}`,
    {
      evidence: { text: why },
      cause,
    },
  );
}

/** An output of any length, of which a first and a last part are kept. */
class Output {
  private head = Buffer.alloc(0);
  private tail = Buffer.alloc(0);
  size = 0;

  add(chunk: Buffer): void {
    this.size += chunk.length;
    const taken = chunk.subarray(0, most.report - this.head.length);
    if (taken.length > 0) this.head = Buffer.concat([this.head, taken]);
    const rest = chunk.subarray(taken.length);
    if (rest.length > 0) this.tail = Buffer.concat([this.tail, rest]).subarray(-most.report);
  }

  /** Whole, where it is no longer than what is kept of a beginning. */
  text(): string {
    return this.head.toString("utf8");
  }

  /** Bounded, with the size that it had: what is left out between the two parts is far from either end. */
  told(): string {
    return bounded(Buffer.concat([this.head, this.tail]).toString("utf8"), most.text, this.size);
  }
}
