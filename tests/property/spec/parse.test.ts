// Properties of parsing: any input gives a request or complete issues; a valid document with anything put anywhere
// still does; accepted requests are accepted again.

import {
  anything,
  assert,
  constantFrom,
  jsonValue,
  oneof,
  property,
  string,
  type Arbitrary,
} from "fast-check";
import type { FieldForm, Form } from "../../../provider/spec/definition.js";
import {
  parseRestore,
  PULUMI_UNKNOWN,
  type ParseResult,
  type Undecided,
} from "../../../provider/spec/parse.js";
import { document } from "../../../provider/spec/schema.js";
import { restore, withOptions, withPitr, withStorage } from "../../unit/spec/documents.js";

function expectComplete(result: ParseResult | Undecided): void {
  const issues = result.ok === false ? result.issues : result.warnings;
  if (result.ok === false) expect(issues.length).toBeGreaterThan(0);
  for (const { path, allowed, fix, message } of issues) {
    expect([path, allowed, fix].every((part) => part !== "")).toBe(true);
    expect(message.startsWith(path)).toBe(true);
  }
}

test("any input at all", () => {
  const input = anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSet: true,
  });
  assert(
    property(input, (value) => {
      expectComplete(parseRestore(value));
      expectComplete(parseRestore(value, { unknownValue: PULUMI_UNKNOWN }));
    }),
  );
});

/** Every path of the definition, lists by their first item. */
function paths(form: Form): readonly (readonly (string | number)[])[] {
  const below = (key: string | number, child: Form): readonly (readonly (string | number)[])[] => [
    [key],
    ...paths(child).map((rest) => [key, ...rest]),
  ];
  if (form.kind === "list") return below(0, form.item);
  if (form.kind === "map") return below("example.com/key", form.value);
  if (form.kind !== "object") return [];
  return Object.entries(form.fields).flatMap(([key, field]: [string, FieldForm]) => below(key, field.form));
}

/** A copy of `value` with `put` at the path, the way there made where it is missing. */
function replaced(value: unknown, [key, ...rest]: readonly (string | number)[], put: unknown): unknown {
  if (key === undefined) return put;
  if (typeof key === "number") return [replaced(Array.isArray(value) ? value[0] : undefined, rest, put)];
  const members = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  return { ...members, [key]: replaced((members as Record<string, unknown>)[key], rest, put) };
}

const everywhere = paths(document.form);
const somePath: Arbitrary<readonly (string | number)[]> = constantFrom(...everywhere);
const someDocument = constantFrom(
  restore(),
  withStorage({ type: "pvc", pvc: { name: "backups" } }),
  withStorage({ type: "s3", bucket: "b", cloud: { provider: "aws", identity: { serviceAccount: "sa" } } }),
  withPitr({ logStorage: { type: "gcs", bucket: "b" }, encryption: { enabled: true, keySecret: "k" } }),
  withOptions({
    additionalArgs: ["--verbose"],
    tempStorage: { size: "10Gi" },
    postRestore: { cypherStatements: ["RETURN 1"] },
  }),
);
const something = oneof(
  jsonValue({ maxDepth: 3 }),
  string({ unit: "binary" }),
  constantFrom(
    "",
    "0",
    "1h",
    "-1h",
    "10Gi",
    "true",
    0,
    -1,
    1.5,
    true,
    "s3",
    "pvc",
    "backup",
    "__proto__",
    "a/b",
    "x,y",
  ),
);

test("there are paths to try", () => {
  expect(everywhere.length).toBeGreaterThan(150);
});

test("a valid document with anything put anywhere", () => {
  assert(
    property(someDocument, somePath, something, (valid, path, put) => {
      const changed = replaced(valid, path, put);
      const result = parseRestore(changed);
      expectComplete(result);
      if (!result.ok) return;
      const { name, namespace, labels, annotations, spec, connection, mode, trigger } = result.request;
      expect(
        parseRestore({ metadata: { name, namespace, labels, annotations }, spec, connection, mode, trigger }),
      ).toEqual(result);
    }),
    { numRuns: 1000 },
  );
});

test("an unknown value anywhere is never an error", () => {
  assert(
    property(someDocument, somePath, (valid, path) => {
      const changed = replaced({}, path, PULUMI_UNKNOWN);
      const result = parseRestore(merged(valid, changed), { unknownValue: PULUMI_UNKNOWN });
      const blamed =
        result.ok === false ? result.issues.filter(({ message }) => message.includes(PULUMI_UNKNOWN)) : [];
      expect(blamed).toEqual([]);
      expect(result.ok).not.toBe(true);
    }),
    { numRuns: 500 },
  );
});

function merged(base: unknown, over: unknown): unknown {
  const plain = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!plain(base) || !plain(over)) return over;
  const keys = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries(
    [...keys].map((key) => [key, key in over ? merged(base[key], over[key]) : base[key]]),
  );
}
