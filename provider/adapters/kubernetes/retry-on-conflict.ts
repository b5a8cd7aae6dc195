/**
 * Read, decide, write with the revision that was read: repeated while another writer was faster.
 * Bounded: resources of a busy operator change often, but not ten times within one write; and whoever decided to write
 * may have been replaced, where an answer was long on its way: then it is for the caller to look again.
 */
import { between } from "../../plan/elapsed.js";
import { instantNow } from "../clock.js";
import { isRefusal } from "./errors.js";

const attempts = 10;
const longestMs = 2_000;

export async function retryOnConflict<T>(readAndWrite: () => Promise<T>): Promise<T> {
  const began = instantNow();
  // A machine that slept counts as late.
  const late = (): boolean => between(began, instantNow()) > longestMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readAndWrite();
    } catch (error) {
      if (attempt === attempts || late() || !isRefusal(error, 409)) throw error;
    }
  }
}
