// One thing noticed while a document is judged, and how it is told.
// Invariants: a value is shown only where it is a plain one that the finder gave; long ones are cut.

import type { Complaint } from "./complaint.js";
import type { Issue } from "./request.js";

export interface Finding extends Complaint {
  /** A warning does not stop anything: the field is informative, or something else wins. */
  readonly severity: "refused" | "warning";
  readonly path: string;
  readonly value?: unknown;
}

export function refused(path: string, complaint: Complaint, value?: unknown): Finding {
  return { severity: "refused", path, ...complaint, value };
}

export function warning(path: string, complaint: Complaint, value?: unknown): Finding {
  return { severity: "warning", path, ...complaint, value };
}

const LONGEST_SHOWN = 120;

export function toIssue({ path, value, secret, problem, allowed, fix }: Finding): Issue {
  const shown = secret === true ? undefined : plain(value);
  const written = shown === undefined ? "" : ` = ${JSON.stringify(shown)}`;
  const message = `${path}${written}: ${problem}. Allowed: ${allowed}. Fix: ${fix}${fix.endsWith("?") ? "" : "."}`;
  return { path, ...(shown === undefined ? {} : { value: shown }), allowed, fix, message };
}

function plain(value: unknown): string | number | boolean | undefined {
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value !== "string") return undefined;
  return value.length <= LONGEST_SHOWN ? value : `${value.slice(0, LONGEST_SHOWN)}…`;
}

/** "spec.options.additionalArgs[1]", `metadata.labels["example.com/team"]`. */
export function renderPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "document";
  return path.reduce<string>((rendered, key) => {
    if (typeof key === "number") return `${rendered}[${key}]`;
    const name = String(key);
    if (!/^[\w$]+$/.test(name)) return `${rendered}[${JSON.stringify(name)}]`;
    return rendered === "" ? name : `${rendered}.${name}`;
  }, "");
}
