/** A console that a test plays: what was written where, a clock that stands still unless moved, Ctrl-C on demand. */
import { main, type OpenEngine } from "../../../provider/faces/cli/cli.js";
import type { Io } from "../../../provider/faces/cli/io.js";
import type { Engine, RunOptions, RunReport } from "../../../provider/runtime/engine.js";
import type { ConnectionArgs, Neo4jRestoreStatus } from "../../../provider/spec/types.js";

export interface Played {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Codes of exits without waiting. */
  readonly exits: readonly number[];
}

/** What the engine is found at, as the kubeconfig has it. */
export const place = "context here, server api.example.com:6443";

export class Console {
  out = "";
  err = "";
  readonly exits: number[] = [];
  readonly opened: (ConnectionArgs | undefined)[] = [];
  closed = 0;
  time = 0;
  private readonly listeners = new Set<() => void>();
  private readonly ticks = new Set<() => void>();

  constructor(
    private readonly files: Readonly<Record<string, string>> = {},
    private readonly columns?: number,
  ) {}

  /** Ctrl-C. */
  press(): void {
    for (const listener of this.listeners) listener();
  }

  /** Time passes on the console's clock. */
  pass(ms: number): void {
    this.time += ms;
    for (const tick of this.ticks) tick();
  }

  /** Nothing of a command is left listening or ticking. */
  get isQuiet(): boolean {
    return this.listeners.size === 0 && this.ticks.size === 0;
  }

  async play(argv: readonly string[], engine: Partial<Engine> | (() => Promise<Engine>)): Promise<Played> {
    const code = await main(argv, this.io(), this.opener(engine));
    return { code, out: this.out, err: this.err, exits: this.exits };
  }

  private opener(engine: Partial<Engine> | (() => Promise<Engine>)): OpenEngine {
    return (connection, _modes, tell) => {
      this.opened.push(connection);
      tell(place);
      if (typeof engine === "function") return engine();
      const close = (): Promise<void> => {
        this.closed += 1;
        return Promise.resolve();
      };
      return Promise.resolve({ ...neverAsked, close, ...engine });
    };
  }

  private io(): Io {
    return {
      out: (text) => (this.out += text),
      err: (text) => (this.err += text),
      columns: () => this.columns,
      read: (file) => {
        const text = this.files[file];
        return text === undefined
          ? Promise.reject(
              Object.assign(new Error(`ENOENT: no such file, open '${file}'`), { code: "ENOENT" }),
            )
          : Promise.resolve(text);
      },
      now: () => this.time,
      every: (_ms, tick) => subscribe(this.ticks, tick),
      onInterrupt: (listener) => subscribe(this.listeners, listener),
      exit: (code) => this.exits.push(code),
    };
  }
}

function subscribe(set: Set<() => void>, one: () => void): () => void {
  set.add(one);
  return () => set.delete(one);
}

const unexpected = (): Promise<never> => Promise.reject(new Error("the engine was not to be asked for this"));

const neverAsked: Omit<Engine, "close"> = {
  plan: unexpected,
  run: unexpected,
  record: unexpected,
  status: unexpected,
  standing: unexpected,
  driver: unexpected,
  remove: unexpected,
  undo: unexpected,
  discard: unexpected,
  discardAside: unexpected,
  resume: unexpected,
  release: unexpected,
};

export const yaml = `apiVersion: neo4j.neo4j.com/v1beta1
kind: Neo4jRestore
metadata:
  name: back-to-monday
  namespace: shop
spec:
  clusterRef: solo
  databaseName: orders
  force: true
  source:
    type: backup
    backupRef: nightly
`;

export function report(status: Partial<Neo4jRestoreStatus> = {}, failure?: RunReport["failure"]): RunReport {
  const base = { name: "back-to-monday", namespace: "shop", runId: "run0000001" };
  const whole = { phase: "Completed", message: "database orders serves the backup", ...status } as const;
  return { ...base, status: whole, ...(failure ? { failure } : {}) };
}

/** Work that shows these steps, then answers. */
export function working(
  answer: RunReport,
  ...steps: readonly string[]
): (asked: unknown, options: RunOptions) => Promise<RunReport> {
  return (_asked, { onProgress }) => {
    for (const step of steps) onProgress({ step, message: `doing ${step}` });
    return Promise.resolve(answer);
  };
}
