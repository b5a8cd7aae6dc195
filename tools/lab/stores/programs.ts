// The programs that play object stores: from the cache, else built from Go modules or installed from npm.

import { copyFile, symlink } from "node:fs/promises";
import path from "node:path";
import { goBuild } from "../../resolve/go.js";
import { run } from "../../resolve/run.js";
import { resolveTool, type Log, type Tool } from "../../resolve/tool.js";
import type { StoreKind } from "./kinds.js";

const goModule = (kind: StoreKind, name: string, version: string, target: string): Tool => ({
  name,
  version,
  executables: [name],
  build: (folder) =>
    goBuild({ module: path.join(__dirname, kind), target, output: path.join(folder, name) }, () => undefined),
  buildTakes: "a few minutes on 2 cores when nothing is cached",
  byHand: `go install ${target}@v${version}, and put it on PATH`,
});

const tools: Readonly<Record<StoreKind, Tool>> = {
  s3: goModule("s3", "versitygw", "1.8.0", "github.com/versity/versitygw/cmd/versitygw"),
  gcs: goModule("gcs", "fake-gcs-server", "1.56.1", "github.com/fsouza/fake-gcs-server"),
  azure: {
    name: "azurite",
    version: "3.37.0",
    executables: ["azurite-blob"],
    build: async (folder) => {
      for (const file of ["package.json", "package-lock.json"]) {
        await copyFile(path.join(__dirname, "azure", file), path.join(folder, file));
      }
      await run("npm", ["ci", "--ignore-scripts", "--prefix", folder]);
      await symlink(path.join("node_modules", ".bin", "azurite-blob"), path.join(folder, "azurite-blob"));
    },
    buildTakes: "half a minute",
    byHand: "npm install azurite@3.37.0, and put azurite-blob on PATH",
  },
};

/** The path of the executable. */
export async function resolveStore(kind: StoreKind, log: Log): Promise<string> {
  const tool = tools[kind];
  return path.join(await resolveTool(tool, log), tool.executables[0] ?? "");
}
