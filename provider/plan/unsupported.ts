/**
 * What the API has and this version does not carry out yet: refused clearly, never ignored. The list shrinks
 * with each release; everything here is judged from the request alone, so preview already says it.
 */
import type { RestoreRequest } from "../spec/request.js";

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
  if (request.spec.options?.strategy === "seedURI") {
    refuse(
      "spec.options.strategy",
      "strategy seedURI",
      "use auto, designatedSeeder or recreate on a cluster",
    );
  }
  return found;
}
