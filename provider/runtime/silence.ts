/**
 * For how long another driver has been silent, as far as this process has watched it. Pure. Invariants: what counts is
 * the time from the first answer that showed its last sign of life to the last question that still finds it there, so
 * that a slow API server never makes it longer; a gap in the watching, or an answer that took much longer than those
 * before it, begins the count anew, since an API server that does not answer is nobody's silence.
 */
import { limits } from "../workflow/limits.js";
import { between, type Instant } from "./spans.js";

/** What was seen of a driver: its last sign of life, and for how many milliseconds of watching it was the same. */
export interface Sign {
  readonly renewed: string;
  /** For how many milliseconds it may live by that, by its own word. */
  readonly lasts: number;
  readonly silent: number;
  /** What others had counted before. */
  readonly known: number;
  /** Undefined: what is counted was seen by another watch alone. */
  readonly watch?: Watch;
}

interface Watch {
  /** The answer that showed the sign first. */
  readonly since: Instant;
  /** The answer of the last look. */
  readonly last: Instant;
  /** Milliseconds that an answer takes here. */
  readonly usual: number;
}

export interface SignLook {
  readonly renewed: string;
  /** Where it does not say: as every Lease did once. */
  readonly lasts?: number | undefined;
  readonly asked: Instant;
  readonly answered: Instant;
}

/** @param pause the longest between two looks, in milliseconds, beside calls: beyond it nobody has watched. */
export function watched(before: Sign | undefined, look: SignLook, pause: number): Sign {
  const { renewed, asked, answered } = look;
  const took = between(asked, answered);
  const lasts = Math.min(Math.max(look.lasts ?? 0, limits.lease), limits.longLease);
  const watch = { since: answered, last: answered, usual: usually(before?.watch?.usual, took) };
  const anew: Sign = { renewed, lasts, silent: 0, known: 0, watch };
  if (before?.renewed !== renewed || took > 2 * Math.max(before.watch?.usual ?? 0, limits.prompt / 2))
    return anew;
  const { known } = before;
  if (!before.watch) return { ...anew, silent: known, known };
  const { since, last, usual } = before.watch;
  if (between(last, asked) > pause + 3 * usual) return anew;
  return { ...anew, silent: known + asked.steady - since.steady, known, watch: { ...watch, since } };
}

/** How long an answer takes: as long as the last one, or half as long as was usual before. */
export function usually(before: number | undefined, took: number): number {
  return Math.max(took, (before ?? 0) / 2);
}

/** What was seen of it by rarer looks: the rest of its Lease is watched. */
export const knownToBeSilent = (renewed: string): Sign => ({
  ...{ renewed, lasts: limits.lease, silent: limits.rareLooks, known: limits.rareLooks },
});

/** For how many more milliseconds it may live. */
export const mayLiveFor = ({ lasts, silent }: Sign): number => lasts - silent;

/** It was silent for longer than its Lease lasts. */
export const isGone = ({ lasts, silent }: Sign): boolean => silent > lasts;
