// Fetches a file from its official address. Without a way to the internet it gives up within seconds, so that
// the next source gets its turn.

import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";

const firstAnswerMs = 5_000;

export async function download(url: string, file: string): Promise<void> {
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new Error(`no answer within ${firstAnswerMs / 1000} s`)),
    firstAnswerMs,
  );
  const response = await fetch(url, { signal: late.signal }).finally(() => clearTimeout(timer));
  if (!response.ok || response.body === null) throw new Error(`${url}: HTTP ${response.status}`);
  await pipeline(Readable.fromWeb(response.body as ReadableStream<Uint8Array>), createWriteStream(file));
}
