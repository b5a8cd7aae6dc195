// Makes what the tests on the real Pulumi engine share: the engine itself, and a package of our name whose
// `dynamic` entry is the real face over a double of the restore engine. The double exists in this package only.

import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { asProcessEnvironment, pulumiEnvironment } from "../../tools/pulumi/index.js";
import { run } from "../../tools/resolve/run.js";
import { environmentFile, packageFolder, sharedFolder } from "./shared.js";

async function prepare(): Promise<void> {
  await rm(packageFolder, { recursive: true, force: true });
  await mkdir(packageFolder, { recursive: true });
  const manifest = {
    name: "pulumi-neo4j-restore",
    version: "0.0.0-double",
    exports: { ".": "./sdk/nodejs/index.js", "./dynamic": "./tests/engine/double/dynamic.js" },
  };
  await writeFile(path.join(packageFolder, "package.json"), JSON.stringify(manifest));
  await run(process.execPath, [
    require.resolve("typescript/bin/tsc"),
    "-p",
    path.join(__dirname, "tsconfig.json"),
  ]);
  const environment = await pulumiEnvironment(path.join(sharedFolder, "pulumi"), (line) => console.log(line));
  await writeFile(environmentFile, JSON.stringify(asProcessEnvironment(environment)));
}

void prepare();
