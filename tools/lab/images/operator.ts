// The operator's image without a registry: the same folder, packages, client of the stores and last lines as
// image/operator/Dockerfile, on the Debian that the lab's other images have, with the Node of that Dockerfile's base taken
// from npm.

import { readFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import path from "node:path";
import { run } from "../../resolve/run.js";
import { resolveTool, type Log, type Tool } from "../../resolve/tool.js";
import { operatorReference, writeContext, type Image } from "./source.js";
import { addStoreClient, copyClient, debianWith, packagesOf } from "./staging.js";

const root = path.join(__dirname, "..", "..", "..");
const recipe = path.join(root, "image", "operator");

/** What comes out of the other stages. */
const made = "COPY --from=client /rclone /usr/local/bin/rclone\nCOPY --from=build /build/app /app\n";

export const operatorImage: Image = imageOf(
  readRecipe(readFileSync(path.join(recipe, "Dockerfile"), "utf8")),
);

function imageOf({ version, packages, lines }: Recipe): Image {
  // Node needs one package more, which its own image has.
  const base = debianWith("node", ["libstdc++6", ...packages]);
  return {
    reference: operatorReference,
    base,
    context: async (folder, log) => {
      await writeContext(folder, {
        Dockerfile: `FROM ${base.reference}\nCOPY node /usr/local/bin/node\n${lines}`,
      });
      const node = path.join(await resolveTool(nodeBinary(version), log), "node");
      await copyFile(node, path.join(folder, "node"));
      await addStoreClient(folder, log);
      await assemble(path.join(folder, "app"), log);
    },
  };
}

export interface Recipe {
  /** Of Node. */
  readonly version: string;
  /** Of Debian, for what stages backups. */
  readonly packages: readonly string[];
  /** What follows them, with client and folder taken from the context. */
  readonly lines: string;
}

export function readRecipe(dockerfile: string): Recipe {
  const version = /^ARG BASE=node:([\d.]+)-bookworm-slim$/m.exec(dockerfile)?.[1];
  const [, last] = dockerfile.split(/^FROM \$\{BASE\}\n(?=RUN apt-get )/m);
  const [install, lines] = last?.split(made) ?? [];
  if (version === undefined || install === undefined || lines === undefined)
    throw new Error("image/operator/Dockerfile has another form than the lab knows: see tools/lab/images");
  return { version, packages: packagesOf(install), lines: `${copyClient}COPY app /app\n${lines}` };
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
