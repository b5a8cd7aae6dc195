/**
 * One supervised watch: a callback for each changed object, and without one after each new start (what
 * happened while the line was down is unknown). It reconnects until its signal ends it.
 * A watch that is refused or cut is no fault: the engine also looks by itself every half minute, and preflight
 * names a missing permission.
 */
import type { IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { JsonObject } from "../../plan/observation.js";
import type { Api } from "./api.js";
import { object, parseObject, text } from "./json.js";
import type { Query } from "./paths.js";

/** The server ends the stream after this, which also finds a line that died silently. */
const life = "300";
const shortest = 250;
const longest = 30_000;

export async function watch(
  api: Api,
  path: string,
  query: Query,
  onChange: (changed: JsonObject | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  let pause = shortest;
  while (!signal.aborted) {
    const began = performance.now();
    try {
      const response = await api.open(path, { ...query, watch: "true", timeoutSeconds: life }, signal);
      onChange(undefined);
      for await (const event of eventsOf(response)) {
        // Mostly 410, history gone: this stream ends here, and the next one starts from now.
        if (text(event, "type") === "ERROR") break;
        onChange(object(event, "object"));
      }
    } catch {
      // Refused, unreachable or cut: all of them mean "again, a little later".
    }
    if (performance.now() - began > longest) pause = shortest;
    await delay(pause, undefined, { signal }).catch(() => undefined);
    pause = Math.min(pause * 2, longest);
  }
}

/** One JSON object per line, cut anywhere by the network. */
async function* eventsOf(response: IncomingMessage): AsyncGenerator<JsonObject> {
  response.setEncoding("utf8");
  let rest = "";
  for await (const chunk of response) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const event = parseObject(line);
      if (event) yield event;
    }
  }
}
