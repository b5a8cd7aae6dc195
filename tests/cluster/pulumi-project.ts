/**
 * A throw-away Pulumi project with one restore in it, driven by the real CLI over the package as it is built from this
 * checkout. Its program is plain JavaScript: it runs as a user's would, only quicker.
 */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { Neo4jRestoreStatus, RestoreDocument } from "../../provider/spec/types.js";
import { asProcessEnvironment, pulumiEnvironment } from "../../tools/pulumi/index.js";

const root = path.join(__dirname, "..", "..");
const project = "story";

export interface Ended {
  readonly code: number | null;
  /** stdout and stderr as they came. */
  readonly output: string;
}

export interface Restored {
  readonly id?: string;
  readonly outputs?: { readonly status?: Neo4jRestoreStatus; readonly runId?: string };
}

export class PulumiProject {
  private constructor(
    private readonly folder: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async open(): Promise<PulumiProject> {
    await promisify(execFile)(process.execPath, [path.join(root, "tools/bootstrap.mjs")]);
    const folder = mkdtempSync(path.join(tmpdir(), "neo4j-restore-pulumi-"));
    const environment = asProcessEnvironment(
      await pulumiEnvironment(path.join(folder, "pulumi"), (line) => console.log(line)),
    );
    const made = new PulumiProject(folder, environment);
    made.write(
      "Pulumi.yaml",
      `name: ${project}\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n`,
    );
    made.write("package.json", JSON.stringify({ name: project, main: "index.js" }));
    mkdirSync(path.join(folder, "node_modules/@pulumi"), { recursive: true });
    symlinkSync(root, path.join(folder, "node_modules/pulumi-neo4j-restore"));
    symlinkSync(
      path.join(root, "node_modules/@pulumi/pulumi"),
      path.join(folder, "node_modules/@pulumi/pulumi"),
    );
    await made.pulumi("stack", "init", "dev");
    return made;
  }

  /** A program with this one restore. */
  declare(name: string, restore: RestoreDocument): void {
    const { apiVersion: _version, kind: _kind, ...args } = restore;
    const program = `new Neo4jRestore(${JSON.stringify(name)}, ${JSON.stringify(args)});`;
    this.write("index.js", `const { Neo4jRestore } = require("pulumi-neo4j-restore");\n${program}\n`);
  }

  up(): Promise<Ended> {
    return this.pulumi("up", "--yes", "--skip-preview");
  }

  destroy(): Promise<Ended> {
    return this.pulumi("destroy", "--yes", "--skip-preview");
  }

  /** The lock that a killed engine left. */
  async unlock(): Promise<void> {
    await this.pulumi("cancel", "--yes", "dev");
  }

  pulumi(...args: readonly string[]): Promise<Ended> {
    return this.start(...args).ended;
  }

  start(...args: readonly string[]): { readonly process: ChildProcess; readonly ended: Promise<Ended> } {
    const child = spawn("pulumi", ["--non-interactive", "--color", "never", ...args], {
      cwd: this.folder,
      env: { ...process.env, ...this.environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => setImmediate(() => resolve({ code, output })));
    });
    return { process: child, ended };
  }

  /** The restore in the state, read from the backend's own file. */
  restored(): Restored | undefined {
    const file = path.join(this.folder, `pulumi/stacks/.pulumi/stacks/${project}/dev.json`);
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
      checkpoint: { latest?: { resources?: readonly (Restored & { type: string })[] } };
    };
    return checkpoint.latest?.resources?.find(({ type }) => type.endsWith(":Neo4jRestore"));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private write(name: string, text: string): void {
    writeFileSync(path.join(this.folder, name), text);
  }
}
