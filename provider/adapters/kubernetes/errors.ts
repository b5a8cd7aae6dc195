/**
 * What the API server refuses and what the network does, as faults by what to do next.
 * A refusal keeps its HTTP status and reason, so that a caller who expects one (404, 409) can tell it apart.
 * Messages hold the verb, the path and Kubernetes' own text, never a body that we sent.
 */
import { isNativeError } from "node:util/types";
import { bounded, most } from "../../plan/bounds.js";
import type { Fault } from "../../workflow/faults.js";
import { RestoreFault } from "../../workflow/faults.js";
import type { Reason } from "../../workflow/reasons.js";
import { parseObject, text } from "./json.js";

export class ApiRefusal extends RestoreFault {
  constructor(
    readonly status: number,
    /** Kubernetes' own reason: AlreadyExists, Conflict, Forbidden … */
    readonly statusReason: string | undefined,
    kind: Fault["kind"],
    reason: Reason,
    message: string,
    evidenceText: string,
  ) {
    super(kind, reason, message, { evidence: { text: evidenceText } });
  }
}

export function isRefusal(error: unknown, ...status: readonly number[]): error is ApiRefusal {
  return error instanceof ApiRefusal && status.includes(error.status);
}

/** The body is a Status object, or plain text from something in between. Whatever it is, no more than a sentence of it. */
export function refusal(call: string, status: number, body: string): ApiRefusal {
  const parsed = parseObject(body);
  const said = bounded(
    text(parsed, "message") ?? (bounded(body.trim(), most.line) || `HTTP status ${status}`),
  );
  const [kind, reason] = verdict(status);
  const lead =
    status === 401 ? "The Kubernetes API does not accept the credentials" : "The Kubernetes API refused";
  const statusReason = text(parsed, "reason");
  const message = `${lead}: ${bounded(call, most.name)}: ${said}`;
  return new ApiRefusal(
    status,
    statusReason && bounded(statusReason, most.line),
    kind,
    reason,
    message,
    said,
  );
}

function verdict(status: number): readonly [Fault["kind"], Reason] {
  if (status === 401) return ["terminal", "KubernetesUnauthorized"];
  if (status === 429 || (status >= 502 && status <= 504)) return ["retry", "KubernetesUnreachable"];
  if (status === 409 || status >= 500) return ["retry", "KubernetesRefused"];
  return ["terminal", "KubernetesRefused"];
}

/** A call that got no answer: always worth another try, since every write of ours is repeatable. */
export function unreachable(call: string, server: string, cause: unknown): RestoreFault {
  const why = describe(cause);
  return new RestoreFault(
    "retry",
    "KubernetesUnreachable",
    `The Kubernetes API at ${server} does not answer: ${bounded(call, most.name)}: ${why}`,
    { evidence: { text: why }, cause },
  );
}

/** What a library or an authenticator says: bounded, wherever it goes. */
export function describe(cause: unknown): string {
  return bounded(wordsOf(cause));
}

function wordsOf(cause: unknown): string {
  if (!isNativeError(cause)) return String(cause);
  // Node joins the attempts on several addresses into one error without a message of its own.
  const attempts: readonly unknown[] = "errors" in cause && Array.isArray(cause.errors) ? cause.errors : [];
  return cause.message || attempts.map(wordsOf).join("; ");
}
