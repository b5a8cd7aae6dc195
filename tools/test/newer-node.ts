/**
 * A newer Node for what computes much. The product runs on Node 20 and newer, and all other tests run on the Node at
 * hand; the simulation takes two thirds of the time on Node 24, whose V8 is the better compiler.
 */
import { symlink } from "node:fs/promises";
import path from "node:path";
import { run } from "../resolve/run.js";
import { resolveTool, type Log, type Tool } from "../resolve/tool.js";

const version = "24.21.0";

/** The executable: the Node at hand where that is as new, or where no other can be had; that is said. */
export async function newerNode(log: Log): Promise<string> {
  const major = (of: string): number => Number(of.split(".")[0]);
  if (major(process.versions.node) >= major(version)) return process.execPath;
  try {
    return path.join(await resolveTool(newer, log), "node");
  } catch (error) {
    log(
      `${error instanceof Error ? error.message : String(error)}\nNode ${process.versions.node} runs it, longer.`,
    );
    return process.execPath;
  }
}

const newer: Tool = {
  ...{ name: "node", version, executables: ["node"] },
  build: async (into) => {
    await run("npm", ["install", "--prefix", into, "--no-audit", "--no-fund", `node@${version}`]);
    await symlink(path.join("node_modules", "node", "bin", "node"), path.join(into, "node"));
  },
  byHand: `run the tests with Node ${version} or newer.`,
};
