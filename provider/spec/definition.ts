// The vocabulary in which the fields are defined: every definition is a zod schema (what is accepted) together with
// a form (what it is, in words and as data), so that messages, schema.json, types and docs all come from one place.
// Invariants: every field has a description; objects refuse unknown keys; what is parsed is readonly.

import { z } from "zod";
import type { Judge } from "./complaint.js";
import type { Shape } from "./shapes.js";

/** What a value is, as plain data. */
export type Form =
  | ObjectForm
  | ChoiceForm
  | { readonly kind: "constant"; readonly value: string }
  /** `label` is the type in the docs' words: "duration". */
  | { readonly kind: "text"; readonly label: string; readonly allowed: string; readonly shape?: Shape }
  | { readonly kind: "flag" }
  | {
      readonly kind: "integer" | "number";
      readonly allowed: string;
      readonly bounds?: readonly [min: number, max: number];
    }
  | { readonly kind: "list"; readonly item: Form }
  | { readonly kind: "map"; readonly value: Form };

export interface ObjectForm {
  readonly kind: "object";
  readonly name: string;
  readonly description: string;
  readonly fields: Readonly<Record<string, FieldForm>>;
}

export interface ChoiceForm {
  readonly kind: "choice";
  readonly name: string;
  readonly description: string;
  /** Each value with what it means. */
  readonly values: Readonly<Record<string, string>>;
}

export interface FieldForm {
  readonly form: Form;
  readonly optional: boolean;
  readonly description: string;
  /** What an absent field means, in the spelling of the field or in words. */
  readonly fallback?: string;
  /** Its values appear in no message. */
  readonly secret?: true;
}

export interface Definition<S extends z.ZodType> {
  readonly schema: S;
  readonly form: Form;
}

export interface Field<S extends z.ZodType> {
  readonly schema: S;
  readonly field: FieldForm;
}

type Fields = Readonly<Record<string, Field<z.ZodType>>>;
type ShapeOf<F extends Fields> = { -readonly [K in keyof F]: F[K]["schema"] };
type Notes = Pick<FieldForm, "fallback" | "secret">;

export function required<S extends z.ZodType>(
  of: Definition<S>,
  description: string,
  notes?: Notes,
): Field<S> {
  return { schema: of.schema, field: { form: of.form, optional: false, description, ...notes } };
}

export function optional<S extends z.ZodType>(
  of: Definition<S>,
  description: string,
  notes?: Notes,
): Field<z.ZodExactOptional<S>> {
  return {
    schema: of.schema.exactOptional(),
    field: { form: of.form, optional: true, description, ...notes },
  };
}

/** An object type of the API; unknown keys are refused. */
export function object<F extends Fields>(
  name: string,
  description: string,
  fields: F,
): Definition<z.ZodReadonly<z.ZodObject<ShapeOf<F>, z.core.$strict>>> & { readonly form: ObjectForm } {
  const entries = Object.entries(fields);
  const shape = Object.fromEntries(entries.map(([key, { schema }]) => [key, schema])) as ShapeOf<F>;
  const forms = Object.fromEntries(entries.map(([key, { field }]) => [key, field]));
  return {
    schema: z.strictObject(shape).readonly(),
    form: { kind: "object", name, description, fields: forms },
  };
}

/** One of a few words. */
export function choice<const V extends string>(
  name: string,
  description: string,
  values: Readonly<Record<V, string>>,
): Definition<z.ZodEnum<{ [K in V]: K }>> {
  return { schema: z.enum(Object.keys(values) as V[]), form: { kind: "choice", name, description, values } };
}

export function constant<const V extends string>(value: V): Definition<z.ZodLiteral<V>> {
  return { schema: z.literal(value), form: { kind: "constant", value } };
}

/** A string; the judge's complaint travels in the issue's params. */
export function text(label: string, allowed: string, judge?: Judge, shape?: Shape): Definition<z.ZodString> {
  const schema =
    judge === undefined
      ? z.string()
      : z.string().superRefine((value, context) => {
          const complaint = judge(value);
          if (complaint !== undefined) {
            context.addIssue({ code: "custom", message: complaint.problem, params: { complaint } });
          }
        });
  return { schema, form: { kind: "text", label, allowed, ...(shape === undefined ? {} : { shape }) } };
}

export const flag: Definition<z.ZodBoolean> = { schema: z.boolean(), form: { kind: "flag" } };

/** A whole number within bounds. */
export function integer(min: number, max: number): Definition<z.ZodNumber> {
  const allowed = `a whole number from ${min} to ${max}`;
  const schema = z.number().superRefine((value, context) => {
    if (Number.isInteger(value) && value >= min && value <= max) return;
    const complaint = { problem: "is out of range", allowed, fix: `write ${allowed}` };
    context.addIssue({ code: "custom", message: complaint.problem, params: { complaint } });
  });
  return { schema, form: { kind: "integer", allowed, bounds: [min, max] } };
}

/** Any number: only in what we write ourselves. */
export const number: Definition<z.ZodNumber> = {
  schema: z.number(),
  form: { kind: "number", allowed: "a number" },
};

export function list<S extends z.ZodType>(of: Definition<S>): Definition<z.ZodReadonly<z.ZodArray<S>>> {
  return { schema: z.array(of.schema).readonly(), form: { kind: "list", item: of.form } };
}

/** Names to texts; the judge looks at the names. */
export function map(
  of: Definition<z.ZodString>,
  judge: Judge,
): Definition<z.ZodReadonly<z.ZodRecord<z.ZodString, z.ZodString>>> {
  const schema = z.record(text("key", "", judge).schema, of.schema).readonly();
  return { schema, form: { kind: "map", value: of.form } };
}
