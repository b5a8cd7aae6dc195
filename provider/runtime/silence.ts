/**
 * For how long another driver has been silent, as far as this process has watched it. Pure. Invariants: silence counts
 * only between two looks at the same sign that were both answered at once, since an API server that does not answer is
 * nobody's silence; a gap in the watching, or an answer that came late, begins the count anew.
 */
import { limits } from "../workflow/limits.js";
import { between, type Instant } from "./spans.js";

/** What was seen of a driver: its last sign of life, and for how many milliseconds of watching it was the same. */
export interface Sign {
  readonly renewed: string;
  readonly silent: number;
  /** The answer of the last look; undefined: what is counted was seen by another watch. */
  readonly at?: Instant;
}

export interface SignLook {
  readonly renewed: string;
  readonly asked: Instant;
  readonly answered: Instant;
}

/** @param longestGap between two looks, in milliseconds: beyond it nobody has watched. */
export function watched(before: Sign | undefined, look: SignLook, longestGap: number): Sign {
  const { renewed, asked, answered } = look;
  const anew: Sign = { renewed, silent: 0, at: answered };
  if (before?.renewed !== renewed || between(asked, answered) > limits.prompt) return anew;
  if (!before.at) return { renewed, silent: before.silent, at: answered };
  if (between(before.at, answered) > longestGap) return anew;
  return { renewed, silent: before.silent + answered.steady - before.at.steady, at: answered };
}

/** What was seen of it by rarer looks: the last third of its Lease is watched. */
export const knownToBeSilent = (renewed: string): Sign => ({ renewed, silent: limits.rareLooks });

/** For how many more milliseconds it may live. */
export const mayLiveFor = ({ silent }: Sign): number => limits.lease - silent;

/** It was silent for longer than its Lease lasts. */
export const isGone = ({ silent }: Sign): boolean => silent > limits.lease;
