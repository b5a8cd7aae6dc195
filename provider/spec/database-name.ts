// The names a database may have, for every supported server: what 5.26 allows and what later ones add
// (a leading digit); a narrower server is judged where its version is known.

import type { Complaint } from "./complaint.js";

const ALLOWED =
  "3 to 63 ASCII letters, digits, dots and dashes, with a letter or digit first and last, not beginning with system";

/** Neo4j's names are case-insensitive and kept in lower case. */
export function normalizeDatabaseName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

export function judgeDatabaseName(name: string): Complaint | undefined {
  const complain = (problem: string, fix: string): Complaint => ({ problem, allowed: ALLOWED, fix });
  const lower = normalizeDatabaseName(name);
  if (lower === "system") {
    return complain(
      "is the database that holds users and databases, and cannot be restored by this resource",
      "name a user database; to bring back users and roles, use the restore_metadata.cypher of a backup",
    );
  }
  if (lower.startsWith("`"))
    return complain("has backticks", "leave the backticks out; they are added where needed");
  if (lower.startsWith("system") || lower.startsWith("_")) {
    return complain(
      "begins with a prefix that Neo4j keeps for itself",
      "choose a name that doesn't begin with system or _",
    );
  }
  if (lower.length < 3 || lower.length > 63) {
    return complain(`has ${lower.length} characters`, "choose a name of 3 to 63 characters");
  }
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(lower)) {
    return complain(
      "has a character that a database's name can't have",
      "use letters, digits, dots and dashes only",
    );
  }
  if (!/[a-z0-9]$/.test(lower)) return complain("ends in a dot or dash", "end the name in a letter or digit");
  return undefined;
}
