// The operator's image without a registry: the same folder and the same last lines as image/operator/Dockerfile, on the
// Debian that the lab's other images have, with the Node of that Dockerfile's base taken from npm.

import { copyFile, readFile } from "node:fs/promises";
import path from "node:path";
import { run } from "../../resolve/run.js";
import { resolveTool, type Log, type Tool } from "../../resolve/tool.js";
import { operatorReference, writeContext, type Image } from "./source.js";

const root = path.join(__dirname, "..", "..", "..");
const recipe = path.join(root, "image", "operator");
const baseReference = "localhost/debian-node:bookworm";

export const operatorImage: Image = {
  reference: operatorReference,
  base: { reference: baseReference, packages: ["libstdc++6"], finish: "" },
  context: async (folder, log) => {
    const { version, lines } = readRecipe(await readFile(path.join(recipe, "Dockerfile"), "utf8"));
    await writeContext(folder, {
      Dockerfile: `FROM ${baseReference}\nCOPY node /usr/local/bin/node\n${lines}`,
    });
    const node = path.join(await resolveTool(nodeBinary(version), log), "node");
    await copyFile(node, path.join(folder, "node"));
    await assemble(path.join(folder, "app"), log);
  },
};

export interface Recipe {
  /** Of Node. */
  readonly version: string;
  /** What follows the last FROM, with the folder taken from the context. */
  readonly lines: string;
}

export function readRecipe(dockerfile: string): Recipe {
  const version = /^ARG BASE=node:([\d.]+)-bookworm-slim$/m.exec(dockerfile)?.[1];
  const [, lines] = dockerfile.split(/^FROM \$\{BASE\}\nCOPY --from=build \/build\/app \/app\n/m);
  if (version === undefined || lines === undefined)
    throw new Error("image/operator/Dockerfile has another form than the lab knows: see tools/lab/images");
  return { version, lines: `COPY app /app\n${lines}` };
}

async function assemble(folder: string, log: Log): Promise<void> {
  const output = await run(process.execPath, [path.join(root, "tools", "bootstrap.mjs")]);
  if (output.trim() !== "") log(output.trim());
  await run(process.execPath, [path.join(recipe, "assemble.mjs"), folder]);
}

function nodeBinary(version: string): Tool {
  const name = `node-linux-${process.arch === "arm64" ? "arm64" : "x64"}`;
  return {
    name,
    version,
    executables: ["node"],
    build: async (folder) => {
      await run("npm", ["install", "--ignore-scripts", "--prefix", folder, `${name}@${version}`]);
      await copyFile(path.join(folder, "node_modules", name, "bin", "node"), path.join(folder, "node"));
    },
    byHand: `npm install ${name}@${version}`,
  };
}
