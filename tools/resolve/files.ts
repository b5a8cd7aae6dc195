// Files that may be absent: absence is an answer, any other failure stays a failure.

import { access, constants, readFile } from "node:fs/promises";

/** The text of a file; undefined when there is none. */
export const readIfThere = (file: string): Promise<string | undefined> => ifThere(readFile(file, "utf8"));

export const exists = async (file: string): Promise<boolean> =>
  (await ifThere(access(file).then(() => true))) === true;

export const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

/** The result, or undefined when the file or folder it is about does not exist (or went away meanwhile). */
export async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ESRCH"].includes(codeOf(error))) return undefined;
    throw error;
  }
}

/** The system's code for an error. (Not by instanceof: under jest such errors come from another realm.) */
export const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
