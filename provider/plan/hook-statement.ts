/**
 * On which database a hook's statement runs: administration belongs to `system`, all else to the restored
 * database, and a leading USE decides itself. Statements are never shown; only their number is.
 */

const nouns =
  "(?:USERS?|ROLES?|DATABASES?|ALIAS(?:ES)?|SERVERS?|PRIVILEGES?|SUPPORTED PRIVILEGES?|CURRENT USER|COMPOSITE DATABASE)";
const administration = new RegExp(
  `^(?:(?:SHOW|CREATE|ALTER|DROP|RENAME|START|STOP|ENABLE|(?:DRYRUN\\s+)?(?:DEALLOCATE|REALLOCATE))\\b(?:\\s+(?:OR\\s+REPLACE|ALL|DEFAULT|HOME|POPULATED|IMMUTABLE|USER|ROLE|CURRENT))*\\s+${nouns}\\b` +
    `|(?:GRANT|REVOKE|DENY)\\b|CALL\\s+dbms\\.security\\.)`,
  "i",
);
const use = /^USE\s+(?:`((?:[^`]|``)+)`|([A-Za-z][\w.-]*))/i;

/** @returns the name of the database to open a session on. */
export function statementDatabase(statement: string, restored: string): string {
  const text = withoutLeadingComments(statement);
  const chosen = use.exec(text);
  if (chosen) return (chosen[1]?.replaceAll("``", "`") ?? chosen[2] ?? restored).toLowerCase();
  return administration.test(text) ? "system" : restored;
}

/** Each server of a cluster has a cache of logins of its own, and a call reaches one of them. */
export function runsOnEveryServer(statement: string): boolean {
  return /^CALL\s+dbms\.security\.clearAuthCache\b/i.test(withoutLeadingComments(statement));
}

function withoutLeadingComments(statement: string): string {
  return statement
    .replace(/^(?:\s+|\/\/[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, "")
    .replace(/^CYPHER\s+\d+\s+/i, "");
}
