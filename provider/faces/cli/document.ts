/**
 * From a YAML file to a restore request: the same document as the custom resource. Everything that is wrong with
 * it is told at once. Invariant: a parser's complaint names line and column but never quotes the text, which may
 * hold a secret.
 */
import { isNativeError } from "node:util/types";
import { LineCounter, parseAllDocuments } from "yaml";
import { TRIGGER_ANNOTATION } from "../../spec/defaults.js";
import { parseRestore, type Issue, type RestoreRequest } from "../../spec/parse.js";
import type { RestoreMode } from "../../spec/types.js";

export interface DocumentFlags {
  readonly namespace?: string;
  readonly trigger?: string;
  readonly mode?: RestoreMode;
}

export type DocumentAnswer =
  | { readonly ok: true; readonly request: RestoreRequest; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly DocumentProblem[] };

/** An issue of the document, or what keeps it from being one. */
export type DocumentProblem = Partial<Issue> & { readonly message: string };

export function readDocument(source: string, flags: DocumentFlags): DocumentAnswer {
  const lines = new LineCounter();
  const documents = parseAllDocuments(source, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "silent",
  });
  if ("empty" in documents) return refused("there is no document in it");
  const mistakes = documents.flatMap(({ errors }) =>
    errors.map(({ message, pos: [start] }) => {
      const { line, col } = lines.linePos(start);
      return { message: `line ${line}, column ${col}: ${withoutQuote(message)}` };
    }),
  );
  if (mistakes.length > 0) return { ok: false, problems: mistakes };
  let values: readonly unknown[];
  try {
    values = documents.map((document) => document.toJS() as unknown).filter((value) => value !== null);
  } catch (error) {
    // An alias without an anchor, or so many aliases that it must be an attack.
    if (!isNativeError(error) || error.name !== "ReferenceError") throw error;
    return refused(withoutQuote(error.message));
  }
  if (values.length === 0) return refused("there is no document in it");
  if (values.length > 1)
    return refused(`there are ${values.length} documents in it; write one restore per file`);
  return judge(values[0], flags);
}

function judge(written: unknown, { namespace, trigger, mode }: DocumentFlags): DocumentAnswer {
  // Judged together: a document may hold what that mode can't use.
  const value = mode !== undefined && isMap(written) ? { ...written, mode } : written;
  const parsed = parseRestore(value);
  if (!parsed.ok) return { ok: false, problems: parsed.issues };
  const { request } = parsed;
  if (namespace !== undefined && request.namespace !== undefined && namespace !== request.namespace)
    return refused(
      `metadata.namespace = "${request.namespace}": differs from --namespace ${namespace}; leave one of the two out`,
    );
  return {
    ok: true,
    request: {
      ...request,
      ...(namespace === undefined ? {} : { namespace }),
      ...(trigger === undefined ? {} : withTrigger(request, trigger)),
    },
    warnings: parsed.warnings.map(({ message }) => message),
  };
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The command line's trigger wins over the document's. */
function withTrigger(
  { annotations }: RestoreRequest,
  trigger: string,
): Pick<RestoreRequest, "trigger" | "annotations"> {
  return { trigger, annotations: { ...annotations, [TRIGGER_ANNOTATION]: trigger } };
}

function refused(message: string): DocumentAnswer {
  return { ok: false, problems: [{ message }] };
}

/** The parser ends some messages in the text that it found. */
function withoutQuote(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/: ["'].*$/, "");
}
