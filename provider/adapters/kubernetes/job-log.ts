/** The last lines of a Job's log: its progress while it runs, the evidence when it failed. Bounded. */
import { boundedLines, most } from "../../plan/bounds.js";
import type { Api } from "./api.js";
import { isRefusal } from "./errors.js";
import { pathOf } from "./paths.js";

export async function lastLines(
  api: Api,
  namespace: string,
  pod: string,
  container: string,
): Promise<readonly string[]> {
  const path = pathOf("Pod", namespace, pod, "log");
  try {
    const log = await api.text(path, { container, tailLines: String(most.lines), limitBytes: "65536" });
    const lines = log.split("\n").map((line) => line.trimEnd());
    return boundedLines(lines.filter((line) => line !== ""));
  } catch (error) {
    // The log went with its container or may not be read: the Job's end is known without it.
    if (isRefusal(error, 400, 404, 500)) return [];
    if (isRefusal(error, 403)) return [`(the log may not be read: ${error.evidence?.text ?? "forbidden"})`];
    throw error;
  }
}
