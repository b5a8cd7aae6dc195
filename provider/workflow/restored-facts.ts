/** What is known of the restored store: by what it is told from every other one, and the figures that users see. */

/** What the Job left: the artifact, figures, and the fingerprint. */
export interface RestoredFacts {
  readonly artifact: string;
  readonly artifactBytes?: number;
  readonly artifactTime?: string;
  readonly originalDatabase?: string;
  readonly storeBytes?: number;
  readonly files?: number;
  readonly seconds?: number;
  readonly lastCommittedTxn: number;
  /** It may end anywhere up to there: seeded at a point in time. */
  readonly atMostTxn?: number;
  readonly storeFormat?: string;
  /** Up to which moment of the artifact, in UTC; absent where all of it was restored. */
  readonly until?: string;
  /** Between the end of the history and the point that was asked for. */
  readonly gapSeconds?: number;
  readonly checked: boolean;
  readonly swapped: boolean;
  readonly metadataScript: boolean;
}
