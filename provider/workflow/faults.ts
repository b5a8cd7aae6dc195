/**
 * Errors, few and typed by what to do next. A reason is stable and machine-readable (see reasons.ts); the
 * message says what, which value and the fix; evidence is Kubernetes' or Neo4j's own text. No secret in any of it.
 */
import type { Reason } from "./reasons.js";

export interface Evidence {
  readonly exitCode?: number;
  readonly endReason?: string;
  readonly lastLines?: readonly string[];
  /** Neo4j's status text or error code, or Kubernetes' message. */
  readonly text?: string;
}

/** waiting: look again later; retry: try again with backoff; terminal: give up; outcomeUnknown: the answer was lost. */
export type FaultKind = "waiting" | "retry" | "terminal" | "outcomeUnknown";

/** A fault as plain data: what the journal keeps. */
export interface Fault {
  readonly kind: FaultKind;
  readonly reason: Reason;
  readonly message: string;
  readonly evidence?: Evidence;
}

export class RestoreFault extends Error implements Fault {
  override readonly name = "RestoreFault";
  readonly evidence?: Evidence;

  constructor(
    readonly kind: FaultKind,
    readonly reason: Reason,
    message: string,
    options: { readonly evidence?: Evidence; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    if (options.evidence) this.evidence = options.evidence;
  }

  /** The fault as plain data. */
  toData(): Fault {
    return {
      kind: this.kind,
      reason: this.reason,
      message: this.message,
      ...(this.evidence ? { evidence: this.evidence } : {}),
    };
  }
}

/**
 * What is used and not to be cut is refused where it comes in.
 * @param what begins the sentence
 * @param bytes undefined where it was not read to its end
 * @param fix a sentence without its full stop
 */
export function tooLarge(what: string, bytes: number | undefined, most: number, fix?: string): RestoreFault {
  return new RestoreFault(
    "terminal",
    "TooLarge",
    `${what} takes ${bytes ?? `more than ${most}`} bytes; this program takes at most ${most}.${fix ? ` ${fix}.` : ""}`,
  );
}
