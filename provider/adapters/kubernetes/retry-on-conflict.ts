/**
 * Read, decide, write with the revision that was read: repeated while another writer was faster.
 * Bounded: resources of a busy operator change often, but not ten times within one write.
 */
import { isRefusal } from "./errors.js";

const attempts = 10;

export async function retryOnConflict<T>(readAndWrite: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readAndWrite();
    } catch (error) {
      if (attempt === attempts || !isRefusal(error, 409)) throw error;
    }
  }
}
