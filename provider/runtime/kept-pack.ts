/**
 * What must be given back, packed for its Secret and for the volume, and back. What comes back is input from outside:
 * it is bounded while it is unpacked, and counts only where it is what the state says, byte for byte.
 */
import { isNativeError } from "node:util/types";
import { gunzipSync, gzipSync } from "node:zlib";
import { most } from "../plan/bounds.js";
import { digestOf } from "../plan/digest.js";
import { keptText, type Kept } from "../workflow/kept.js";
import type { PackedKept } from "../workflow/ports.js";
import type { Facts } from "../workflow/state.js";

/** The rest of it is small beside what hangs on a database's name. */
const largest = most.attachments + most.report;

/** Of the run that was packed last: it changes seldom, and is asked for at every save. */
let last: PackedKept | undefined;

export function pack(facts: Facts): PackedKept | undefined {
  const text = keptText(facts);
  if (!text) return undefined;
  if (last?.digest !== text.digest)
    last = { digest: text.digest, content: gzipSync(text.json).toString("base64") };
  return last;
}

/** @returns undefined where it is not whole, or something else. */
export function unpack(content: string, digest: string): Kept | undefined {
  const json = unzip(content);
  return json !== undefined && digestOf(json) === digest ? (JSON.parse(json) as Kept) : undefined;
}

function unzip(content: string): string | undefined {
  try {
    return gunzipSync(Buffer.from(content, "base64"), { maxOutputLength: largest }).toString("utf8");
  } catch (error) {
    // Cut, overwritten, or larger than anything that we pack: it is not what was kept.
    if (isNativeError(error)) return undefined;
    throw error;
  }
}
