/**
 * From a resource to what the engine is asked for. Invariants: of the annotations only the trigger counts, since
 * tools of all kinds write there; the operator waits as long as it takes, so that `waitFor` ends none of its runs.
 */
import { TRIGGER_ANNOTATION } from "../../spec/defaults.js";
import { parseRestore, type RestoreRequest } from "../../spec/parse.js";

/** A hundred years. */
const patience = "876000h";

export type Asked =
  | { readonly ok: true; readonly request: RestoreRequest; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

export function requestOf(document: object, toolsImage?: string): Asked {
  // Else a warning would say that there is no resource to annotate.
  const parsed = parseRestore({ ...document, mode: "operator" });
  if (!parsed.ok) return { ok: false, problems: parsed.issues.map(({ message }) => message) };
  const { mode: _ours, ...request } = parsed.request;
  const trigger = request.annotations[TRIGGER_ANNOTATION];
  return {
    ok: true,
    request: {
      ...request,
      ...(toolsImage === undefined ? {} : { connection: { toolsImage } }),
      annotations: trigger === undefined ? {} : { [TRIGGER_ANNOTATION]: trigger },
      spec: { ...request.spec, options: { ...request.spec.options, waitFor: patience } },
    },
    warnings: parsed.warnings.map(({ message }) => message),
  };
}
