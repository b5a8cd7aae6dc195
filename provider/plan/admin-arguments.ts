/** What of options.additionalArgs and verifyBackup reaches neo4j-admin, and in which command. */
import type { RestoreRequest } from "../spec/request.js";

/** A flag of the page's example that `database restore` does not know: it means the check. */
const checkFlag = "--check-consistency";

export function adminArguments(request: RestoreRequest): {
  readonly check: boolean;
  readonly extra: readonly string[];
} {
  const given = request.spec.options?.additionalArgs ?? [];
  return {
    check: request.spec.options?.verifyBackup === true || given.includes(checkFlag),
    extra: given.filter((argument) => argument !== checkFlag),
  };
}
