// The package as a stranger gets it: packed, installed into an empty TypeScript project, type-checked strictly with
// nothing skipped, and run by the real Pulumi engine. No cluster: the run itself ends at a server that isn't there.

import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { version as kubernetesVersion } from "@pulumi/kubernetes/package.json";
import { version as sdkVersion } from "@pulumi/pulumi/package.json";
import { version as typescriptVersion } from "typescript";
import { environmentFile } from "../engine/shared.js";

jest.setTimeout(300_000);

const root = path.join(__dirname, "..", "..");

const program = `import * as pulumi from "@pulumi/pulumi";
import { Neo4jRestore, type Neo4jRestoreArgs } from "pulumi-neo4j-restore";

const config = new pulumi.Config();
const args: Neo4jRestoreArgs = {
  metadata: { namespace: pulumi.output("prod") },
  connection: { kubeconfig: config.require("kubeconfig"), context: config.get("context") },
  spec: {
    clusterRef: "graph",
    databaseName: "orders",
    source: { type: "backup", backupRef: "nightly" },
    options: { replaceExisting: true, postRestore: { cypherStatements: [pulumi.interpolate\`RETURN 1\`] } },
  },
};
const restore = new Neo4jRestore("orders", args);
export const phase: pulumi.Output<string> = restore.status.phase;
export const from: pulumi.Output<string | undefined> = restore.status.apply((status) => status.backupInfo?.backupPath);
`;

const operatorProgram = `import * as pulumi from "@pulumi/pulumi";
import { Neo4jRestoreCrd, Neo4jRestoreOperator, Neo4jRestoreOperatorArgs } from "pulumi-neo4j-restore/operator";

const crd = new Neo4jRestoreCrd("kind", { apiGroup: "restore.neo4j.com" });
const args: Neo4jRestoreOperatorArgs = {
  crd,
  image: pulumi.output("registry.example.com/operator:1"),
  watchNamespaces: ["neo4j"],
  extraEnv: [{ name: "TZ", value: "UTC" }],
  resources: { limits: { memory: pulumi.output("512Mi") } },
  serviceMonitor: { labels: { release: "prometheus" } },
};
const operator = new Neo4jRestoreOperator("operator", args);
export const namespace: pulumi.Output<string> = operator.namespace;
export const apiVersion: string = operator.apiVersion;
`;

const kubeconfig = JSON.stringify({
  apiVersion: "v1",
  kind: "Config",
  "current-context": "nowhere",
  contexts: [{ name: "nowhere", context: { cluster: "nowhere", user: "nobody" } }],
  clusters: [{ name: "nowhere", cluster: { server: "https://127.0.0.1:1" } }],
  users: [{ name: "nobody", user: {} }],
});

interface Ended {
  readonly code: number;
  readonly output: string;
}

function run(
  cwd: string,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { cwd, env: { ...process.env, ...env }, maxBuffer: 64 << 20 },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr }),
    );
  });
}

async function done(...step: Parameters<typeof run>): Promise<string> {
  const { code, output } = await run(...step);
  if (code !== 0) throw new Error(`${step[1]} ${step[2].join(" ")} ended with ${code}:\n${output}`);
  return output;
}

const environment = JSON.parse(readFileSync(environmentFile, "utf8")) as Record<string, string>;
const scratch = mkdtempSync(path.join(tmpdir(), "stranger-"));
let tarball = "";

beforeAll(async () => {
  await done(root, "npm", ["pack", "--pack-destination", scratch]);
  tarball = path.join(scratch, readdirSync(scratch).find((file) => file.endsWith(".tgz")) ?? "");
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test("holds what a user needs and nothing else", async () => {
  const files = (await done(scratch, "tar", ["-tzf", tarball])).trim().split("\n");
  const folders = new Set(files.map((file) => file.split("/").slice(1, 3).join("/")));
  expect([...folders].filter((folder) => folder.startsWith("dist/")).sort()).toEqual([
    "dist/provider",
    "dist/sdk",
  ]);
  for (const file of ["package.json", "LICENSE", "schema.json"]) expect(files).toContain(`package/${file}`);
  expect(files.filter((file) => /^package\/(?:tests|tools)|\.sources|node_modules/.test(file))).toEqual([]);
});

describe.each([
  ["npm", ["npm", "install", "--no-audit", "--no-fund"]],
  ["pnpm", ["npm", "exec", "--yes", "pnpm@10", "--", "install", "--ignore-scripts"]],
] as const)("installed with %s into an empty project", (manager, [command, ...install]) => {
  const project = path.join(scratch, manager);
  const pulumi = (...args: readonly string[]): Promise<Ended> =>
    run(project, "pulumi", ["--non-interactive", "--color", "never", ...args], {
      ...environment,
      PULUMI_BACKEND_URL: `file://${path.join(project, "stacks")}`,
    });

  beforeAll(async () => {
    mkdirSync(path.join(project, "stacks"), { recursive: true });
    const write = (name: string, text: string): void => writeFileSync(path.join(project, name), text);
    const dependencies = { "@pulumi/pulumi": sdkVersion, "pulumi-neo4j-restore": `file:${tarball}` };
    const devDependencies = { "@types/node": "^20.0.0", typescript: typescriptVersion };
    write(
      "package.json",
      JSON.stringify({ name: "stranger", main: "index.ts", dependencies, devDependencies }),
    );
    write("Pulumi.yaml", "name: stranger\nruntime: nodejs\n");
    write("index.ts", program);
    await done(project, command, install);
    await pulumi("stack", "init", "dev");
    await pulumi("config", "set", "--secret", "kubeconfig", kubeconfig);
  });

  test("type-checks strictly, by our own declarations alone", async () => {
    const flags = [
      "--strict",
      "--exactOptionalPropertyTypes",
      "--skipLibCheck",
      "false",
      "--noEmit",
      "--listFiles",
    ];
    const target = ["--target", "es2022", "--module", "nodenext", "--types", "node", "--ignoreConfig"];
    const tsc = path.join(project, "node_modules", "typescript", "bin", "tsc");
    const files = await done(project, process.execPath, [tsc, ...flags, ...target, "index.ts"]);
    expect(files).toContain("pulumi-neo4j-restore/dist/sdk/nodejs/index.d.ts");
    expect(files).not.toMatch(/node_modules\/(?:zod|neo4j-driver|ws|yaml|@kubernetes|@pulumi\/kubernetes)\//);
    // Who only restores is not made to install what the components need.
    expect(existsSync(path.join(project, "node_modules/@pulumi/kubernetes"))).toBe(false);
  });

  test("previews with its plan", async () => {
    const { code, output } = await pulumi("preview", "--diff");
    expect(output).toMatch(/plan\s*: \[\s*\[0\]: "find target graph/);
    expect(code).toBe(0);
  });

  test("runs, and says in a few lines why it could not reach the cluster", async () => {
    const { code, output } = await pulumi("up", "--yes", "--skip-preview");
    expect(code).not.toBe(0);
    expect(output).toContain("127.0.0.1:1");
    expect(output).not.toMatch(/^\s+at .*node_modules/m);
  });
});

test("the declarations are understood by the oldest compiler that Pulumi brings", async () => {
  // That compiler knows no `import { type X }` in a program; declarations must not use it either.
  await expectOldCompiler(program.replace("type Neo4jRestoreArgs", "Neo4jRestoreArgs"));
});

describe("beside @pulumi/kubernetes", () => {
  const project = path.join(scratch, "npm");
  beforeAll(async () => {
    const install = [
      "install",
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      `@pulumi/kubernetes@${kubernetesVersion}`,
    ];
    await done(project, "npm", install);
  });

  test("the operator's entry type-checks strictly, by the newest compiler and by the oldest", async () => {
    writeFileSync(path.join(project, "operator.ts"), operatorProgram);
    const flags = ["--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "--noEmit", "--listFiles"];
    const target = ["--target", "es2022", "--module", "nodenext", "--types", "node", "--ignoreConfig"];
    const tsc = path.join(project, "node_modules", "typescript", "bin", "tsc");
    const files = await done(project, process.execPath, [tsc, ...flags, ...target, "operator.ts"]);
    expect(files).toContain("pulumi-neo4j-restore/dist/sdk/nodejs/operator/index.d.ts");
    expect(files).not.toMatch(/node_modules\/(?:zod|neo4j-driver|ws|yaml|@kubernetes)\//);
    await expectOldCompiler(operatorProgram);
  });
});

async function expectOldCompiler(text: string): Promise<void> {
  const project = path.join(scratch, "npm");
  const tsc = path.join(project, "node_modules/@pulumi/pulumi/vendor/typescript@3.8.3/typescript.js");
  const ts = JSON.stringify(tsc);
  const script = `
const ts = require(${ts});
const host = ts.createProgram(["index.ts"], { strict: true, noEmit: true, skipLibCheck: true, target: 7, module: 1,
  moduleResolution: 2, types: [] });
const ours = ts.getPreEmitDiagnostics(host).filter(({ file }) => file && /pulumi-neo4j-restore|stranger.*index.ts$/.test(file.fileName));
console.log(ts.formatDiagnostics(ours, { getCanonicalFileName: (f) => f, getCurrentDirectory: () => "", getNewLine: () => "\\n" }));
process.exit(ours.length === 0 ? 0 : 1);`;
  writeFileSync(path.join(project, "index.ts"), text);
  await done(project, process.execPath, ["-e", script]);
}

test("the checkout is a project itself: its quickstart previews on settings alone", async () => {
  const project = path.join(scratch, "checkout");
  mkdirSync(path.join(project, "stacks"), { recursive: true });
  // Linked, so that the stack's settings file doesn't land in the checkout.
  for (const name of ["Pulumi.yaml", "examples", "node_modules"]) {
    symlinkSync(path.join(root, name), path.join(project, name));
  }
  const env = { ...environment, PULUMI_BACKEND_URL: `file://${path.join(project, "stacks")}` };
  await done(project, "pulumi", ["--non-interactive", "stack", "init", "dev"], env);
  const settings = ["cluster=graph", "database=orders", "backup=nightly"].flatMap((setting) => [
    "-c",
    setting,
  ]);
  const output = await done(project, "pulumi", ["--non-interactive", "preview", "--diff", ...settings], env);
  expect(output).toContain("find target graph and the newest successful run of Neo4jBackup nightly");
  expect(output).toContain("neither force nor replaceExisting is set");
});
