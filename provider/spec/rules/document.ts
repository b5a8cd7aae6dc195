// Rules about the document as a whole: the restore's name, its trigger.

import { TRIGGER_ANNOTATION } from "../defaults.js";
import { known, unclear, type Draft } from "../draft.js";
import { refused, type Finding } from "../finding.js";
import { judgeLabel } from "../judges.js";
import type { RestoreDocument } from "../types.js";

export function* documentRules(
  document: Draft<RestoreDocument>,
  defaultName: string | undefined,
): Generator<Finding> {
  if (document === unclear) return;
  const metadata = document.metadata;
  if (metadata === unclear) return;
  if (metadata?.name === undefined) yield* defaultNameRules(defaultName);
  const annotations = known(metadata?.annotations);
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
