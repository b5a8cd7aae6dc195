/**
 * A process of the simulation: a generator that yields the milliseconds it is about to take, so that it can be
 * watched, killed or crashed between any two of its moves. What it said before that stays said.
 */
import type { Volume } from "./volume.js";

/** The end of a process: its exit code. */
export type Process = Generator<number, number, void>;

/** What a process sees and leaves. */
export interface Surroundings {
  /** Who it is, for messages: "job r-restore". */
  readonly who: string;
  /** Its own pod's name, where it can find that out: a Job's. */
  readonly pod?: string;
  readonly argv: readonly string[];
  /** Volumes by mount path. */
  readonly mounts: ReadonlyMap<string, Volume>;
  readonly now: () => number;
  readonly out: Output;
}

export class Output {
  readonly lines: string[] = [];
  readonly errors: string[] = [];
  /** /dev/termination-log */
  readonly report: string[] = [];

  say(line: string): void {
    this.lines.push(line);
  }

  complain(line: string): void {
    this.errors.push(line);
  }

  leave(key: string, value: string): void {
    this.report.push(`${key}=${value.replaceAll("\n", " ").slice(0, 1500)}`);
  }
}

/** What ends a script at once, as `die` does. */
export class Died extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}
