// Judges a program's arguments without touching the cluster, and adds the plan in words, so that a preview shows it.
// Invariants: every failure is reported at once; no failure makes the engine print a secret (it prints the value of a
// top-level property, so only nested paths are named, and those that bear secrets are not); defaults that the outputs
// show are written into the inputs, so that both agree.

import type * as pulumi from "@pulumi/pulumi";
import { missingTools } from "../../plan/tools-image.js";
import { planInWords } from "../../plan/words.js";
import { API_VERSION, KIND } from "../../spec/defaults.js";
import { PULUMI_UNKNOWN, type Issue } from "../../spec/parse.js";
import { nameOf, parseProgram, type Properties } from "./properties.js";

type Failures = NonNullable<pulumi.dynamic.CheckResult["failures"]>;

export interface Checked {
  readonly inputs: Record<string, unknown>;
  readonly failures: Failures;
  readonly warnings: readonly Issue[];
}

export function checkProgram(news: Properties): Checked {
  const name = nameOf(news);
  const parsed = parseProgram(news, name);
  if (parsed.ok === false)
    return { inputs: { ...news }, failures: parsed.issues.map(failureOf), warnings: [] };
  const lacking = parsed.ok === true ? missingTools(parsed.request) : undefined;
  if (lacking) return { inputs: { ...news }, failures: [failureOf(lacking)], warnings: [] };
  const { metadata } = news;
  const inputs = {
    apiVersion: API_VERSION,
    kind: KIND,
    ...news,
    metadata: metadata === PULUMI_UNKNOWN ? metadata : { name, ...(metadata as object | undefined) },
    // What isn't known in a preview can't be put into words yet.
    plan: parsed.ok === true ? planInWords(parsed.request) : PULUMI_UNKNOWN,
  };
  return { inputs, failures: [], warnings: parsed.warnings };
}

/** Fields whose values may be secrets even where the program doesn't mark them. */
const secretBearing = /^connection\b|cypherStatements|\.env\b|\.args\b|\.command\b/;

function failureOf({ path, message }: Pick<Issue, "path" | "message">): Failures[number] {
  const nested = /[.[]/.test(path);
  return { property: nested && !secretBearing.test(path) ? path : "", reason: message };
}
