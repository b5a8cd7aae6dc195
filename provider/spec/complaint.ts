// What is wrong with one value, before it is known where it stands.
// Invariants: a complaint never quotes the value; the one who reports it decides whether it may be shown.

export interface Complaint {
  /** What is wrong: "is not a duration". */
  readonly problem: string;
  /** What is allowed there: "a Go duration above zero, such as 30m". */
  readonly allowed: string;
  /** What to do: "write for example 30m". */
  readonly fix: string;
  /** The value may hold a secret although the field usually doesn't. */
  readonly secret?: true;
}

/** Judges one value of a field; undefined = nothing to complain about. */
export type Judge = (value: string) => Complaint | undefined;
