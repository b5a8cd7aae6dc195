/** What a run notes at preflight of the database as it was: what was agreed to, and what has to be given back. */

/** The database that the user agreed to overwrite, as it was at preflight. */
export interface ConsentFacts {
  readonly databaseId?: string;
  readonly creationTime?: string;
  readonly lastCommittedTxn?: number;
}

/** What has to be given back. */
export interface ReturnState {
  readonly runId: string;
  readonly replicas: number;
  readonly database: string;
  readonly existed: boolean;
  readonly access: "read-only" | "read-write";
  readonly requestedStatus: "online" | "offline";
}
