/**
 * Turns what the driver throws into faults, by Neo4j's status code and never by the wording of a message.
 * An error without a code of Neo4j's means that the connection failed: whether a statement ran is then known
 * only if it had not been sent yet. Invariants: nothing of a user's statement gets into a fault; its
 * text is bounded.
 */
import { Neo4jError } from "neo4j-driver";
import { bounded, most } from "../../plan/bounds.js";
import { type FaultKind, RestoreFault } from "../../workflow/faults.js";
import type { Reason } from "../../workflow/reasons.js";

export interface Attempt {
  /** What was tried, as in "could not …": "stop database orders". */
  readonly action: string;
  readonly server: string;
  /** What a lost connection means: nothing happened yet, or the outcome is unknown. */
  readonly lost: "retry" | "outcomeUnknown";
  /** The user's statement, which Neo4j may quote in its text. */
  readonly statement?: string;
}

/** Another attempt with the same login fails as well, and a few of them lock the user. */
const refusedLogin = new Set([
  "Neo.ClientError.Security.Unauthorized",
  "Neo.ClientError.Security.CredentialsExpired",
  "Neo.ClientError.Security.TokenExpired",
]);

const loginLocked = "Neo.ClientError.Security.AuthenticationRateLimit";

/** Not transient by class, yet gone after another look at the servers. */
const worthRetrying = new Set([
  "Neo.ClientError.Cluster.NotALeader",
  "Neo.ClientError.Cluster.Routing",
  "Neo.ClientError.Security.AuthorizationExpired",
]);

export function toFault(error: unknown, attempt: Attempt): RestoreFault {
  const { action, server, lost } = attempt;
  const code = statusCode(error);
  if (code === undefined) {
    const consequence = lost === "outcomeUnknown" ? "; whether it took effect is unknown" : "";
    const message = `Neo4j in pod ${server} does not answer: could not ${action}${consequence}.`;
    return new RestoreFault(lost, "ServerUnreachable", message, {
      evidence: { text: bounded(textOf(error)) },
      cause: error,
    });
  }
  const [kind, reason] = judge(code, attempt.statement !== undefined);
  // Cut last: half a literal would not be found in it any more.
  const text = bounded(
    attempt.statement === undefined ? textOf(error) : withoutQuotes(textOf(error), attempt.statement),
  );
  return new RestoreFault(kind, reason, `Neo4j in pod ${server} refused to ${action} (${code}).`, {
    evidence: { text: `${code}: ${text}` },
    // The driver's error quotes the statement as well.
    ...(attempt.statement === undefined ? { cause: error } : {}),
  });
}

/** Neo4j has understood it and will not do it, however often it is asked. */
export function isRefusal(error: unknown): boolean {
  const code = statusCode(error);
  if (code === undefined) return false;
  const [kind, reason] = judge(code, false);
  return kind === "terminal" && reason === "Neo4jRefused";
}

/** Neo4j's own status code; undefined where the driver reports trouble with the connection. */
export function statusCode(error: unknown): string | undefined {
  return error instanceof Neo4jError && error.code.startsWith("Neo.")
    ? bounded(error.code, most.line)
    : undefined;
}

function judge(code: string, ofUser: boolean): readonly [FaultKind, Reason] {
  if (refusedLogin.has(code)) return ["terminal", "AuthenticationFailed"];
  if (code === loginLocked) return ["retry", "AuthenticationFailed"];
  if (worthRetrying.has(code) || code.startsWith("Neo.TransientError.")) return ["retry", "Neo4jRefused"];
  // The server's own trouble, such as a look at a store that is just being closed; what a user's statement did is unclear.
  if (code.startsWith("Neo.DatabaseError.General.") && !ofUser) return ["retry", "Neo4jRefused"];
  return ["terminal", "Neo4jRefused"];
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Neo4j's text without what it quotes of a statement: the excerpt below the first line, literals, and every other word
 * of it, since a password may stand there without its quotes.
 */
function withoutQuotes(text: string, statement: string): string {
  const literals = statement.match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g) ?? [];
  const contents = literals.map((literal) => literal.slice(1, -1)).filter((content) => content !== "");
  const firstLine = text.split("\n", 1)[0] ?? "";
  return contents
    .reduce((rest, content) => rest.replaceAll(content, "…"), firstLine)
    .replaceAll(/(['"`])(.+?)\1/g, (whole, quote: string, word: string) =>
      statement.includes(word) ? `${quote}…${quote}` : whole,
    );
}
