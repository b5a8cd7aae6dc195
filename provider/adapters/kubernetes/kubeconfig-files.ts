/**
 * Where a kubeconfig stands: the given content or path, the files of KUBECONFIG, ~/.kube/config. As with kubectl, absent
 * files of KUBECONFIG are skipped, and one that cannot be read ends the search. Invariant: what is no path, and so may
 * hold a credential, is never part of a message.
 */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { isNativeError } from "node:util/types";
import { RestoreFault } from "../../workflow/faults.js";
import { mergeParts, readParts, type Parts } from "./kubeconfig-parts.js";

export type Files =
  /** @property source what was read, for messages. */
  | { readonly kind: "found"; readonly source: string; readonly parts: Parts }
  /** @property tried a sentence without its end. */
  | { readonly kind: "absent"; readonly tried: string };

const variable = "KUBECONFIG";

/** connection.kubeconfig: content or path. */
export function givenFile(given: string): Files {
  const source = "the given kubeconfig";
  if (isEncoded(given))
    throw invalid(
      source,
      "it looks like base64: decode it, or give the path of a file that holds it decoded",
    );
  // A path has one line and no colon-space; YAML and JSON have either several lines or braces.
  if (/[\n{]|: /.test(given)) return found(source, [partsOf(source, given, undefined)]);
  const path = resolve(given.startsWith("~/") ? join(home(), given.slice(2)) : given);
  const name = `file ${shown(path)}`;
  const { content, absent } = read(path, name);
  if (absent) throw absent;
  return found(name, [partsOf(name, content, dirname(path))]);
}

/** As kubectl looks where nothing is given. */
export function defaultFiles(): Files {
  const value = process.env[variable] ?? "";
  const usual = join(home(), ".kube", "config");
  if (value === "")
    return firstOf([usual], "", `connection.kubeconfig and ${variable} are unset, ${usual} does not exist`);
  if (/\n|^\{/.test(value.trim()))
    throw invalid(variable, "it holds a kubeconfig, not a path: write that to a file, and name the file");
  if (isEncoded(value))
    throw invalid(
      variable,
      "it looks like base64, not like a path: decode that into a file, and name the file",
    );
  const files = [...new Set(value.split(delimiter).filter((file) => file !== ""))];
  const names = files.length > 0 ? `${files.map(shown).join(" and ")}: no such file` : "no file";
  return firstOf(files, ` (${variable})`, `connection.kubeconfig is unset, ${variable} names ${names}`);
}

const home = (): string => process.env["HOME"] || homedir();

function firstOf(files: readonly string[], origin: string, tried: string): Files {
  const there = files.flatMap((file) => {
    const path = resolve(file);
    const name = `file ${shown(path)}${origin}`;
    const { content } = read(path, name);
    if (content === undefined) return [];
    return [{ shown: shown(path), parts: partsOf(name, content, dirname(path)) }];
  });
  if (there.length === 0) return { kind: "absent", tried };
  const source = `file${there.length > 1 ? "s" : ""} ${there.map((one) => one.shown).join(", ")}${origin}`;
  return found(
    source,
    there.map(({ parts }) => parts),
  );
}

/** One that says nothing is somebody's mistake; kubectl would go on, even to the cluster of the pod it runs in. */
function found(source: string, all: readonly (Parts | undefined)[]): Files {
  const said = all.filter((parts) => parts !== undefined);
  if (said.length > 0) return { kind: "found", source, parts: mergeParts(said) };
  throw invalid(
    source,
    `${all.length > 1 ? "they are" : "it is"} empty: write a kubeconfig there, or name another file`,
  );
}

/** undefined: it is empty. */
function partsOf(name: string, content: string, folder: string | undefined): Parts | undefined {
  const reading = readParts(content, folder);
  switch (reading.kind) {
    case "parts":
      return reading.parts;
    case "empty":
      return undefined;
    case "wrong":
      throw invalid(`${name} cannot be read`, `it ${reading.why}`);
  }
}

/** What stands in it, or the fault of a file that does not exist. */
type Read =
  | { readonly content: string; readonly absent?: never }
  | { readonly content?: never; readonly absent: RestoreFault };

function read(path: string, name: string): Read {
  try {
    return { content: readFileSync(path, "utf8") };
  } catch (error) {
    if (!isNativeError(error) || !("code" in error)) throw error;
    // Node's text names the path.
    const why = shown(path) === path ? error.message : String(error.code);
    const fault = invalid(`${name} cannot be read`, why);
    if (error.code === "ENOENT") return { absent: fault };
    throw fault;
  }
}

const longestShown = 255;

/** A path as it may be shown: what is so long, or has such characters, was probably never meant as one. */
function shown(path: string): string {
  return path.length > longestShown || /\p{C}/u.test(path) ? `at a path of ${path.length} characters` : path;
}

const shortestEncoded = 40;

/** Base64 of a text; a path would decode to bytes that are none. */
function isEncoded(given: string): boolean {
  const packed = given.replaceAll(/\s/g, "");
  if (packed.length < shortestEncoded || !/^[\w+/-]+={0,2}$/.test(packed)) return false;
  const start = Buffer.from(packed.slice(0, shortestEncoded), "base64").toString("utf8");
  return !/[^\P{C}\s]|\ufffd/u.test(start);
}

export function invalid(what: string, why: string): RestoreFault {
  return new RestoreFault("terminal", "KubernetesUnreachable", `${what}: ${why}.`);
}
