/** The command line as a user types it, in a process of its own, against the lab. */
import { spawn } from "node:child_process";
import { on } from "node:events";
import { text } from "node:stream/consumers";
import { programs } from "./programs.js";
import { kubeconfig } from "./stage.js";

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  /** Ctrl-C; resolves once the command has said this. */
  press(answer: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Starts the command, with a document on its standard input where there is one. */
export function command(argv: readonly string[], document = ""): Running {
  const child = spawn(process.execPath, [programs.cli, ...argv, "--kubeconfig", kubeconfig]);
  const code = new Promise<number | null>((resolve) => child.once("close", resolve));
  const texts = Promise.all([text(child.stdout), text(child.stderr)]);
  child.stdin.end(document);
  return {
    press: async (answer) => {
      child.kill("SIGINT");
      let said = "";
      for await (const [chunk] of on(child.stderr, "data", { close: ["end"] }))
        if ((said += String(chunk)).includes(answer)) return;
      throw new Error(`the command did not say "${answer}"`);
    },
    ended: Promise.all([code, texts]).then(([code, [out, err]]) => ({ code, out, err })),
  };
}
