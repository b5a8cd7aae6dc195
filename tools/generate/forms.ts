// Walks the forms of the spec definition: the named types in the order in which a reader meets them.

import type { ChoiceForm, Form, ObjectForm } from "../../provider/spec/definition.js";

/** Every object and choice below `root`, each once, a type before the types of its fields. */
export function namedForms(root: Form): readonly (ObjectForm | ChoiceForm)[] {
  const found = new Map<string, ObjectForm | ChoiceForm>();
  const visit = (form: Form): void => {
    if (form.kind === "list") visit(form.item);
    if (form.kind !== "object" && form.kind !== "choice") return;
    const known = found.get(form.name);
    if (known !== undefined && known !== form) throw new Error(`two definitions are called ${form.name}`);
    if (known !== undefined) return;
    found.set(form.name, form);
    if (form.kind === "object") for (const field of Object.values(form.fields)) visit(field.form);
  };
  visit(root);
  return [...found.values()];
}
