// Go, and builds with it: the last resort for tools that are published as Go modules.

import { rm } from "node:fs/promises";
import path from "node:path";
import { download } from "./download.js";
import { codeOf } from "./files.js";
import { run } from "./run.js";
import { resolveTool, type Log, type Tool } from "./tool.js";

const minimum = [1, 24] as const;

const go: Tool = {
  name: "go",
  version: "1.26.8",
  executables: ["bin/go"],
  download: async (folder) => {
    const archive = path.join(folder, "go.tar.gz");
    const arch = process.arch === "x64" ? "amd64" : process.arch;
    await download(`https://go.dev/dl/go${go.version}.${process.platform}-${arch}.tar.gz`, archive);
    await run("tar", ["-xzf", archive, "-C", folder, "--strip-components=1"]);
    await rm(archive);
  },
  byHand: `install Go ${minimum.join(".")} or newer (https://go.dev/dl) and put it on PATH`,
};

export interface GoBuild {
  /** A folder with go.mod. */
  readonly module: string;
  /** The package to build, as seen from there. */
  readonly target: string;
  readonly output: string;
  readonly tags?: readonly string[];
  /** Values for package-level string variables (-X). */
  readonly set?: Readonly<Record<string, string>>;
}

/** The path of a Go that is new enough. */
export async function resolveGo(log: Log): Promise<string> {
  const present = await goOnPath();
  return present ?? path.join(await resolveTool(go, log), "bin", "go");
}

/** A static, stripped executable. */
export async function goBuild(build: GoBuild, log: Log): Promise<void> {
  const values = Object.entries(build.set ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  const tags = build.tags === undefined ? [] : ["-tags", build.tags.join(",")];
  const flags = ["-trimpath", "-buildvcs=false", ...tags, "-ldflags", ["-s", "-w", ...values].join(" ")];
  await run(await resolveGo(log), ["build", ...flags, "-o", build.output, build.target], {
    cwd: build.module,
    env: { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off" },
  });
}

async function goOnPath(): Promise<string | undefined> {
  try {
    const version = /^go(\d+)\.(\d+)/.exec(await run("go", ["env", "GOVERSION"]));
    const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
    return major > minimum[0] || (major === minimum[0] && minor >= minimum[1]) ? "go" : undefined;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
