// One stack of a throw-away project, driven by the real Pulumi CLI. Programs are plain JavaScript: they run as a user's
// would, only quicker.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  watch,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  callsFile,
  journalFile,
  releaseFile,
  scriptFile,
  unreachableFile,
  type Call,
  type Entry,
  type Script,
} from "./double/script.js";
import { startPulumi, type Ended, type Running } from "../pulumi-cli.js";
import { environmentFile, modulesFolder, packageFolder } from "./shared.js";

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly initErrors?: readonly string[];
}

export interface State {
  readonly resources?: readonly StateResource[];
  readonly pending_operations?: readonly { readonly type: string; readonly resource: StateResource }[];
}

const restoreType = "pulumi-nodejs:dynamic/neo4j:Neo4jRestore";

/** A valid spec for the program's text. */
export const spec = (more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  clusterRef: "graph",
  databaseName: "orders",
  source: { type: "backup", backupRef: "nightly" },
  force: true,
  ...more,
});

export class TestStack {
  readonly folder: string;
  private readonly environment: Record<string, string>;

  constructor(private readonly name: string) {
    this.environment = JSON.parse(readFileSync(environmentFile, "utf8")) as Record<string, string>;
    this.folder = mkdtempSync(path.join(tmpdir(), `neo4j-restore-${name}-`));
    this.write("Pulumi.yaml", `name: ${name}\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n`);
    this.write("package.json", JSON.stringify({ name, main: "index.js" }));
    this.script({});
    mkdirSync(this.file("node_modules/@pulumi"), { recursive: true });
    symlinkSync(packageFolder, this.file("node_modules/pulumi-neo4j-restore"));
    symlinkSync(path.join(modulesFolder, "@pulumi/pulumi"), this.file("node_modules/@pulumi/pulumi"));
    // A backend of its own, so that stacks of other tests are neither locked nor listed.
    mkdirSync(this.file("stacks"));
    this.environment["PULUMI_BACKEND_URL"] = `file://${this.file("stacks")}`;
  }

  /** The body of a program that knows `pulumi`, `Neo4jRestore` and `out` (exports). */
  program(body: string): this {
    const head = `const pulumi = require("@pulumi/pulumi");\nconst { Neo4jRestore } = require("pulumi-neo4j-restore");\nconst out = exports;\n`;
    return this.write("index.js", head + body);
  }

  /** A program with one restore. */
  restore(args: unknown, name = "orders"): this {
    return this.program(`const r = new Neo4jRestore(${JSON.stringify(name)}, ${JSON.stringify(args)});
out.phase = r.status.apply((status) => status.phase);
out.runId = r.runId;\n`);
  }

  script(script: Script): this {
    return this.write(scriptFile, JSON.stringify(script));
  }

  async init(): Promise<this> {
    await this.pulumi("stack", "init", "dev");
    return this;
  }

  /** `up` without the preview, unless the arguments say otherwise. */
  up(...args: readonly string[]): Promise<Ended> {
    return this.pulumi("up", "--yes", "--skip-preview", ...args);
  }

  pulumi(...args: readonly string[]): Promise<Ended> {
    return this.start(...args).ended;
  }

  start(...args: readonly string[]): Running {
    return startPulumi(args, { folder: this.folder, environment: this.environment });
  }

  /** What the backend holds: its own file, because asking the CLI for it takes a second. */
  state(): State {
    const file = this.file(`stacks/.pulumi/stacks/${this.name}/dev.json`);
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as { checkpoint: { latest?: State } };
    return checkpoint.latest ?? {};
  }

  /** The restores in the state. */
  restores(): StateResource[] {
    return (this.state().resources ?? []).filter(({ type }) => type === restoreType);
  }

  /** The only restore in the state, or the only one of that name. */
  restored(name?: string): StateResource {
    const [found, ...more] = this.restores().filter(
      ({ urn }) => name === undefined || urn.endsWith(`::${name}`),
    );
    if (found === undefined || more.length > 0)
      throw new Error(`${more.length + (found ? 1 : 0)} restores in the state`);
    return found;
  }

  /** What the double was asked, without the opening and closing. */
  calls(): Call[] {
    return this.allCalls().filter(({ method }) => method !== "open" && method !== "close");
  }

  allCalls(): Call[] {
    if (!existsSync(this.file(callsFile))) return [];
    const lines = readFileSync(this.file(callsFile), "utf8").trim().split("\n");
    return lines.map((line) => JSON.parse(line) as Call);
  }

  methods(): string[] {
    return this.calls().map(({ method }) => method);
  }

  journal(name = "orders"): Entry | undefined {
    const file = this.file(journalFile(name));
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Entry) : undefined;
  }

  /** How long ago the double was last asked something. */
  idleMs(): number {
    return Date.now() - statSync(this.file(callsFile)).mtimeMs;
  }

  /** Loses the journal, as a deleted namespace does. */
  forget(name = "orders"): void {
    rmSync(this.file(journalFile(name)));
  }

  reachable(answers: boolean): this {
    if (answers) rmSync(this.file(unreachableFile));
    else this.write(unreachableFile, "");
    return this;
  }

  release(): void {
    this.write(releaseFile, "");
  }

  /** Waits for the double to write something that makes this true. */
  async until(holds: () => boolean): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve) => {
      const watcher = watch(this.folder, () => {
        if (!holds()) return;
        watcher.close();
        resolve();
      });
    });
  }

  /** The dynamic hosts that served this project, and their shells, which still run. */
  survivors(): number[] {
    return [...new Set(this.allCalls().flatMap(({ pids }) => pids))].filter(isAlive);
  }

  /** Waits until none of them runs any more. They are no children of ours, so there is only asking. */
  async deserted(withinMs: number): Promise<void> {
    const late = performance.now() + withinMs;
    while (this.survivors().length > 0 && performance.now() < late) await delay(20);
    expect(this.survivors()).toEqual([]);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  write(name: string, text: string): this {
    writeFileSync(this.file(name), text);
    return this;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
