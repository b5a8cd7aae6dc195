/**
 * A throw-away Pulumi project with one restore in it, driven by the real CLI over the package as it is built from this
 * checkout. Its program is plain JavaScript: it runs as a user's would, only quicker.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import type { Neo4jRestoreStatus, RestoreDocument } from "../../provider/spec/types.js";
import { startPulumi, type Ended, type Running } from "../pulumi-cli.js";
import { asProcessEnvironment, pulumiEnvironment } from "../../tools/pulumi/index.js";

const root = path.join(__dirname, "..", "..");
const project = "story";

export interface Restored {
  readonly id?: string;
  readonly outputs?: {
    readonly metadata?: { readonly name?: string };
    readonly status?: Neo4jRestoreStatus;
    readonly runId?: string;
  };
}

export class PulumiProject {
  private constructor(
    private readonly folder: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** @param plugins folders with more of the engine's plugins */
  static async open(
    variables: Readonly<Record<string, string>> = {},
    plugins: readonly string[] = [],
  ): Promise<PulumiProject> {
    await promisify(execFile)(process.execPath, [path.join(root, "tools/bootstrap.mjs")]);
    const folder = mkdtempSync(path.join(tmpdir(), "neo4j-restore-pulumi-"));
    const pulumi = await pulumiEnvironment(path.join(folder, "pulumi"), (line) => console.log(line));
    const complete = { ...pulumi, path: [...pulumi.path, ...plugins] };
    const environment = { ...asProcessEnvironment(complete), ...variables };
    const made = new PulumiProject(folder, environment);
    made.write(
      "Pulumi.yaml",
      `name: ${project}\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n`,
    );
    made.write("package.json", JSON.stringify({ name: project, main: "index.js" }));
    mkdirSync(path.join(folder, "node_modules/@pulumi"), { recursive: true });
    symlinkSync(root, path.join(folder, "node_modules/pulumi-neo4j-restore"));
    for (const name of ["@pulumi/pulumi", "@pulumi/kubernetes"])
      symlinkSync(path.join(root, "node_modules", name), path.join(folder, "node_modules", name));
    await made.pulumi("stack", "init", "dev");
    return made;
  }

  /** A program with this one restore. */
  declare(name: string, restore: RestoreDocument): void {
    const { apiVersion: _version, kind: _kind, ...args } = restore;
    const program = `new Neo4jRestore(${JSON.stringify(name)}, ${JSON.stringify(args)});`;
    this.write("index.js", `const { Neo4jRestore } = require("pulumi-neo4j-restore");\n${program}\n`);
  }

  /** A program as it is written. */
  program(text: string): void {
    this.write("index.js", text);
  }

  /** A program of the examples folder, with its configuration. */
  async useExample(name: string, config: Readonly<Record<string, string>>): Promise<void> {
    const source = readFileSync(path.join(root, "examples", name, "index.ts"), "utf8");
    const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
    this.write("index.js", ts.transpileModule(source, { compilerOptions }).outputText);
    for (const [key, value] of Object.entries(config)) await this.pulumi("config", "set", key, value);
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

  start(...args: readonly string[]): Running {
    return startPulumi(args, { folder: this.folder, environment: this.environment });
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
