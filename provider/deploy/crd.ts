// The kind Neo4jRestore as a custom resource definition, from the spec definition: a structural schema with rules. Pure.
// Invariants: the group may be one of the user's own, all else is the same in each; no defaults (what the user wrote stays recognisable, an explicit false among it, and a default in the
// source would make another run of it); every list and text below a rule is bounded, so that the API server can price it.

import { API_GROUP, apiVersionIn, KIND } from "../spec/defaults.js";
import type { FieldForm, Form, ObjectForm } from "../spec/definition.js";
import { document } from "../spec/schema.js";
import { status } from "../spec/schema-status.js";
import { rulesByType, type Rule } from "./crd-rules.js";
import { ours } from "./labels.js";

type Json = Readonly<Record<string, unknown>>;

/** Variables of a hook's container: the one list that rules stand below. */
const mostVariables = 256;

export interface RestoreDefinition {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: Json;
}

export function restoreDefinition(group = API_GROUP): RestoreDefinition {
  const [, version = ""] = apiVersionIn(group).split("/");
  const singular = KIND.toLowerCase();
  const plural = `${singular}s`;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.${group}`,
      labels: ours,
    },
    spec: {
      group,
      scope: "Namespaced",
      names: {
        kind: KIND,
        listKind: `${KIND}List`,
        plural,
        singular,
        shortNames: ["n4jr"],
        categories: ["neo4j"],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: root() },
        },
      ],
    },
  };
}

const column = (name: string, jsonPath: string, more: Json = {}): Json => ({
  name,
  type: "string",
  jsonPath,
  ...more,
});

const columns = [
  column("Target", ".spec.clusterRef"),
  column("Database", ".spec.databaseName"),
  column("Phase", ".status.phase"),
  column("Progress", ".status.progress.step"),
  column("Percent", ".status.progress.percent", { type: "number", priority: 1 }),
  column("Message", ".status.message", { priority: 1 }),
  column("Duration", ".status.stats.duration"),
  column("Age", ".metadata.creationTimestamp", { type: "date" }),
];

function root(): Json {
  const { spec } = document.form.fields;
  if (spec === undefined) throw new Error("the document has no spec");
  return {
    description: "A restore of one Neo4j database from a backup.",
    type: "object",
    required: ["spec"],
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      // The name becomes part of the names of Jobs and of a label.
      metadata: {
        type: "object",
        properties: { name: { type: "string", maxLength: 63, pattern: "^[^.]+$" } },
      },
      spec: property(spec),
      status: { ...object(status.form), description: "How the restore went." },
    },
  };
}

function property({ form, description, fallback }: FieldForm): Json {
  return {
    description: fallback === undefined ? description : `${description} Default: ${fallback}.`,
    ...shape(form),
  };
}

function object({ name, fields }: ObjectForm): Json {
  const required = Object.entries(fields).flatMap(([key, { optional }]) => (optional ? [] : [key]));
  return {
    type: "object",
    ...(required.length > 0 ? { required } : {}),
    properties: Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, property(field)])),
    ...validations(rulesByType[name] ?? []),
  };
}

const validations = (rules: readonly Rule[]): Json =>
  rules.length > 0 ? { "x-kubernetes-validations": rules } : {};

function shape(form: Form): Json {
  switch (form.kind) {
    case "object":
      return object(form);
    case "choice":
      return { type: "string", enum: Object.keys(form.values) };
    case "constant":
      return { type: "string", enum: [form.value] };
    case "text":
      return { type: "string", ...textRules(form) };
    case "flag":
      return { type: "boolean" };
    case "integer": {
      const [min, max] = form.bounds ?? [];
      return {
        type: "integer",
        ...(max !== undefined && max < 2 ** 31 ? { format: "int32", maximum: max } : { format: "int64" }),
        ...(min === undefined ? {} : { minimum: min }),
      };
    }
    case "number":
      return { type: "number" };
    case "list":
      return {
        type: "array",
        ...(form.item.kind === "object" && form.item.name === "EnvVar" ? { maxItems: mostVariables } : {}),
        items: shape(form.item),
        ...(form.item.kind === "object" && form.item.name === "RestoreCondition"
          ? { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"] }
          : { "x-kubernetes-list-type": "atomic" }),
      };
    case "map":
      return { type: "object", additionalProperties: shape(form.value) };
  }
}

/** A rule says what is allowed and hides the value; without a bound it can't be priced, and a pattern must do. */
function textRules({ shape: of, allowed }: Extract<Form, { kind: "text" }>): Json {
  if (of === undefined) return {};
  const { expression, longest } = of;
  if (longest === undefined) return { pattern: expression.source };
  return {
    maxLength: longest,
    ...validations([{ rule: `self.matches(r'${expression.source}')`, message: `must be ${allowed}` }]),
  };
}
