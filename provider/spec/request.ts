// The outcome of parsing: a request that is known to be well-formed, or every reason why it is not.
// Invariants: an issue never holds the value of a field that may bear a secret; `path` and `fix` are never empty.

import type { ConnectionArgs, Neo4jRestoreSpec, RestoreMode } from "./types.js";

/** A restore as asked for: valid in itself, defaults not filled in (what the user wrote stays recognisable). */
export interface RestoreRequest {
  readonly name: string;
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly trigger?: string;
  readonly spec: Neo4jRestoreSpec;
  readonly connection?: ConnectionArgs;
  readonly mode?: RestoreMode;
  /** Where it is of another group than the usual one: of the resource that mode operator applies. */
  readonly apiVersion?: string;
}

/** One thing that is wrong (or, as a warning, without effect), and what to write instead. */
export interface Issue {
  /** Property path, such as `spec.options.additionalArgs[1]`. */
  readonly path: string;
  /** What was written; absent where it may be a secret or is not a plain value. */
  readonly value?: unknown;
  /** What is allowed there. */
  readonly allowed: string;
  /** What to do. */
  readonly fix: string;
  /** All of it as one line for people; begins with the path. */
  readonly message: string;
}

export interface Parsed {
  readonly ok: true;
  readonly request: RestoreRequest;
  readonly warnings: readonly Issue[];
}

export interface Refused {
  readonly ok: false;
  readonly issues: readonly Issue[];
}

/** Nothing is wrong so far, but some values are not known yet (only in a Pulumi preview). */
export interface Undecided {
  readonly ok: "later";
  /** The paths that are not known yet. */
  readonly unknown: readonly string[];
  readonly warnings: readonly Issue[];
}

export type ParseResult = Parsed | Refused;
