/**
 * The tools image of a direct restore has no default: nobody publishes one. Where staging needs it and none is named,
 * that is refused from the request alone, so a preview already says it. The operator has the tools in its own image: with
 * mode operator it alone knows whether it could tell that image, or was given another.
 */
import type { RestoreRequest } from "../spec/request.js";
import { needsStaging } from "./staging.js";

/** What to do about it, as the end of a sentence. */
export const toolsRemedy =
  "build image/tools of this product's repository (docker build -t REGISTRY/neo4j-restore-tools image/tools), push it and name it there";

/** A resource has no connection. */
export const toOperator = "for an operator that can't tell its own image: its flag --tools-image";

/** @returns the property path, and what to write there. */
export function missingTools({
  spec,
  connection,
  mode,
}: RestoreRequest): { readonly path: string; readonly message: string } | undefined {
  const { pitr } = spec.source;
  if (!pitr || !needsStaging(pitr) || connection?.toolsImage !== undefined) return undefined;
  if (mode === "operator") return undefined;
  const path = "connection.toolsImage";
  return {
    path,
    message: `${path} is missing (${toOperator}): pitr with logStorage, compression or encryption is staged by that image, and none is published; ${toolsRemedy}`,
  };
}
