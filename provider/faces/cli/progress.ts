/**
 * Progress as it is seen: a bar that is redrawn in place on a terminal, a line for each change elsewhere, a JSON
 * object for each change for programs. Invariants: nothing but the engine's own words; a bar never wraps.
 */
import type { Progress } from "../../runtime/engine.js";
import { clockText } from "./words.js";
import type { Io } from "./io.js";

export interface ProgressView {
  readonly show: (progress: Progress) => void;
  /** A remark of ours between the lines of progress. */
  readonly say: (text: string) => void;
  /** Nothing more comes. */
  readonly end: () => void;
  /** Whether anything was shown: a run that had nothing to do shows none. */
  readonly shown: () => boolean;
}

/** @param steps the names of the steps in order, where they are known. */
export function progressView(io: Io, json: boolean, steps: readonly string[]): ProgressView {
  const began = io.now();
  const elapsed = (): string => clockText(io.now() - began);
  const position = (step: string): string => {
    const at = steps.indexOf(step);
    return at < 0 ? "" : `${String(at + 1).padStart(String(steps.length).length)}/${steps.length}`;
  };
  if (json) return jsonView(io);
  return io.columns() === undefined
    ? lineView(io, elapsed, position)
    : barView(io, elapsed, position, steps.length);
}

function jsonView(io: Io): ProgressView {
  let count = 0;
  return {
    show: (progress) => {
      count += 1;
      io.out(`${JSON.stringify({ type: "progress", ...progress })}\n`);
    },
    say: (message) => io.out(`${JSON.stringify({ type: "remark", message })}\n`),
    end: () => undefined,
    shown: () => count > 0,
  };
}

const percentStep = 5;

function lineView(io: Io, elapsed: () => string, position: (step: string) => string): ProgressView {
  let last = "";
  return {
    show: (progress) => {
      const { step, message, percent } = progress;
      // A message with a percentage counts as it goes: only every fifth percent is worth a line.
      const news =
        percent === undefined ? `${step} ${message}` : `${step} ${Math.floor(percent / percentStep)}`;
      if (news === last) return;
      last = news;
      io.err(`${elapsed()}  ${[position(step), describe(progress)].filter(Boolean).join(" ")}\n`);
    },
    say: (text) => io.err(`${elapsed()}  ${text}\n`),
    end: () => undefined,
    shown: () => last !== "",
  };
}

const redrawMs = 1_000;
const barWidth = 20;

function barView(
  io: Io,
  elapsed: () => string,
  position: (step: string) => string,
  total: number,
): ProgressView {
  let current: Progress | undefined;
  const wipe = (): void => {
    if (current) io.err("\r\u001b[K");
  };
  const draw = (): void => {
    if (!current) return;
    const at = position(current.step);
    const bar = at === "" ? "" : `${at} ${barText(Number.parseInt(at, 10) - 1, total)}`;
    const line = [elapsed(), bar, describe(current)].filter(Boolean).join(" ");
    // One character less: some terminals wrap as soon as the last column is filled.
    io.err(`\r\u001b[K${line.slice(0, Math.max(0, (io.columns() ?? 80) - 1))}`);
  };
  const stop = io.every(redrawMs, draw);
  return {
    show: (progress) => {
      current = progress;
      draw();
    },
    say: (text) => {
      wipe();
      io.err(`${text}\n`);
      draw();
    },
    end: () => {
      stop();
      wipe();
    },
    shown: () => current !== undefined,
  };
}

function barText(done: number, total: number): string {
  const filled = Math.round((done / Math.max(1, total)) * barWidth);
  return `${"█".repeat(filled)}${"░".repeat(barWidth - filled)}`;
}

function describe({ step, message, percent }: Progress): string {
  const [text = ""] = message.split("\n");
  return [`${step}:`, percent === undefined ? "" : `${Math.floor(percent)}%`, text].filter(Boolean).join(" ");
}
