/**
 * What must be given back and can be had from nowhere else once it is gone: it is no evidence, and so no part of what a
 * journal may shed. It lies in a Secret of its own and on the data volume; the state in the ConfigMap names its digest.
 * Invariant: all of it is known before the STOP. What is learned later is no part of it, or the digest would disown the
 * copy on the volume, which is written no more.
 */
import { digestOf } from "../plan/digest.js";
import type { Facts, RunState } from "./state.js";

const keys = ["returnState", "consent", "attachments"] as const;

export type Kept = Pick<Facts, (typeof keys)[number]>;

/** Which of them belongs to a state, and in how many pieces it lies in Secrets. */
export interface KeptRef {
  readonly digest: string;
  readonly pieces: number;
}

export interface KeptText {
  readonly json: string;
  readonly digest: string;
}

/** Facts do not change; thousands of privileges are not counted through at every look. */
const texts = new WeakMap<Facts, KeptText>();

/** @returns undefined where there is nothing yet to give back. */
export function keptText(facts: Facts): KeptText | undefined {
  const there = keys.filter((key) => facts[key] !== undefined);
  if (there.length === 0) return undefined;
  const known = texts.get(facts);
  if (known) return known;
  const json = JSON.stringify(Object.fromEntries(there.map((key) => [key, facts[key]])));
  const text = { json, digest: digestOf(json) };
  texts.set(facts, text);
  return text;
}

export function withoutKept(state: RunState): RunState {
  const { returnState: _r, consent: _c, attachments: _a, ...facts } = state.facts;
  return { ...state, facts };
}

export function withKept(state: RunState, kept: Kept): RunState {
  return { ...state, facts: { ...state.facts, ...kept } };
}
