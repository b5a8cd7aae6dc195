// A restore engine that restores nothing: it follows a script and keeps a journal in files, so that the tests can ask
// what the real Pulumi engine and our face did with it. It keeps the promises of the facade it implements.

import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Engine, RunOptions, RunReport } from "../../../provider/runtime/engine.js";
import type { RestoreRequest } from "../../../provider/spec/request.js";
import {
  callsFile,
  journalFile,
  releaseFile,
  scriptFile,
  unreachableFile,
  type Call,
  type Entry,
  type Script,
} from "./script.js";

const namespaceOf = (namespace: string | undefined): string => namespace ?? "default";

/** What the double says that it acts on. */
export const place = "context double, server double.example.com:6443";

export function openDouble(
  _connection: unknown,
  _modes: unknown,
  tell: (place: string) => void,
): Promise<Engine> {
  tell(place);
  log({ method: "open" });
  // With an id, as errors of other libraries may have one: the host must not take it for a run's.
  const unreachable = Object.assign(new Error("cluster unreachable\nsecond line"), { id: "not-a-run" });
  if (existsSync(unreachableFile)) return Promise.reject(unreachable);
  const unsupported = (): Promise<never> => Promise.reject(new Error("the double does not do this"));
  return Promise.resolve({
    plan: unsupported,
    run: (request, options) => take("run", request, options),
    record: (request, options) => take("record", request, options),
    standing: unsupported,
    driver: unsupported,
    status: ({ name, namespace }) => {
      log({ method: "status", name });
      const entry = readEntry(name);
      return Promise.resolve(entry && report(name, namespaceOf(namespace), entry));
    },
    remove: ({ name, runId }, { owner }) => {
      log({ method: "remove", name, runId, owner });
      const entry = readEntry(name);
      if (entry?.runId === runId && entry.owner === owner) rmSync(journalFile(name));
      return Promise.resolve();
    },
    undo: unsupported,
    discard: unsupported,
    discardAside: unsupported,
    resume: unsupported,
    release: unsupported,
    close: () => {
      log({ method: "close" });
      return Promise.resolve();
    },
  });
}

async function take(
  method: "run" | "record",
  request: RestoreRequest,
  options: RunOptions,
): Promise<RunReport> {
  const { name, namespace, spec, trigger } = request;
  const { owner, signal, onProgress } = options;
  log({ method, name, owner, spec, ...(namespace === undefined ? {} : { namespace }) });
  const script = JSON.parse(readFileSync(scriptFile, "utf8")) as Script;
  const turns = script[name] ?? [];
  const before = readEntry(name);
  const turn = turns[Math.min(before?.turns ?? 0, turns.length - 1)] ?? { ends: "Completed" as const };
  const runId =
    before && method === "run" && before.phase !== "Completed" ? before.runId : `run-${trigger ?? "1"}`;
  const entry: Entry = {
    runId,
    owner,
    phase: "Running",
    interrupted: false,
    turns: (before?.turns ?? 0) + 1,
  };

  writeEntry(name, entry);
  for (const progress of turn.progress ?? []) onProgress(progress);
  if (turn.holds) {
    writeEntry(name, { ...entry, interrupted: turn.holds === "inside" });
    await released(signal);
    if (signal.aborted && turn.holds === "inside") await delay(turn.rollbackMs ?? 0);
  }
  const phase = signal.aborted ? (turn.holds === "inside" ? "Failed" : "Running") : turn.ends;
  const after: Entry = { ...entry, phase, interrupted: false };
  writeEntry(name, after);
  const outcome = report(name, namespaceOf(namespace), after);
  const unclean = { stats: { duration: undefined, fileCount: Number.NaN }, target: undefined };
  return turn.unclean
    ? ({ ...outcome, status: { ...outcome.status, ...unclean } } as unknown as RunReport)
    : outcome;
}

function report(name: string, namespace: string, { runId, phase }: Entry): RunReport {
  const status = { phase, message: `double is ${phase}`, runId };
  const done = { name, namespace, runId, status };
  if (phase === "Completed") return done;
  const failure = {
    reason: "VerifyFailed",
    message: `${name} did not restore`,
    hints: ["run neo4j-restore status"],
  };
  return { ...done, failure };
}

/** Until the release file is there, or the run is to give up. */
async function released(signal: AbortSignal): Promise<void> {
  if (existsSync(releaseFile) || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const watcher = watch(".", () => existsSync(releaseFile) && end());
    const end = (): void => {
      watcher.close();
      resolve();
    };
    signal.addEventListener("abort", end, { once: true });
    if (existsSync(releaseFile)) end();
  });
}

const log = (call: Omit<Call, "pids">): void =>
  appendFileSync(callsFile, `${JSON.stringify({ ...call, pids: [process.pid, process.ppid] })}\n`);

const readEntry = (name: string): Entry | undefined =>
  existsSync(journalFile(name)) ? (JSON.parse(readFileSync(journalFile(name), "utf8")) as Entry) : undefined;

/** Whole or not at all: tests read it while it is written. */
function writeEntry(name: string, entry: Entry): void {
  writeFileSync(`${journalFile(name)}.new`, JSON.stringify(entry));
  renameSync(`${journalFile(name)}.new`, journalFile(name));
}
