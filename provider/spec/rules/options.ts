// Rules about the options: temporary files, what is kept, hooks.

import { SCRATCH_ROOT, TEMP_MOUNT } from "../defaults.js";
import { isWritten, known, unclear, type Draft } from "../draft.js";
import { parseDuration } from "../duration.js";
import { refused, warning, type Finding } from "../finding.js";
import type { EnvVar, RestoreHooks, RestoreOptionsSpec } from "../types.js";
import { argumentRules } from "./arguments.js";

export function* optionsRules(path: string, options: Draft<RestoreOptionsSpec>): Generator<Finding> {
  if (options === unclear) return;
  if (options.additionalArgs !== undefined)
    yield* argumentRules(`${path}.additionalArgs`, options.additionalArgs);
  for (const phase of ["preRestore", "postRestore"] as const) {
    const hooks = options[phase];
    if (hooks !== undefined) yield* hookRules(`${path}.${phase}`, hooks);
  }
  const tempPath = known(options.tempPath);
  if (tempPath !== undefined)
    yield* tempPathRules(`${path}.tempPath`, tempPath, isWritten(options.tempStorage));
  const keep = known(options.keepPrevious);
  if (options.strategy === "inPlace" && keep !== undefined && parseDuration(keep) !== 0) {
    const complaint = {
      problem: "can't be done with strategy inPlace, which removes the old store first",
      allowed: "0 with strategy inPlace",
      fix: "remove keepPrevious, or choose strategy swap",
    };
    yield refused(`${path}.keepPrevious`, complaint, keep);
  }
  if (options.strategy === "inPlace" && options.verifyBackup === true) {
    const complaint = {
      problem:
        "comes after the old store is gone with strategy inPlace: where the check fails, the database stays down",
      allowed: "a check before anything is replaced, with strategy swap",
      fix: "choose strategy swap where two stores fit, or check the backup elsewhere first",
    };
    yield warning(`${path}.verifyBackup`, complaint, true);
  }
}

/** neo4j-admin empties the folder: it must lie where only this run writes. */
function* tempPathRules(path: string, tempPath: string, ownClaim: boolean): Generator<Finding> {
  const root = ownClaim ? TEMP_MOUNT : SCRATCH_ROOT;
  const plain = /^(?:\/(?!\.{1,2}(?:\/|$))[^\s,/]+)+$/.test(tempPath);
  if (plain && (tempPath.startsWith(`${root}/`) || (ownClaim && tempPath === root))) return;
  const elsewhere = !ownClaim && tempPath.startsWith(TEMP_MOUNT);
  const complaint = {
    problem: elsewhere
      ? "lies on a claim that is not asked for"
      : "is not a folder of the run's own, and the command empties it",
    allowed: `an absolute path ${ownClaim ? "at or " : ""}below ${root}, without spaces, commas or parent folders`,
    fix: elsewhere
      ? "add tempStorage.size, or remove tempPath"
      : `write for example ${root}/work, or remove tempPath`,
  };
  yield refused(path, complaint, tempPath);
}

function* hookRules(path: string, hooks: Draft<RestoreHooks>): Generator<Finding> {
  const template = known(known(known(hooks)?.job)?.template);
  const env = known(known(template?.container)?.env);
  for (const [index, variable] of (env ?? []).entries()) {
    yield* variableRules(`${path}.job.template.container.env[${index}]`, variable);
  }
}

function* variableRules(path: string, variable: Draft<EnvVar>): Generator<Finding> {
  if (variable === unclear) return;
  const { valueFrom } = variable;
  if (isWritten(variable.value) === isWritten(valueFrom)) {
    const problem = isWritten(valueFrom) ? "has both value and valueFrom" : "has neither value nor valueFrom";
    const fix = isWritten(valueFrom) ? "remove one of the two" : 'add value (also value: "") or valueFrom';
    yield refused(path, { problem, allowed: "value or valueFrom", fix });
  }
  if (valueFrom === undefined || valueFrom === unclear) return;
  if (isWritten(valueFrom.secretKeyRef) === isWritten(valueFrom.configMapKeyRef)) {
    const problem = isWritten(valueFrom.secretKeyRef)
      ? "names both a Secret and a ConfigMap"
      : "names neither a Secret nor a ConfigMap";
    const fix = isWritten(valueFrom.secretKeyRef) ? "remove one of the two" : "add one of the two";
    yield refused(`${path}.valueFrom`, { problem, allowed: "secretKeyRef or configMapKeyRef", fix });
  }
}
