// The Pulumi engine's executables, all in one folder: the user's own installation, our cache's, the official download,
// or a build from Go modules. The Node language host is no Go module, so a build is completed with a stand-in for it.
// Invariant: nothing is ever written into an installation that isn't ours.

import { constants } from "node:fs";
import { access, copyFile, cp, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { transformFile } from "@swc/core";
import { download } from "../resolve/download.js";
import { goBuild } from "../resolve/go.js";
import { run } from "../resolve/run.js";
import { resolveTool, type Log, type Tool } from "../resolve/tool.js";

const version = "3.259.0";
const languageHost = "pulumi-language-nodejs";
const standinMark = "STANDIN.txt";
const dynamicHost = "pulumi-resource-pulumi-nodejs";
/** The oldest CLI on PATH that is used as it is: it knows every command and flag that the tests and docs name. */
const oldest = 228;

const cli: Tool = {
  name: "pulumi",
  version,
  executables: ["pulumi"],
  onPath: async (executable) => {
    if (!(await isThere(path.join(path.dirname(executable), languageHost)))) return false;
    const found = /^v3\.(\d+)\./.exec(await run(executable, ["version"]));
    return found !== null && Number(found[1]) >= oldest;
  },
  download: async (folder) => {
    const arch = process.arch === "arm64" ? "arm64" : "x64";
    const scratch = await mkdtemp(path.join(folder, ".archive-"));
    const archive = path.join(scratch, "pulumi.tar.gz");
    await download(
      `https://get.pulumi.com/releases/sdk/pulumi-v${version}-${process.platform}-${arch}.tar.gz`,
      archive,
    );
    await run("tar", ["-xzf", archive, "-C", scratch]);
    await cp(path.join(scratch, "pulumi"), folder, { recursive: true });
    await rm(scratch, { recursive: true });
  },
  build: (folder) =>
    goBuild(
      {
        module: path.join(__dirname, "cli"),
        target: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        output: path.join(folder, "pulumi"),
        tags: ["osusergo", "grpcnotrace"],
        // Some checks of the CLI read its own version.
        set: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${version}` },
      },
      () => undefined,
    ),
  buildTakes: "about four minutes on two cores",
  byHand: "install Pulumi (https://www.pulumi.com/docs/install) and put it on PATH",
};

/** The folder that holds `pulumi` and the hosts it starts. */
export async function resolvePulumi(log: Log): Promise<string> {
  const folder = await resolveTool(cli, log);
  const standin = path.join(folder, languageHost);
  // An official installation is complete; a stand-in is written anew, because its source may have changed.
  if ((await isThere(standin)) && !(await isThere(path.join(folder, standinMark)))) return folder;
  const { code } = await transformFile(path.join(__dirname, "language-host-standin.ts"), {
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    module: { type: "commonjs" },
  });
  const sdk = path.dirname(require.resolve("@pulumi/pulumi"));
  await writeFile(path.join(folder, standinMark), `${languageHost} in this folder is a stand-in.\n`);
  await place(standin, (file) => writeFile(file, `#!/usr/bin/env node\n${code}`, { mode: 0o755 }));
  await place(path.join(folder, dynamicHost), (file) => copyFile(path.join(sdk, dynamicHost), file));
  return folder;
}

/** Written beside and renamed: another process may be starting the old one. */
async function place(file: string, write: (file: string) => Promise<void>): Promise<void> {
  const beside = `${file}.${process.pid}`;
  await write(beside);
  await rename(beside, file);
}

const isThere = (file: string): Promise<boolean> =>
  access(file, constants.F_OK).then(
    () => true,
    () => false,
  );
