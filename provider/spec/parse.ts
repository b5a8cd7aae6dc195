// The door: an unknown document in, a valid request or every mistake at once out. Defaults are not filled in.
// Invariants: never throws; what the structure (zod) refuses, no rule judges again; values that are not known yet raise no
// issue, and nothing is decided while there are any.

import { API_VERSION, TRIGGER_ANNOTATION } from "./defaults.js";
import { normalizeDatabaseName } from "./database-name.js";
import { pathsOf, toDraft, unclear, type Draft } from "./draft.js";
import { toIssue, type Finding } from "./finding.js";
import { normalize } from "./normalize.js";
import type { Issue, Parsed, ParseResult, Refused, RestoreRequest, Undecided } from "./request.js";
import { documentRules } from "./rules/document.js";
import { optionsRules } from "./rules/options.js";
import { seedUriRules } from "./rules/seed-uri.js";
import { sourceRules } from "./rules/source.js";
import { document as definition } from "./schema.js";
import { judgeStructure, valueAt } from "./structure.js";
import type { RestoreDocument, RestoreSource } from "./types.js";

export type { Issue, Parsed, ParseResult, Refused, RestoreRequest, Undecided };

export interface ParseContext {
  /** Name of the restore where metadata.name is not written. */
  readonly defaultName?: string;
}

/** Pulumi's stand-in for a value that is not known before the update. */
export const PULUMI_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface PreviewContext extends ParseContext {
  /** Text that stands for a value which is not known yet, wherever it occurs. */
  readonly unknownValue: string;
}

export function parseRestore(input: unknown, context?: ParseContext): ParseResult;
export function parseRestore(input: unknown, context: PreviewContext): ParseResult | Undecided;
export function parseRestore(
  input: unknown,
  { defaultName, unknownValue }: Partial<PreviewContext> = {},
): ParseResult | Undecided {
  const value = normalize(input);
  const parsed = definition.schema.safeParse(value);
  const unknown = unknownValue === undefined ? [] : pathsOf(unknownValue, definition.form, value);
  const issues = (parsed.error?.issues ?? []).filter(
    (issue) => unknownValue === undefined || valueAt(value, issue.path) !== unknownValue,
  );
  const structure = judgeStructure(issues, definition.form, value);
  const unclearPaths = new Set([...unknown, ...structure.unclear]);
  const draft = toDraft(definition.form, value, unclearPaths) as Draft<RestoreDocument>;
  const findings = [...structure.findings, ...rules(draft, defaultName)];
  const refusals = findings.filter(({ severity }) => severity === "refused").map(toIssue);
  if (refusals.length > 0) return { ok: false, issues: refusals };
  const warnings = findings.map(toIssue);
  // Without a refusal, only values that are not known yet can have failed the schema.
  if (unknown.length > 0 || !parsed.success) return { ok: "later", unknown, warnings };
  return { ok: true, request: toRequest(parsed.data, defaultName), warnings };
}

function* rules(document: Draft<RestoreDocument>, defaultName: string | undefined): Generator<Finding> {
  yield* documentRules(document, defaultName);
  if (document === unclear || document.spec === unclear) return;
  yield* sourceRules("spec.source", document.spec.source);
  yield* seedUriRules("spec", document.spec);
  if (document.spec.options !== undefined) yield* optionsRules("spec.options", document.spec.options);
}

function toRequest(document: RestoreDocument, defaultName: string | undefined): RestoreRequest {
  const { metadata = {}, spec, connection, mode, apiVersion } = document;
  const annotations = metadata.annotations ?? {};
  const trigger = document.trigger ?? annotations[TRIGGER_ANNOTATION];
  return {
    name: metadata.name ?? defaultName ?? "",
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    labels: metadata.labels ?? {},
    annotations,
    ...(trigger === undefined ? {} : { trigger }),
    spec: {
      ...spec,
      databaseName: normalizeDatabaseName(spec.databaseName),
      source: withStorageType(spec.source),
    },
    ...(connection === undefined ? {} : { connection }),
    ...(mode === undefined ? {} : { mode }),
    ...(apiVersion === undefined || apiVersion === API_VERSION ? {} : { apiVersion }),
  };
}

/** The types s3, gcs and azure say the storage's type as well. */
function withStorageType(source: RestoreSource): RestoreSource {
  const { type, storage } = source;
  if (storage === undefined || (type !== "s3" && type !== "gcs" && type !== "azure")) return source;
  return { ...source, storage: { ...storage, type } };
}
