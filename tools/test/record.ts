/** What the last test run took, as `npm run test:report` reads it. It lies in `.test-report`, a file for each part. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Spent } from "./processors.js";

export const folder = path.join(__dirname, "..", "..", ".test-report");

export interface FileRecord {
  readonly project: string;
  /** Relative to the repository's root. */
  readonly file: string;
  readonly seconds: number;
  readonly tests: number;
}

export interface PhaseRecord extends Spent {
  readonly phase: string;
}

/** Of one file of the simulation: worlds in which something ran, effects and deaths of those who drive. */
export interface SizeRecord {
  readonly file: string;
  readonly runs: number;
  readonly effects: number;
  readonly deaths: number;
}

export function forget(): void {
  rmSync(folder, { recursive: true, force: true });
}

export function write(name: string, content: readonly (FileRecord | PhaseRecord | SizeRecord)[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(content, undefined, 1));
}

export function phasesOfLastRun(): readonly PhaseRecord[] {
  return read(/^phases\.json$/) as readonly PhaseRecord[];
}

export function filesOfLastRun(): readonly FileRecord[] {
  return read(/^files-.*\.json$/) as readonly FileRecord[];
}

export function sizesOfLastRun(): readonly SizeRecord[] {
  return read(/^size-.*\.json$/) as readonly SizeRecord[];
}

export function forgetSizes(): void {
  for (const name of names()) if (name.startsWith("size-")) rmSync(path.join(folder, name));
}

function read(which: RegExp): readonly unknown[] {
  return names()
    .filter((name) => which.test(name))
    .flatMap((name) => JSON.parse(readFileSync(path.join(folder, name), "utf8")) as readonly unknown[]);
}

function names(): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
