// The Pulumi package schema, from the spec definition: types, inputs and outputs of the resource, all described.

import type { ChoiceForm, FieldForm, Form, ObjectForm } from "../../provider/spec/definition.js";
import { document } from "../../provider/spec/schema.js";
import { status } from "../../provider/spec/schema-status.js";
import { namedForms } from "./forms.js";

const PACKAGE = "neo4j-restore";
const token = (name: string): string => `${PACKAGE}:index:${name}`;

type Json = Readonly<Record<string, unknown>>;

export function packageSchema(version: string, description: string): Json {
  const own = [document.form, status.form]
    .flatMap(namedForms)
    .filter(({ name }) => name !== document.form.name);
  return {
    $schema: "https://raw.githubusercontent.com/pulumi/pulumi/master/pkg/codegen/schema/pulumi.json",
    name: PACKAGE,
    displayName: "Neo4j Restore",
    version,
    description,
    keywords: ["pulumi", "neo4j", "kubernetes", "restore", "backup", "category/database", "kind/native"],
    license: "Apache-2.0",
    language: {
      nodejs: { packageName: "pulumi-neo4j-restore", respectSchemaVersion: true },
      python: {
        packageName: "pulumi_neo4j_restore",
        respectSchemaVersion: true,
        pyproject: { enabled: true },
      },
      go: { respectSchemaVersion: true },
      csharp: { respectSchemaVersion: true },
      java: { respectSchemaVersion: true },
    },
    types: Object.fromEntries(own.map((form) => [token(form.name), typeSpec(form)])),
    resources: { [token("Neo4jRestore")]: resourceSpec() },
  };
}

function resourceSpec(): Json {
  const inputs = document.form.fields;
  const outputs = {
    ...properties(inputs),
    status: { $ref: `#/types/${token(status.form.name)}`, description: "How the restore went." },
    runId: {
      type: "string",
      description: "Identity of the run; every object it makes carries it as a label.",
    },
    plan: {
      type: "array",
      items: { type: "string" },
      description: "What is done, step by step, as far as the program alone can tell.",
    },
  };
  return {
    description:
      "A restore of a Neo4j Enterprise database on Kubernetes, carried out when the resource is created.",
    inputProperties: properties(inputs),
    requiredInputs: requiredOf(inputs),
    properties: outputs,
    required: ["apiVersion", "kind", "metadata", "spec", "status", "runId", "plan"],
  };
}

function typeSpec(form: ObjectForm | ChoiceForm): Json {
  if (form.kind === "choice") {
    const values = Object.entries(form.values).map(([value, meaning]) => ({
      name: memberName(value),
      value,
      description: meaning,
    }));
    return { type: "string", description: form.description, enum: values };
  }
  return {
    type: "object",
    description: form.description,
    properties: properties(form.fields),
    required: requiredOf(form.fields),
  };
}

/** Names of enum members begin in upper case. */
function memberName(value: string): string {
  return `${value.charAt(0).toUpperCase()}${value.slice(1)}`;
}

function properties(fields: ObjectForm["fields"]): Json {
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, property(field)]));
}

function requiredOf(fields: ObjectForm["fields"]): readonly string[] {
  return Object.entries(fields).flatMap(([key, field]) => (field.optional ? [] : [key]));
}

function property({ form, description, fallback, secret }: FieldForm): Json {
  const text = fallback === undefined ? description : `${description} Default: ${fallback}.`;
  return { ...shape(form), description: text, ...(secret === true && isCredential(form) ? { secret } : {}) };
}

/** A single text that is kept out of messages is a secret of its own; of lists only some members are. */
function isCredential(form: Form): boolean {
  return form.kind === "text";
}

function shape(form: Form): Json {
  switch (form.kind) {
    case "object":
    case "choice":
      return { $ref: `#/types/${token(form.name)}` };
    case "constant":
      return { type: "string", const: form.value };
    case "text":
      return { type: "string" };
    case "flag":
      return { type: "boolean" };
    case "integer":
    case "number":
      return { type: form.kind };
    case "list":
      return { type: "array", items: shape(form.item) };
    case "map":
      return { type: "object", additionalProperties: shape(form.value) };
  }
}
