/**
 * What kubeconfig files say, before anything of it is used: read as kubectl reads them, and merged as kubectl merges
 * them: the first file that sets the current context, or that has a cluster, user or context of a name, wins, each as a
 * whole; relative paths count from the folder of their file. No I/O. Invariant: what is wrong is told by the place, never
 * by what stands there, because that may be a token.
 */
import { isAbsolute, join, sep } from "node:path";
import { LineCounter, parseAllDocuments } from "yaml";
import type { Json, JsonObject } from "../../plan/observation.js";
import { isObject, text } from "./json.js";

export type Named = ReadonlyMap<string, JsonObject>;

export interface Parts {
  readonly currentContext: string | undefined;
  readonly clusters: Named;
  readonly users: Named;
  readonly contexts: Named;
}

export type Reading =
  | { readonly kind: "parts"; readonly parts: Parts }
  /** Nothing stands in it, or comments only. */
  | { readonly kind: "empty" }
  /** @property why the rest of a sentence that begins with the file. */
  | { readonly kind: "wrong"; readonly why: string };

/** @param folder of the file that it stood in; undefined where it was given as it is. */
export function readParts(source: string, folder: string | undefined): Reading {
  const lines = new LineCounter();
  // kubectl's YAML is 1.1, in which `yes` is no text. Of several documents it reads the first.
  const documents = parseAllDocuments(source, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "silent",
    version: "1.1",
  });
  if ("empty" in documents) return { kind: "empty" };
  const [document] = documents;
  const [mistake] = document?.errors ?? [];
  if (mistake) {
    const { line, col } = lines.linePos(mistake.pos[0]);
    return wrong(`is no YAML (line ${line}, column ${col})`);
  }
  let whole: unknown;
  try {
    whole = document?.toJS() ?? null;
  } catch (error) {
    // An alias without an anchor, or so many aliases that it must be an attack.
    if (!(error instanceof ReferenceError)) throw error;
    return wrong("has an alias that cannot be resolved");
  }
  if (whole === null) return { kind: "empty" };
  return isObject(whole) ? judge(whole, folder) : wrong("is no kubeconfig: a mapping is wanted");
}

function judge(whole: JsonObject, folder: string | undefined): Reading {
  // Each may be left out.
  if ((whole["kind"] ?? "Config") !== "Config" || (whole["apiVersion"] ?? "v1") !== "v1")
    return wrong("is no kubeconfig: kind Config of apiVersion v1 is wanted");
  const current = whole["current-context"] ?? "";
  if (typeof current !== "string") return wrong("has a current-context that is no text: put it in quotes");
  const clusters = namedIn(whole, "clusters", "cluster");
  if (typeof clusters === "string") return wrong(clusters);
  const users = namedIn(whole, "users", "user");
  if (typeof users === "string") return wrong(users);
  const contexts = namedIn(whole, "contexts", "context");
  if (typeof contexts === "string") return wrong(contexts);
  const parts = { currentContext: current || undefined, clusters, users, contexts };
  return { kind: "parts", parts: folder === undefined ? parts : fromFolder(parts, folder) };
}

const wrong = (why: string): Reading => ({ kind: "wrong", why });

/** The entries by their names, or what is wrong with the list. */
function namedIn(whole: JsonObject, list: string, key: string): Named | string {
  const entries = whole[list] ?? [];
  if (!Array.isArray(entries)) return `has ${list} that are no list`;
  const named = new Map<string, JsonObject>();
  for (const [index, entry] of (entries as readonly Json[]).entries()) {
    const at = `${list}[${index}]`;
    const name = text(entry, "name");
    const value = isObject(entry) ? (entry[key] ?? {}) : undefined;
    if (name === undefined) return `has no name in ${at}: a text is wanted`;
    if (!isObject(value)) return `has no mapping in ${at}.${key}`;
    if (named.has(name)) return `has the name of ${at} twice`;
    named.set(name, value);
  }
  return named;
}

export function mergeParts(all: readonly Parts[]): Parts {
  const first = (of: (parts: Parts) => Named): Named =>
    new Map([...all].reverse().flatMap((parts) => [...of(parts)]));
  return {
    currentContext: all.map(({ currentContext }) => currentContext).find((name) => name !== undefined),
    clusters: first(({ clusters }) => clusters),
    users: first(({ users }) => users),
    contexts: first(({ contexts }) => contexts),
  };
}

function fromFolder(parts: Parts, folder: string): Parts {
  const inFolder = (value: Json): Json =>
    typeof value === "string" && value !== "" && !isAbsolute(value) ? join(folder, value) : value;
  const located = (entry: JsonObject, ...paths: readonly string[]): JsonObject =>
    Object.fromEntries(
      Object.entries(entry).map(([key, value]) => [key, paths.includes(key) ? inFolder(value) : value]),
    );
  const user = (entry: JsonObject): JsonObject => {
    const { exec } = entry;
    // A command without a separator is one of PATH.
    const ofFolder = isObject(exec) && text(exec, "command")?.includes(sep) === true;
    return {
      ...located(entry, "client-certificate", "client-key", "tokenFile"),
      ...(ofFolder ? { exec: located(exec, "command") } : {}),
    };
  };
  const each = (named: Named, change: (entry: JsonObject) => JsonObject): Named =>
    new Map([...named].map(([name, entry]) => [name, change(entry)]));
  return {
    ...parts,
    clusters: each(parts.clusters, (cluster) => located(cluster, "certificate-authority")),
    users: each(parts.users, user),
  };
}
