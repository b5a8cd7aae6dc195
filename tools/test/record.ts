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

export function forget(): void {
  rmSync(folder, { recursive: true, force: true });
}

export function write(name: string, content: readonly (FileRecord | PhaseRecord)[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(content, undefined, 1));
}

export function phasesOfLastRun(): readonly PhaseRecord[] {
  return read(/^phases\.json$/) as readonly PhaseRecord[];
}

export function filesOfLastRun(): readonly FileRecord[] {
  return read(/^files-.*\.json$/) as readonly FileRecord[];
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
