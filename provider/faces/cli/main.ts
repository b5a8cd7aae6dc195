#!/usr/bin/env node
// The executable: this process as `io`, the real engine, and the exit code. Nothing else.

import { main } from "./cli.js";
import { processIo } from "./io.js";

// Loaded when first needed: help and complaints about a document do without Kubernetes and Neo4j clients.
main(process.argv.slice(2), processIo(), async (connection, modes) =>
  (await import("../../compose.js")).openEngine(connection, modes),
).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(
      `neo4j-restore: a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 1;
  },
);
