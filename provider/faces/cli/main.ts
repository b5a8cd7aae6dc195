#!/usr/bin/env node
// The executable: this process as `io`, the real engine, the exit code, and errors that nobody waits for.

import { main } from "./cli.js";
import { processIo } from "./io.js";

const bug = (error: unknown): void => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`neo4j-restore: a bug: ${text}\n`);
};

// An error that nobody waits for ends no restore in the middle: whoever waits for an answer has a limit.
process.on("unhandledRejection", bug).on("uncaughtException", bug);

// Loaded when first needed: help and complaints about a document do without Kubernetes and Neo4j clients.
main(process.argv.slice(2), processIo(), async (connection, modes, tell) =>
  (await import("../../compose.js")).openEngine(connection, modes, tell),
).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    bug(error);
    process.exitCode = 1;
  },
);
