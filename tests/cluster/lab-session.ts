// The lab for the length of a test run: brought up before it, and taken down after it only if this run brought it up.

import { execFileSync } from "node:child_process";
import path from "node:path";
import { labDown } from "../../tools/lab/down.js";
import { layout } from "../../tools/lab/layout.js";
import { storeKinds } from "../../tools/lab/stores/kinds.js";
import { resolveStore } from "../../tools/lab/stores/programs.js";
import { findWholeLab, labUp } from "../../tools/lab/up.js";

const log = (line: string): void => console.log(line);

/** @returns what ends the session. */
export async function beginLabSession(): Promise<() => Promise<void>> {
  execFileSync(process.execPath, [path.join(__dirname, "..", "..", "tools", "bootstrap.mjs")], {
    stdio: "inherit",
  });
  const wasUp = (await findWholeLab(layout())) !== undefined;
  await labUp({}, log);
  // Built here where they are missing: no test's time is for that.
  for (const kind of storeKinds) await resolveStore(kind, log);
  return async () => {
    if (!wasUp) await labDown(log);
  };
}
