// The property bag that the engine passes: the restore document and, beside it, what the face adds to it.
// Invariants: whatever goes back is JSON-clean (an `undefined` hangs the engine's host) and still holds `__provider`
// and `__urn` (without the former a resource can't even be deleted).

import { parseRestore, PULUMI_UNKNOWN, type ParseResult, type Undecided } from "../../spec/parse.js";
import type { ConnectionArgs, RestoreMode, RestorePhase } from "../../spec/types.js";
import type { RunReport } from "../../runtime/engine.js";

export type Properties = Readonly<Record<string, unknown>>;

/** Everything that is not the document. */
const added: readonly string[] = ["__provider", "__urn", "plan", "status", "runId"];

/** The name of the engine's row for this resource. */
export const urnOf = (properties: Properties): string => textAt(properties, "__urn") ?? "";

/** The name that the program gave to the resource: a URN ends in it. */
export const nameOf = (properties: Properties): string => urnOf(properties).split("::").at(-1) ?? "";

/** Reads what a program wrote: nothing is taken away, so that a field which is ours alone is refused. */
export function parseProgram(
  { __provider: _, __urn: __, ...document }: Properties,
  name: string,
): ParseResult | Undecided {
  return parseRestore(document, { defaultName: name, unknownValue: PULUMI_UNKNOWN });
}

/** Reads what check has passed before. */
export function parseStored(properties: Properties): ParseResult {
  const document = Object.entries(properties).filter(([key]) => !added.includes(key));
  return parseRestore(Object.fromEntries(document), { defaultName: nameOf(properties) });
}

/** The inputs with the outcome of a run, or with one that was stored before: what the engine stores as outputs. */
export function outputsOf(
  inputs: Properties,
  { runId, status }: { readonly runId?: unknown; readonly status?: unknown },
): Record<string, unknown> {
  return JSON.parse(JSON.stringify({ ...inputs, status, runId })) as Record<string, unknown>;
}

export const idOf = ({ namespace, name }: RunReport): string => `${namespace}/${name}`;

/** The restore that an id names: the namespace that was in force when it was made, whatever the context says now. */
export function refOf(id: string): { readonly name: string; readonly namespace: string } {
  const [namespace = "", name = ""] = id.split("/");
  return { name, namespace };
}

export const phaseOf = (properties: Properties): RestorePhase | undefined =>
  textAt(properties, "status", "phase") as RestorePhase | undefined;

export const connectionOf = (properties: Properties): ConnectionArgs | undefined =>
  properties["connection"] as ConnectionArgs | undefined;

export const modeOf = (properties: Properties): RestoreMode =>
  textAt(properties, "mode") === "operator" ? "operator" : "direct";

export function textAt(properties: unknown, ...path: readonly string[]): string | undefined {
  const value = valueAt(properties, ...path);
  return typeof value === "string" ? value : undefined;
}

export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? (inner as Properties)[key] : undefined),
    value,
  );
}
