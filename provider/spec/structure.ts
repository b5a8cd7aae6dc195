// What zod says about a document's structure, in our words: missing and unknown fields, wrong types, wrong values.
// Invariants: a value is shown only where a plain, not secret one is expected; unknown fields are never quoted,
// because a misspelled field may hold what its right spelling keeps secret.

import type { z } from "zod";
import type { Complaint } from "./complaint.js";
import type { Form, ObjectForm } from "./definition.js";
import { childForm } from "./draft.js";
import { refused, renderPath, type Finding } from "./finding.js";
import { nearest } from "./suggest.js";

/** Names that other versions of this API use. */
const OTHER_NAMES: Readonly<Record<string, string>> = { instanceRef: "clusterRef", database: "databaseName" };

export interface Structure {
  readonly findings: readonly Finding[];
  /** The paths of which nothing can be said: what stands there is refused, or is written under a wrong name. */
  readonly unclear: readonly string[];
}

export function judgeStructure(
  issues: readonly z.core.$ZodIssue[],
  root: ObjectForm,
  value: unknown,
): Structure {
  const unknown = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? unknownFields(issue, root) : [],
  );
  const meant = new Set(unknown.map((field) => field.meant));
  const others = issues.filter((issue) => issue.code !== "unrecognized_keys");
  const told = others.filter((issue) => !meant.has(renderPath(issue.path)));
  return {
    findings: [
      ...told.map((issue) => findingOf(issue, root, value)),
      ...unknown.map(({ finding }) => finding),
    ],
    unclear: [
      ...others.map((issue) => renderPath(issue.path)),
      ...[...meant].filter((path) => path !== undefined),
    ],
  };
}

function findingOf(issue: z.core.$ZodIssue, root: ObjectForm, value: unknown): Finding {
  const { form, secret } = locate(root, issue.path);
  const at = valueAt(value, issue.path);
  const complaint =
    complaintOf(issue) ?? (at === undefined ? missing(issue.path, form) : wrongType(form, at));
  const shown = isPlainForm(form) && issue.code !== "invalid_key" ? at : undefined;
  return refused(renderPath(issue.path), { ...complaint, ...(secret ? { secret } : {}) }, shown);
}

/** A judge's complaint, where the issue carries one: about the value or, in a map, about its key. */
function complaintOf(issue: z.core.$ZodIssue): Complaint | undefined {
  if (issue.code === "invalid_key") return issue.issues.map(complaintOf).find((found) => found !== undefined);
  return issue.code === "custom" ? (issue.params?.["complaint"] as Complaint | undefined) : undefined;
}

function locate(root: Form, path: readonly PropertyKey[]): { readonly form: Form; readonly secret: boolean } {
  let form = root;
  let secret = false;
  for (const key of path) {
    if (form.kind === "object" && form.fields[String(key)]?.secret === true) secret = true;
    form = childForm(form, key) ?? form;
  }
  return { form, secret };
}

export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === "object" && at !== null && Object.hasOwn(at, key)
        ? (at as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}

function isPlainForm(form: Form): boolean {
  return form.kind !== "object" && form.kind !== "list" && form.kind !== "map";
}

function missing(path: readonly PropertyKey[], form: Form): Complaint {
  const name = path.length === 0 ? "the document" : String(path.at(-1));
  return { problem: "is missing", allowed: expectation(form), fix: `add ${name}` };
}

function wrongType(form: Form, value: unknown): Complaint {
  const allowed = expectation(form);
  if (form.kind === "constant") return { problem: "is not supported", allowed, fix: `write ${form.value}` };
  if (form.kind === "choice") {
    const meant = typeof value === "string" ? nearest(value, Object.keys(form.values)) : undefined;
    const fix = meant === undefined ? "write one of them" : `did you mean ${meant}?`;
    return { problem: "is not one of the allowed values", allowed, fix };
  }
  return { problem: `is ${typeInWords(value)}`, allowed, fix: fixOfType(form, value) };
}

function fixOfType(form: Form, value: unknown): string {
  switch (form.kind) {
    case "text":
      return typeof value === "number" || typeof value === "boolean"
        ? "write it as text, in quotes"
        : "write a text";
    case "flag":
      return value === "true" || value === "false" ? "leave the quotes out" : "write true or false";
    case "integer":
    case "number":
      return typeof value === "string" ? "write a number, without quotes" : "write a number";
    case "list":
      return "write a list, also for a single element";
    default:
      return "write its fields below it";
  }
}

function expectation(form: Form): string {
  switch (form.kind) {
    case "object":
      return `an object with ${Object.keys(form.fields).join(", ")}`;
    case "choice":
      return `one of ${Object.keys(form.values).join(", ")}`;
    case "constant":
      return form.value;
    case "text":
    case "integer":
    case "number":
      return form.allowed;
    case "flag":
      return "true or false";
    case "list":
      return "a list";
    case "map":
      return "names with a text each";
  }
}

function typeInWords(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "a text";
  if (typeof value === "boolean") return "true or false";
  return typeof value === "number" ? "a number" : "an object";
}

interface UnknownField {
  readonly finding: Finding;
  /** The path of the field that was meant, where one can be told. */
  readonly meant: string | undefined;
}

function unknownFields(issue: z.core.$ZodIssueUnrecognizedKeys, root: ObjectForm): readonly UnknownField[] {
  const { form } = locate(root, issue.path);
  if (form.kind !== "object") return [];
  const fields = Object.keys(form.fields);
  return issue.keys.map((key) => {
    const meant =
      meantBy(key, fields, issue.path) ?? placeOf(key, root) ?? similarTo(key, fields, issue.path);
    const fix = meant === undefined ? "remove it" : `did you mean ${meant}?`;
    const complaint = { problem: `is not a field of ${form.name}`, allowed: fields.join(", "), fix };
    return { finding: refused(renderPath([...issue.path, key]), complaint), meant };
  });
}

function meantBy(key: string, fields: readonly string[], path: readonly PropertyKey[]): string | undefined {
  const name = Object.hasOwn(OTHER_NAMES, key) ? OTHER_NAMES[key] : undefined;
  return name !== undefined && fields.includes(name) ? renderPath([...path, name]) : undefined;
}

function similarTo(key: string, fields: readonly string[], path: readonly PropertyKey[]): string | undefined {
  const name = nearest(key, fields);
  return name === undefined ? undefined : renderPath([...path, name]);
}

/** The uppermost place in the document that has a field of that very name. */
function placeOf(key: string, root: ObjectForm): string | undefined {
  let level: readonly { readonly form: ObjectForm; readonly path: readonly string[] }[] = [
    { form: root, path: [] },
  ];
  while (level.length > 0) {
    const found = level.find(({ form }) => Object.hasOwn(form.fields, key));
    if (found !== undefined) return renderPath([...found.path, key]);
    level = level.flatMap(({ form, path }) =>
      Object.entries(form.fields).flatMap(([name, field]) =>
        field.form.kind === "object" ? [{ form: field.form, path: [...path, name] }] : [],
      ),
    );
  }
  return undefined;
}
