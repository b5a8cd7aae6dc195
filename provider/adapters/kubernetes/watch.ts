/**
 * One supervised watch: a callback for each changed object, and without one after each new start (what
 * happened while the line was down is unknown). It reconnects until its signal ends it.
 * A watch that is refused or cut is no fault for a run: the engine also looks by itself every half minute, and
 * preflight names a missing permission. Who has nothing else than the watch asks to be told why there is none.
 */
import type { IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { most } from "../../plan/bounds.js";
import type { JsonObject } from "../../plan/observation.js";
import { RestoreFault } from "../../workflow/faults.js";
import type { Api } from "./api.js";
import { unreachable } from "./errors.js";
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
  onLine: (trouble: RestoreFault | undefined) => void = () => undefined,
): Promise<void> {
  let pause = shortest;
  const over = (): boolean => signal.aborted;
  while (!over()) {
    const began = performance.now();
    try {
      const response = await api.open(path, { ...query, watch: "true", timeoutSeconds: life }, signal);
      onLine(undefined);
      onChange(undefined);
      for await (const event of eventsOf(response)) {
        // Mostly 410, history gone: this stream ends here, and the next one starts from now.
        if (text(event, "type") === "ERROR") break;
        onChange(object(event, "object"));
      }
    } catch (error) {
      // Refused, unreachable or cut: all of them mean "again, a little later".
      if (!over())
        onLine(error instanceof RestoreFault ? error : unreachable(`GET ${path}`, api.server, error));
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
    // No object is that large: what is in between is not Kubernetes', and the line is opened anew.
    if (rest.length > most.answer) return;
    for (const line of lines) {
      const event = parseObject(line);
      if (event) yield event;
    }
  }
}
