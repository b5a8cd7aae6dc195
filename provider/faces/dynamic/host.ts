// The process that Pulumi starts for dynamic providers, as the face sees it: a log on the engine's display and the
// shield around work in flight. Importing this module has no effect; calling processHost once takes the process over.

import { fstatSync } from "node:fs";
import { engineLog, type EngineLog } from "./engine-log.js";
import { interruption, type Shield } from "./interruption.js";

export interface Host {
  readonly log: EngineLog;
  readonly shield: Shield;
}

/** The host of this very process: the engine's address is its first argument, and its stdin ends when the engine dies. */
export function processHost(): Host {
  const log = engineLog(process.argv[2]);
  const { shield, abandon } = interruption(process, () => log.flush());
  const stdin = fstatSync(0);
  // Only a pipe tells of the engine's end; a terminal or /dev/null says nothing.
  if (stdin.isFIFO() || stdin.isSocket()) {
    process.stdin.once("end", () => {
      // Nobody reads these any more, and a broken pipe must not end a roll-back.
      for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
      abandon();
    });
    process.stdin.resume();
  }
  return { log, shield };
}
