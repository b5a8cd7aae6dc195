/**
 * State and request as text in the journal, and back. A state of another version is refused rather than
 * guessed at. The request goes to the Secret only.
 */
import type { RestoreRequest } from "../spec/request.js";
import type { Neo4jRestoreStatus } from "../spec/types.js";
import { RestoreFault } from "../workflow/faults.js";
import type { RunState } from "../workflow/state.js";

export function readState(text: string): RunState {
  const value = parse(text, "state");
  if (!("version" in value) || value.version !== 2) {
    throw new RestoreFault(
      "terminal",
      "JournalUnreadable",
      "the journal was written by another version of this program",
    );
  }
  return value as RunState;
}

export function readStatus(text: string): Neo4jRestoreStatus {
  return parse(text, "status") as Neo4jRestoreStatus;
}

export function readRequest(text: string): RestoreRequest {
  return parse(text, "request") as RestoreRequest;
}

function parse(text: string, what: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === "object") return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new RestoreFault("terminal", "JournalUnreadable", `the journal's ${what} is not readable JSON`);
}
