// How a test tells the double what to do and learns what it did: three files in the project's folder.

/** What the double does when it is asked to run (or record) once. */
export interface Turn {
  readonly ends: "Completed" | "Failed";
  /** What to report on the way. */
  readonly progress?: readonly {
    readonly step: string;
    readonly message: string;
    readonly percent?: number;
  }[];
  /**
   * Wait, outside or inside the interruption window, until the test writes the release file or the run is to give up.
   * Outside the window giving up is immediate; inside, it takes `rollbackMs` first.
   */
  readonly holds?: "outside" | "inside";
  readonly rollbackMs?: number;
  /** Answer with a status that JSON can't carry. */
  readonly unclean?: boolean;
}

/** Turns per restore; the last one repeats. */
export type Script = Readonly<Record<string, readonly Turn[]>>;

/** What the double keeps of a restore, as the journal in a cluster would. */
export interface Entry {
  readonly runId: string;
  readonly owner: string;
  readonly phase: "Running" | "Completed" | "Failed";
  /** The database is out of service: must never be left so. */
  readonly interrupted: boolean;
  readonly turns: number;
}

export interface Call {
  readonly method: "open" | "close" | "run" | "record" | "status" | "remove";
  /** The host and the shell that started it. */
  readonly pids: readonly [number, number];
  readonly name?: string;
  readonly namespace?: string;
  readonly owner?: string;
  readonly runId?: string;
  readonly spec?: unknown;
}

export const scriptFile = "double-script.json";
/** While it is there, no engine can be opened: the cluster doesn't answer. */
export const unreachableFile = "double-unreachable";
export const releaseFile = "double-release";
export const callsFile = "double-calls.jsonl";
export const journalFile = (name: string): string => `double-journal-${name}.json`;
