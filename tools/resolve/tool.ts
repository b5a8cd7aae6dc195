// Finds a development tool: on PATH, in our cache, by its official download, by a build. The first that works
// wins and every step says what it does. A cache folder appears whole or not at all (filled beside, then
// renamed), so an interrupted download or build leaves nothing that looks finished.

import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { isExecutable } from "./files.js";

export type Log = (line: string) => void;

/** Fills an empty folder with the tool's executables. */
export type Provide = (folder: string) => Promise<void>;

export interface Tool {
  readonly name: string;
  readonly version: string;
  /** What must be there, executable, for the tool to count as found (paths relative to its folder). */
  readonly executables: readonly string[];
  /** Left out: a tool of that name on PATH is never used. Given: whether the one found (full path) is good enough. */
  readonly onPath?: (executable: string) => Promise<boolean>;
  readonly download?: Provide;
  readonly build?: Provide;
  /** How long a cold build takes, in words. */
  readonly buildTakes?: string;
  /** What a person does when all of that fails. */
  readonly byHand: string;
}

export const cacheRoot = (): string =>
  process.env["NEO4J_RESTORE_CACHE"] ?? path.join(homedir(), ".cache", "neo4j-restore-dev");

/** The folder that holds the tool's executables. */
export async function resolveTool(tool: Tool, log: Log): Promise<string> {
  const found = await acceptedOnPath(tool);
  if (found !== undefined) return found;
  const cached = path.join(cacheRoot(), `${tool.name}-${tool.version}`);
  if (await holdsAll(cached, tool.executables)) return cached;

  const label = `${tool.name} ${tool.version}`;
  const failures: string[] = [];
  const sources: readonly (readonly [string, Provide | undefined])[] = [
    ["official download", tool.download],
    [`build${tool.buildTakes === undefined ? "" : `, ${tool.buildTakes}`}`, tool.build],
  ];
  for (const [what, provide] of sources) {
    if (provide === undefined) continue;
    try {
      await timed(`${label}: ${what}`, log, () => fill(cached, tool.executables, provide));
      return cached;
    } catch (error) {
      failures.push(`${what}: ${messageOf(error)}`);
    }
  }
  throw new Error(
    `${label} was not found and could not be made.\n${failures.join("\n")}\nBy hand: ${tool.byHand}`,
  );
}

/** Says when it begins and how long it took, or that it failed. */
export async function timed<T>(what: string, log: Log, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const seconds = (): string => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  log(`${what} …`);
  try {
    const result = await work();
    log(`${what}: done in ${seconds()}`);
    return result;
  } catch (error) {
    log(`${what}: failed after ${seconds()}: ${messageOf(error).split("\n")[0] ?? ""}`);
    throw error;
  }
}

/** The full path of a command, looked up as a shell would. */
export async function findOnPath(command: string): Promise<string | undefined> {
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter).filter(Boolean)) {
    if (await isExecutable(path.join(folder, command))) return path.join(folder, command);
  }
  return undefined;
}

export const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
};

/** All executables must lie in one folder of PATH: parts of two installations don't make a tool. */
async function acceptedOnPath(tool: Tool): Promise<string | undefined> {
  const first = tool.executables[0];
  if (tool.onPath === undefined || first === undefined) return undefined;
  const executable = await findOnPath(first);
  if (executable === undefined) return undefined;
  const folder = path.dirname(executable);
  return (await holdsAll(folder, tool.executables)) && (await tool.onPath(executable)) ? folder : undefined;
}

async function fill(target: string, executables: readonly string[], provide: Provide): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  const beside = await mkdtemp(`${target}.partial-`);
  try {
    await provide(beside);
    if (!(await holdsAll(beside, executables))) throw new Error(`it did not bring ${executables.join(", ")}`);
    // Another process may have been quicker; what it made is as good.
    if (await holdsAll(target, executables)) return;
    await rm(target, { recursive: true, force: true });
    await rename(beside, target);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

async function holdsAll(folder: string, executables: readonly string[]): Promise<boolean> {
  const found = await Promise.all(executables.map((name) => isExecutable(path.join(folder, name))));
  return found.every(Boolean);
}
