/**
 * The architecture, read from the sources: which layer imports which, what only one layer may use, and the
 * rules of a module. A new arrow is a decision: change docs/ and this table together.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

const root = path.join(__dirname, "..");

/** What a layer may import of ours: folders, or single modules. Its own folder is always allowed. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  "provider/spec": [],
  "provider/plan": ["provider/spec"],
  "provider/workflow": ["provider/plan", "provider/spec"],
  "provider/runtime": ["provider/workflow", "provider/plan", "provider/spec"],
  "provider/adapters/clock": ["provider/workflow/ports", "provider/plan/elapsed"],
  "provider/adapters/kubernetes": adapterArrows(),
  "provider/adapters/neo4j": adapterArrows(),
  "provider/faces/dynamic": faceArrows(),
  "provider/faces/cli": faceArrows(),
  "provider/faces/operator": faceArrows(),
  "provider/compose": [
    "provider/adapters",
    "provider/runtime",
    "provider/workflow/ports",
    "provider/spec/types",
  ],
  "provider/deploy": ["provider/plan/permissions", "provider/plan/names", "provider/spec"],
  "sdk/nodejs/operator": ["provider/deploy", "provider/spec", "provider/compose"],
  "sdk/nodejs": ["provider/spec/types"],
};

function adapterArrows(): readonly string[] {
  const words = [
    "provider/plan/bounds",
    "provider/plan/elapsed",
    "provider/plan/ledger",
    "provider/plan/observation",
    "provider/plan/names",
    "provider/spec/types",
    "provider/spec/quantity",
    "provider/spec/defaults",
  ];
  return [
    "provider/adapters/clock",
    "provider/workflow/ports",
    "provider/workflow/resource-ports",
    "provider/workflow/faults",
    "provider/workflow/reasons",
    ...words,
  ];
}

/** Of the plan, a face uses only what is judged from the request alone. */
function faceArrows(): readonly string[] {
  const judged = ["provider/plan/words", "provider/plan/identity", "provider/plan/tools-image"];
  return ["provider/runtime", "provider/spec", "provider/compose", ...judged];
}

/** Packages and Node modules, by the only layers that may use them. Anything not listed is free to adapters and faces. */
const pureLayers: Readonly<Record<string, readonly string[]>> = {
  "provider/spec": ["zod", "yaml"],
  "provider/plan": ["node:crypto"],
  "provider/workflow": [],
};

const reserved: Readonly<Record<string, readonly string[]>> = {
  "@kubernetes/client-node": ["provider/adapters/kubernetes"],
  ws: ["provider/adapters/kubernetes"],
  "neo4j-driver": ["provider/adapters/neo4j"],
  "prom-client": ["provider/faces/operator"],
  "@pulumi/pulumi": ["provider/faces/dynamic", "sdk/nodejs"],
  "@pulumi/kubernetes": ["sdk/nodejs/operator"],
};

const maximumLines = 300;

interface Module {
  /** From the root, without extension, with "/". */
  readonly name: string;
  readonly text: string;
  readonly source: ts.SourceFile;
  readonly imports: readonly string[];
}

const modules = ["provider", "sdk", "tools", "tests", "examples"].flatMap((folder) => read(folder));
const product = modules.filter(({ name }) => name.startsWith("provider/") || name.startsWith("sdk/"));
const pure = modules.filter(({ name }) => Object.keys(pureLayers).some((layer) => isIn(name, layer)));

test("there is something to look at", () => {
  expect(product.length).toBeGreaterThan(20);
  expect(pure.length).toBeGreaterThan(5);
});

test("every module of the product belongs to a layer", () => {
  expect(product.map(({ name }) => name).filter((name) => layerOf(name) === undefined)).toEqual([]);
});

test("layers import only what lies below them", () => {
  const wrong = product.flatMap(({ name, imports }) => {
    const layer = layerOf(name) ?? name;
    const allowed = [layer, ...(arrows[layer] ?? [])];
    return imports
      .filter(isOurs)
      .map((specifier) => resolve(name, specifier))
      .filter((target) => !allowed.some((place) => isIn(target, place)))
      .map((target) => `${name} → ${target}`);
  });
  expect(wrong).toEqual([]);
});

test("the pure layers use nothing of the outside", () => {
  const wrong = Object.entries(pureLayers).flatMap(([layer, packages]) =>
    inLayer(layer).flatMap(({ name, imports }) =>
      imports
        .filter((specifier) => !isOurs(specifier) && !packages.includes(packageOf(specifier)))
        .map((specifier) => `${name} → ${specifier}`),
    ),
  );
  expect(wrong).toEqual([]);
});

test("the pure layers have no clock, no chance and no sleep", () => {
  const impure = /^(?:Date\.now|Math\.random|performance\.\w+|crypto\.\w+|process\.\w+)$|^new Date\(\)$/;
  const sleepers = new Set(["setTimeout", "setInterval", "setImmediate", "queueMicrotask"]);
  const wrong = pure.flatMap((module) =>
    nodesOf(module.source)
      .filter((node) => (ts.isIdentifier(node) ? sleepers.has(node.text) : impure.test(node.getText())))
      .map((node) => `${module.name}: ${node.getText()}`),
  );
  expect(wrong).toEqual([]);
});

test("clients are known to their adapters only", () => {
  const wrong = product.flatMap(({ name, imports }) =>
    imports
      .filter((specifier) => !isOurs(specifier))
      .filter((specifier) => reserved[packageOf(specifier)]?.some((layer) => isIn(name, layer)) === false)
      .map((specifier) => `${name} → ${specifier}`),
  );
  expect(wrong).toEqual([]);
});

test(`no module is longer than ${maximumLines} lines`, () => {
  const long = modules.filter(({ text }) => text.trimEnd().split("\n").length > maximumLines);
  expect(long.map(({ name }) => name)).toEqual([]);
});

test("every module opens with a comment", () => {
  const silent = modules.filter(({ text }) => !/^(?:#!.*\n)?(?:\/\/|\/\*\*)/.test(text));
  expect(silent.map(({ name }) => name)).toEqual([]);
});

test("nothing is typed any", () => {
  const wrong = modules.filter(({ source }) =>
    nodesOf(source).some((node) => node.kind === ts.SyntaxKind.AnyKeyword),
  );
  expect(wrong.map(({ name }) => name)).toEqual([]);
});

test("exports are named", () => {
  const wrong = modules.filter(({ source }) => source.statements.some(isDefaultExport));
  expect(wrong.map(({ name }) => name)).toEqual([]);
});

test("no path of somebody's machine", () => {
  const homes = new RegExp(["/work/", "/home/(?!me/)[a-z]+/", "/Users/[A-Za-z]+/"].join("|"));
  const self = "tests/architecture.test.ts";
  const written = files(".").filter(
    (file) => file !== self && /\.(?:[cm]?[jt]s|md|json|ya?ml|java|xml|sh)$/.test(file),
  );
  expect(written.filter((file) => homes.test(readFileSync(path.join(root, file), "utf8")))).toEqual([]);
});

function read(folder: string): Module[] {
  return files(folder)
    .filter((file) => /(?<!\.d)\.ts$/.test(file))
    .map((file) => {
      const text = readFileSync(path.join(root, file), "utf8");
      return {
        name: file.replace(/\.ts$/, ""),
        text,
        source: ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true),
        imports: ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName),
      };
    });
}

/** What is written by hand below a folder, from the root. */
function files(folder: string): string[] {
  const made = new Set(["node_modules", "dist", "target", "coverage", ".git", ".lab"]);
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) return made.has(entry.name) ? [] : files(place);
    return entry.isFile() ? [place] : [];
  });
}

function layerOf(name: string): string | undefined {
  return Object.keys(arrows).find((layer) => isIn(name, layer));
}

function inLayer(layer: string): Module[] {
  return modules.filter(({ name }) => isIn(name, layer));
}

/** A place is a folder or a single module. */
function isIn(name: string, place: string): boolean {
  return name === place || name.startsWith(`${place}/`);
}

function isOurs(specifier: string): boolean {
  return specifier.startsWith(".");
}

function resolve(from: string, specifier: string): string {
  return path.join(path.dirname(from), specifier).replace(/\.js$/, "");
}

function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return specifier;
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function isDefaultExport(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return true;
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}

function nodesOf(node: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (child: ts.Node): void => {
    nodes.push(child);
    ts.forEachChild(child, visit);
  };
  visit(node);
  return nodes;
}
