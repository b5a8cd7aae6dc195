/**
 * State and request as text in the journal, and back. A state of another version is refused rather than
 * guessed at. The request goes to the Secret only.
 * Invariant: what is written fits, whatever others said: it sheds (workflow/shedding.ts). A run that needs too much by
 * itself is refused while nothing is touched.
 */
import { most } from "../plan/bounds.js";
import type { RestoreRequest } from "../spec/request.js";
import type { Neo4jRestoreStatus } from "../spec/types.js";
import { RestoreFault, tooLarge } from "../workflow/faults.js";
import { withoutKept, type KeptRef } from "../workflow/kept.js";
import type { JournalPort, PackedKept } from "../workflow/ports.js";
import { journaled } from "../workflow/shedding.js";
import type { RunState } from "../workflow/state.js";
import { pack } from "./kept-pack.js";

/** What a run may yet learn until its end must find room as well. */
const reserve = 64 * 1024;

const refOf = ({ digest, content }: PackedKept): KeptRef => ({
  digest,
  pieces: Math.ceil(content.length / most.keptPiece),
});

export function recordOf(
  run: {
    readonly state: RunState;
    readonly status: Neo4jRestoreStatus | undefined;
    readonly request: RestoreRequest;
    readonly owner: string;
    readonly lost?: KeptRef;
  },
  now: number,
): Parameters<JournalPort["save"]>[2] {
  const { state, request, owner } = run;
  const untouched = state.standing === "active" && state.lockedAt === undefined;
  const limit = untouched ? most.journal - reserve : most.journal;
  const kept = pack(state.facts);
  const ref = kept ? refOf(kept) : run.lost;
  const publicText = (whole: RunState): string =>
    JSON.stringify({ ...withoutKept(whole), ...(ref ? { kept: ref } : {}) });
  const { size, ...texts } = journaled(state, now, run.status, limit, publicText);
  if (size > limit) throw tooLarge(`The journal of ${state.name}`, size, limit);
  return { ...texts, request: JSON.stringify(request), owner, ...(kept ? { kept } : {}) };
}

export function readState(text: string): RunState {
  const value = parse(text, "state");
  if (!("version" in value) || value.version !== 2) {
    throw new RestoreFault(
      "terminal",
      "JournalUnreadable",
      "the journal was written by another version of this program",
    );
  }
  const { kept: _elsewhere, ...state } = value as RunState & { readonly kept?: KeptRef };
  return state;
}

/** What of the state lies elsewhere. */
export function readKeptRef(text: string): KeptRef | undefined {
  const { kept } = parse(text, "state") as { readonly kept?: KeptRef };
  return kept;
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
