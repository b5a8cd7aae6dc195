/**
 * The verbs of the Kubernetes API on raw JSON objects.
 * Invariants: absence is `undefined` or false where one asks for a thing, never an error; whatever else goes
 * wrong is a RestoreFault. Writes that could meet another writer carry resourceVersion or uid in their body.
 */
import type { IncomingMessage } from "node:http";
import type { Json, JsonObject } from "../../plan/observation.js";
import { RestoreFault } from "../../workflow/faults.js";
import { isRefusal } from "./errors.js";
import { objects, parseObject, text } from "./json.js";
import { withQuery, type Query } from "./paths.js";
import type { Call, Transport } from "./transport.js";

/** Objects of one page of a list, and pages of one list. */
const pageSize = 500;
const mostPages = 200;

export interface Api {
  readonly server: string;
  get(path: string): Promise<JsonObject | undefined>;
  /** All of it, in pages: a namespace may have many objects. */
  list(path: string, query?: Query): Promise<readonly JsonObject[]>;
  create(path: string, body: JsonObject): Promise<JsonObject>;
  /** Merge patch: null removes a key, a list replaces the list. */
  patch(path: string, body: JsonObject): Promise<JsonObject>;
  /** Server-side apply: the fields of the body become the manager's, those that it named before and does not any more go. */
  apply(path: string, query: Query, body: JsonObject): Promise<JsonObject>;
  replace(path: string, body: JsonObject): Promise<JsonObject>;
  /** @returns false where there was nothing to delete. */
  remove(path: string, options?: JsonObject): Promise<boolean>;
  /** A plain-text answer, such as a log. */
  text(path: string, query: Query): Promise<string>;
  open(path: string, query: Query, signal: AbortSignal): Promise<IncomingMessage>;
}

export function createApi(transport: Transport): Api {
  const send = async (method: Call["method"], path: string, body?: Json, contentType = "application/json") =>
    parsed(
      path,
      await transport.call({
        method,
        path,
        ...(body === undefined ? {} : { body: JSON.stringify(body), contentType }),
      }),
    );

  return {
    server: transport.shown,
    get: (path) => send("GET", path).catch(absent(undefined)),
    list: (path, query) => listed((page) => send("GET", withQuery(path, { ...query, ...page })), path),
    create: (path, body) => send("POST", path, body),
    patch: (path, body) => send("PATCH", path, body, "application/merge-patch+json"),
    // JSON is YAML.
    apply: (path, query, body) => send("PATCH", withQuery(path, query), body, "application/apply-patch+yaml"),
    replace: (path, body) => send("PUT", path, body),
    remove: (path, options) => send("DELETE", path, options).then(() => true, absent(false)),
    text: (path, query) => transport.call({ method: "GET", path: withQuery(path, query) }),
    open: (path, query, signal) => transport.open(withQuery(path, query), signal),
  };
}

/** From the beginning, where the rest has expired meanwhile: a list is of one moment. */
async function listed(
  ask: (page: Query) => Promise<JsonObject>,
  path: string,
  tries = 3,
): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  let more: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    let page: JsonObject;
    try {
      page = await ask({ limit: String(pageSize), ...(more === undefined ? {} : { continue: more }) });
    } catch (error) {
      if (!isRefusal(error, 410)) throw error;
      if (tries > 1) return listed(ask, path, tries - 1);
      throw new RestoreFault("retry", "KubernetesUnreachable", error.message, { cause: error });
    }
    found.push(...objects(page, "items"));
    more = text(page, "metadata", "continue");
    if (more === undefined) return found;
  }
  const fix = "Look with kubectl at what is there, and remove what is not needed";
  throw new RestoreFault(
    "terminal",
    "TooLarge",
    `GET ${path} lists more than ${pageSize * mostPages} objects; this program takes at most so many. ${fix}.`,
  );
}

function parsed(path: string, body: string): JsonObject {
  const found = parseObject(body);
  if (found) return found;
  throw new RestoreFault(
    "retry",
    "KubernetesUnreachable",
    `The answer to ${path} is not Kubernetes': is there a proxy or login page in between?`,
  );
}

/** Turns "not found" into a value and leaves every other error alone. */
export function absent<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (isRefusal(error, 404)) return value;
    throw error;
  };
}
