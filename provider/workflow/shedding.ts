/**
 * What a journal sheds so that it can always be written: the one table, in its fixed order. Pure.
 * Invariants: what is not in the table is never shed, so that a resume finds all that it needs; a text is cut rather
 * than dropped; the status is computed from what is left of the state, and so is shed with it.
 */
import { bounded, sizeOf } from "../plan/bounds.js";
import type { Neo4jRestoreStatus } from "../spec/types.js";
import type { Evidence, Fault } from "./faults.js";
import type { EffectResult, RunState, StepRecord } from "./state.js";
import { statusOf } from "./status.js";

interface Shedding {
  readonly what: string;
  readonly from: (state: RunState) => RunState;
}

/** Earlier entries go first; each goes on from what the one before it has left. */
export const sheddings: readonly Shedding[] = [
  { what: "log lines but the last five", from: (state) => inFaults(state, logOf(5)) },
  { what: "texts of servers beyond 1 KiB", from: (state) => inTexts(state, 1024) },
  { what: "log lines", from: (state) => inFaults(state, logOf(0)) },
  { what: "texts of servers beyond 200 bytes", from: (state) => inTexts(state, 200) },
  { what: "notes but the last ten", from: (state) => ({ ...state, notes: shortNotes(state.notes, 10) }) },
  { what: "notes", from: (state) => ({ ...state, notes: [] }) },
  { what: "what finished steps said", from: (state) => ({ ...state, steps: inSteps(state.steps, 100) }) },
  { what: "finished steps but the last of each name", from: finishedSteps },
  { what: "our own sentences beyond 4 KiB", from: (state) => inSentences(state, 4096) },
  { what: "our own sentences beyond 1 KiB", from: (state) => inSentences(state, 1024) },
  { what: "our own sentences beyond 200 bytes", from: (state) => inSentences(state, 200) },
];

export interface Journaled {
  /** JSON. */
  readonly state: string;
  readonly status: string;
  readonly size: number;
}

/**
 * State and status of a run as its journal takes them.
 * @param texts turns a state into what is written of it
 * @param before the status that was written last
 */
export function journaled(
  state: RunState,
  now: number,
  before: Neo4jRestoreStatus | undefined,
  limit: number,
  texts: (state: RunState) => string = JSON.stringify,
): Journaled {
  let left = state;
  let written = write(left, now, before, texts);
  for (const { from } of sheddings) {
    if (written.size <= limit) break;
    left = from(left);
    written = write(left, now, before, texts);
  }
  return written;
}

function write(
  state: RunState,
  now: number,
  before: Neo4jRestoreStatus | undefined,
  texts: (state: RunState) => string,
): Journaled {
  const [own, status] = [texts(state), JSON.stringify(statusOf(state, now, before))];
  return { state: own, status, size: sizeOf(own) + sizeOf(status) };
}

/** Wherever one may stand: its reason and its kind stay, because steps judge by them. */
function inFaults(state: RunState, change: (fault: Fault) => Fault, words = asTheyAre): RunState {
  const inResults = (results: RunState["results"]): RunState["results"] =>
    Object.fromEntries(
      Object.entries(results).map(([key, result]): [string, EffectResult] => [
        key,
        result.ok ? { ...result, output: words(result.output) } : { ...result, fault: change(result.fault) },
      ]),
    );
  const { fault, retry, carried } = state;
  return {
    ...state,
    results: inResults(state.results),
    ...(fault ? { fault: change(fault) } : {}),
    ...(retry ? { retry: { ...retry, fault: change(retry.fault) } } : {}),
    ...(carried ? { carried: { ...carried, results: inResults(carried.results) } } : {}),
  };
}

type Output = Extract<EffectResult, { ok: true }>["output"];
const asTheyAre = (output: Output): Output => output;

/** What a script printed and what was read is used; all else that an effect left is somebody's words (a trial's). */
const wordsWithin =
  (bytes: number) =>
  (output: Output): Output =>
    Object.fromEntries(
      Object.entries(output).map(([key, text]) => [
        key,
        key === "stdout" || key === "value" ? text : bounded(text, bytes),
      ]),
    );

function withEvidence(fault: Fault, change: (evidence: Evidence) => Evidence): Fault {
  return fault.evidence ? { ...fault, evidence: change(fault.evidence) } : fault;
}

function logOf(count: number): (fault: Fault) => Fault {
  return (fault) =>
    withEvidence(fault, ({ lastLines, ...rest }) =>
      lastLines === undefined || count === 0
        ? rest
        : { ...rest, lastLines: lastLines.slice(-count).map((line) => bounded(line, 500)) },
    );
}

/** Neo4j's and Kubernetes' words, alone or quoted by what is waited for. */
function inTexts(state: RunState, bytes: number): RunState {
  const { waiting } = state;
  const ofEvidence = (evidence: Evidence): Evidence => ({
    ...evidence,
    ...(evidence.text === undefined ? {} : { text: bounded(evidence.text, bytes) }),
    ...(evidence.endReason === undefined ? {} : { endReason: bounded(evidence.endReason, bytes) }),
  });
  const shorter = inFaults(state, (fault) => withEvidence(fault, ofEvidence), wordsWithin(bytes));
  return waiting
    ? { ...shorter, waiting: { ...waiting, message: bounded(waiting.message, bytes) } }
    : shorter;
}

function shortNotes(notes: readonly string[], count: number): readonly string[] {
  return notes.slice(-count).map((note) => bounded(note, 500));
}

function inSteps(steps: readonly StepRecord[], bytes: number): readonly StepRecord[] {
  return steps.map((step) =>
    step.message === undefined ? step : { ...step, message: bounded(step.message, bytes) },
  );
}

/** Which steps there were is asked for later, and whether one has ended; the last one of all is under way. */
function finishedSteps(state: RunState): RunState {
  const stays = new Map<string, number>();
  const now = state.steps.at(-1)?.attempt;
  for (const [index, { name, endedAt, attempt }] of state.steps.entries()) {
    stays.set(name, index);
    if (endedAt !== undefined) stays.set(attempt === now ? `${name}, ended now` : `${name}, ended`, index);
  }
  const indices = new Set(stays.values());
  return { ...state, steps: state.steps.filter((_step, index) => indices.has(index)) };
}

/** What tells of the outcome; the words of others that it quotes are cut with it. */
function inSentences(state: RunState, bytes: number): RunState {
  const { outcome } = state;
  const shorter = inFaults(state, (fault) => ({ ...fault, message: bounded(fault.message, bytes) }));
  return {
    ...shorter,
    ...(outcome ? { outcome: { ...outcome, message: bounded(outcome.message, bytes) } } : {}),
  };
}
