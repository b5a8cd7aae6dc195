/** What is seen of the lock on the target's volume and of whoever has it. */

/** What the volume tells of the verbs of this run. */
export interface LastVerbView {
  /** The turn of the last verb that came to its end; 0: none did. */
  readonly doneTurn: number;
  /** The pod in which a verb is at work, or was when it died. */
  readonly heldBy?: string;
  /** That pod has ended. */
  readonly holderEnded?: boolean;
}

/** Who kept a Job of ours from its work. */
export interface LockHolderView {
  readonly pod: string;
  /** What it has put into the lock: no other holder ever has the same. */
  readonly entry: string;
  /** It does not work any more and never will: its pod has ended or is no more, or its own server's look finds no such process. */
  readonly gone: boolean;
}
