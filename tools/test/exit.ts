/** How the programs of the tests end: with their children's exit code, and with 2 and one message where they could not begin. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** 1 where a signal ended it. */
export async function exitCodeOf(child: ChildProcess): Promise<number> {
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}

export function endWith(code: Promise<number>): void {
  code.then(
    (ended) => {
      process.exitCode = ended;
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 2;
    },
  );
}
