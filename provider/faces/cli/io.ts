/**
 * What the command needs of its process, so that a test can play it. Results go to `out`; progress, remarks and
 * complaints go to `err`, so that a pipe holds results only.
 */
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";

export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Characters in a line of the terminal behind `err`; undefined where it is none. */
  readonly columns: () => number | undefined;
  /** The whole of a file, or of standard input for "-". */
  readonly read: (file: string) => Promise<string>;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Calls back every so often until the returned function is called; does not keep the process alive. */
  readonly every: (ms: number, tick: () => void) => () => void;
  /** Ctrl-C and what a service manager sends, until the returned function is called. */
  readonly onInterrupt: (listener: () => void) => () => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
}

const interrupts = ["SIGINT", "SIGTERM"] as const;

export function processIo(): Io {
  const { stdout, stderr, stdin } = process;
  // A reader that went away (`| head`, a closed terminal) must not end a roll-back.
  for (const stream of [stdout, stderr]) stream.on("error", () => undefined);
  // Nor is a closed terminal, or a connection to it that broke, somebody's wish: the work goes on to its end.
  process.on("SIGHUP", () => undefined);
  return {
    out: (line) => void stdout.write(line),
    err: (line) => void stderr.write(line),
    columns: () => (stderr.isTTY ? stderr.columns : undefined),
    read: (file) => (file === "-" ? text(stdin) : readFile(file, "utf8")),
    now: () => performance.now(),
    every: (ms, tick) => {
      const timer = setInterval(tick, ms).unref();
      return () => clearInterval(timer);
    },
    onInterrupt: (listener) => {
      for (const signal of interrupts) process.on(signal, listener);
      return () => {
        for (const signal of interrupts) process.off(signal, listener);
      };
    },
    exit: (code) => process.exit(code),
  };
}
