// Rules about the document as a whole: the restore's name, its trigger, who carries it out.

import { TRIGGER_ANNOTATION } from "../defaults.js";
import { isWritten, known, unclear, type Draft } from "../draft.js";
import { refused, warning, type Finding } from "../finding.js";
import { judgeLabel } from "../judges.js";
import type { ConnectionArgs, RestoreDocument } from "../types.js";

export function* documentRules(
  document: Draft<RestoreDocument>,
  defaultName: string | undefined,
): Generator<Finding> {
  if (document === unclear) return;
  if (document.mode === "operator") yield* operatorRules(document.connection);
  const metadata = document.metadata;
  if (metadata === unclear) return;
  if (metadata?.name === undefined) yield* defaultNameRules(defaultName);
  yield* takenNameRules(known(metadata?.name) ?? defaultName);
  const annotations = known(metadata?.annotations);
  if (document.mode === undefined || document.mode === "direct") yield* annotationRules(annotations);
  const annotation = known(annotations?.[TRIGGER_ANNOTATION]);
  const trigger = known(document.trigger);
  if (trigger !== undefined && annotation !== undefined && trigger !== annotation) {
    yield refused(
      "trigger",
      {
        problem: `differs from the annotation ${TRIGGER_ANNOTATION}`,
        allowed: "one trigger: the field or the annotation",
        fix: "remove one of the two",
      },
      trigger,
    );
  }
}

/** What is remembered of a target lies under that name. */
function* takenNameRules(name: string | undefined): Generator<Finding> {
  if (name?.startsWith("ledger-") !== true) return;
  const allowed = "any other name";
  const problem = "begins with ledger-, as what is remembered of a target's restores does";
  yield refused("metadata.name", { problem, allowed, fix: "choose another metadata.name" }, name);
}

/** They are the custom resource's, and a direct run makes none. Their values are never told. */
function* annotationRules(annotations: Readonly<Record<string, unknown>> | undefined): Generator<Finding> {
  if (Object.keys(annotations ?? {}).every((key) => key === TRIGGER_ANNOTATION)) return;
  yield warning("metadata.annotations", {
    problem: `has no effect in a direct run beyond ${TRIGGER_ANNOTATION}: there is no custom resource to annotate`,
    allowed: `${TRIGGER_ANNOTATION}; any with mode operator`,
    fix: "leave the others out, use metadata.labels, or write mode: operator",
  });
}

/** The custom resource has no place for these. */
function* operatorRules(connection: Draft<ConnectionArgs> | undefined): Generator<Finding> {
  const given = known(connection);
  for (const [field, instead] of Object.entries(operatorsOwn)) {
    if (!isWritten(given?.[field as keyof typeof operatorsOwn])) continue;
    yield refused(`connection.${field}`, {
      problem: "can't be handed to the operator, which the custom resource tells what to do",
      allowed: "kubeconfig and context, with mode operator",
      fix: `remove it: ${instead}; or write mode: direct`,
    });
  }
}

const operatorsOwn = {
  credentialsSecret: "the operator works as the instance's admin",
  toolsImage: "the operator takes its own image, or that of its flag --tools-image",
} as const;

/** Without metadata.name the restore takes its name from the face (in Pulumi the resource's). */
function* defaultNameRules(defaultName: string | undefined): Generator<Finding> {
  if (defaultName === undefined) {
    const allowed = "a DNS label, such as orders-restore";
    yield refused("metadata.name", { problem: "is missing", allowed, fix: "set metadata.name" });
    return;
  }
  const complaint = judgeLabel(defaultName);
  if (complaint === undefined) return;
  yield refused(
    "metadata.name",
    {
      ...complaint,
      problem: `is taken from the resource and ${complaint.problem}`,
      fix: "set metadata.name",
    },
    defaultName,
  );
}
