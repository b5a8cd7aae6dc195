// A document of which parts are unclear: not known yet (a Pulumi preview) or refused already. The rules that look at
// several fields together read drafts, so that one mistake is told once and everything else is judged all the same.
// Invariants: a draft holds only fields of the form; a required field that is missing is unclear.

import type { Form } from "./definition.js";
import { renderPath } from "./finding.js";

export const unclear: unique symbol = Symbol("unclear");
export type Unclear = typeof unclear;

/** Every part of T may also be unclear. */
export type Draft<T> =
  | Unclear
  | (T extends readonly (infer Item)[]
      ? readonly Draft<Item>[]
      : T extends object
        ? { readonly [K in keyof T]: Draft<T[K]> }
        : T);

/** The value, or undefined where it is absent or unclear. */
export function known<T>(value: T | Unclear): T | undefined {
  return value === unclear ? undefined : value;
}

/** True where the field is written, clear or not. */
export function isWritten(value: unknown): boolean {
  return value !== undefined;
}

/** Reads `value` by its form; whatever stands at one of `unclearPaths` is unclear. */
export function toDraft(form: Form, value: unknown, unclearPaths: ReadonlySet<string>): unknown {
  const read = (part: Form, at: unknown, path: readonly PropertyKey[]): unknown => {
    if (unclearPaths.has(renderPath(path))) return unclear;
    if (part.kind === "list" && Array.isArray(at)) {
      return (at as readonly unknown[]).map((item, index) => read(part.item, item, [...path, index]));
    }
    if (typeof at !== "object" || at === null) return at;
    const entries = Object.entries(at);
    if (part.kind === "map") {
      return Object.fromEntries(entries.map(([key, item]) => [key, read(part.value, item, [...path, key])]));
    }
    if (part.kind !== "object") return at;
    const members = new Map(entries);
    const fields = Object.entries(part.fields).map(([key, field]): [string, unknown] => [
      key,
      read(field.form, members.get(key), [...path, key]),
    ]);
    return Object.fromEntries(fields.filter(([, member]) => member !== undefined));
  };
  return read(form, value, []);
}

/** The paths below `form` at which `marker` stands instead of a value. */
export function pathsOf(marker: string, form: Form, value: unknown): readonly string[] {
  const find = (part: Form, at: unknown, path: readonly PropertyKey[]): readonly string[] => {
    if (at === marker) return [renderPath(path)];
    if (typeof at !== "object" || at === null) return [];
    return Object.entries(at).flatMap(([key, member]) => {
      const child = childForm(part, key);
      return child === undefined
        ? []
        : find(child, member, [...path, part.kind === "list" ? Number(key) : key]);
    });
  };
  return find(form, value, []);
}

/** The form of a member; undefined where the form has no such member. */
export function childForm(form: Form, key: PropertyKey): Form | undefined {
  if (form.kind === "list") return form.item;
  if (form.kind === "map") return form.value;
  if (form.kind !== "object" || typeof key !== "string") return undefined;
  return Object.hasOwn(form.fields, key) ? form.fields[key]?.form : undefined;
}
