/**
 * What the API has and this version does not carry out yet: refused clearly, never ignored. The list shrinks
 * with each release; everything here is judged from the request alone, so preview already says it.
 */
import type { RestoreRequest } from "../spec/request.js";
import { needsStaging } from "./staging.js";

export interface Unsupported {
  /** Property path. */
  readonly path: string;
  readonly message: string;
}

export function unsupported(request: RestoreRequest): readonly Unsupported[] {
  const found: Unsupported[] = [];
  const refuse = (path: string, what: string, instead: string): void => {
    found.push({ path, message: `${path}: ${what} is not carried out by this version; ${instead}` });
  };
  const { pitr } = request.spec.source;
  if (pitr && needsStaging(pitr)) {
    const places = { "baseBackup.storage": pitr.baseBackup.storage, logStorage: pitr.logStorage };
    for (const [field, storage] of Object.entries(places)) {
      if (storage === undefined || storage.type === "pvc") continue;
      const instead = "copy the backups to a claim (type pvc)";
      refuse(`spec.source.pitr.${field}`, "staging from object storage", instead);
    }
  }
  return found;
}
