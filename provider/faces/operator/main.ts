#!/usr/bin/env node
// The executable: this process's arguments, signals and exit code around operate(). Nothing else.

import { openOperatorWorld } from "../../compose.js";
import { explain } from "../../runtime/explain.js";
import { readSettings, usage, type Settings } from "./arguments.js";
import { jsonLog } from "./log.js";
import { createMetrics } from "./metrics.js";
import { operate } from "./operator.js";

const exitUsage = 64;

async function start(settings: Settings): Promise<number> {
  const leave = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => leave.abort());
  const log = jsonLog(
    settings.logLevel,
    (line) => void process.stdout.write(line),
    () => Date.now(),
  );
  const { kubeconfig, context } = settings;
  const connection = {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  };
  try {
    const tell = (place: string): void => log("info", `works on: ${place}`);
    const world = await openOperatorWorld(connection, settings.apiGroup, tell);
    return (await operate(world, settings, { log, metrics: createMetrics() }, leave.signal)) ? 0 : 1;
  } catch (error) {
    const failure = explain(error);
    const message =
      failure?.message ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
    log("error", message, { reason: failure?.reason ?? "Bug" });
    return 1;
  }
}

const answer = readSettings(process.argv.slice(2), process.env);
if (answer.ok) {
  void start(answer.settings).then((code) => {
    process.exitCode = code;
  });
} else {
  process.stderr.write(`neo4j-restore-operator: ${answer.message}\n\n${usage}`);
  process.exitCode = exitUsage;
}
