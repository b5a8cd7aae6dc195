// What a restore tells about itself: the `status` of the API page and what this product adds to it.
// Invariants: plain data, every instant RFC 3339 in UTC, every figure measured or absent, never invented.

/** Where a restore stands as a whole. `Completed` only after the restored database serves. */
export type RestorePhase = "Pending" | "Running" | "Completed" | "Failed";

/** What a condition speaks of. */
export type RestoreConditionType =
  | "Ready"
  | "JobCreated"
  | "ClusterStopped"
  | "BackupVerified"
  | "Reconciling"
  | "Stalled"
  | "Degraded"
  | "Undone";

/** One observation, in the form of a Kubernetes condition. */
export interface RestoreCondition {
  readonly type: RestoreConditionType;
  readonly status: "True" | "False" | "Unknown";
  /** One word from a fixed list, for programs. */
  readonly reason: string;
  /** The same for people. */
  readonly message: string;
  /** When `status` last changed. */
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

/** Measured figures of a run. */
export interface RestoreStats {
  /** Length of the whole run, not only of the Job (`4m10s`). */
  readonly duration?: string;
  /** Size of the restored store (`1.5Gi`). */
  readonly dataSize?: string;
  /** Store bytes over the Job's time (`120Mi/s`). */
  readonly throughput?: string;
  /** Files of the restored store. */
  readonly fileCount?: number;
  /** Failed attempts and errors that a retry overcame. */
  readonly errorCount?: number;
  /** How long the database took no writes (`1.2s`). */
  readonly interruption?: string;
}

/** The backup that was restored. */
export interface RestoreBackupInfo {
  /** The exact artifact. */
  readonly backupPath?: string;
  readonly backupCreatedAt?: string;
  readonly originalDatabase?: string;
  /** Only where the backup resource knows it. */
  readonly neo4jVersion?: string;
  /** Size of the artifact or chain (`800Mi`). */
  readonly backupSize?: string;
}

/** One step of the run, as it happened. */
export interface RestoreStep {
  readonly name: string;
  readonly start: string;
  /** Absent while the step runs. */
  readonly end?: string;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly message?: string;
}

/** What is going on right now. */
export interface RestoreProgress {
  readonly step: string;
  readonly message: string;
  /** 0 to 100, where it can be told. */
  readonly percent?: number;
}

/** The instance that is restored into. */
export interface RestoreTarget {
  readonly kind: "Neo4jEnterpriseCluster" | "Neo4jEnterpriseStandalone";
  /** Number of servers. */
  readonly servers: number;
}

/** The store that was replaced, while it is still kept. */
export interface PreviousStore {
  /** Space it takes (`1.2Gi`). */
  readonly size?: string;
  /** Where it lies, on the target's data volume. */
  readonly path: string;
  /** When it will be removed; absent: only by hand. */
  readonly keptUntil?: string;
}

/** Status of a restore. */
export interface Neo4jRestoreStatus {
  readonly phase: RestorePhase;
  /** The current state in a sentence. */
  readonly message?: string;
  readonly startTime?: string;
  /** When the run ended, well or not. */
  readonly completionTime?: string;
  readonly observedGeneration?: number;
  readonly conditions?: readonly RestoreCondition[];
  readonly stats?: RestoreStats;
  readonly backupInfo?: RestoreBackupInfo;
  readonly steps?: readonly RestoreStep[];
  /** Identity of the run; every object it makes carries it as a label. */
  readonly runId?: string;
  /** The strategy that the plan chose. */
  readonly strategy?: string;
  /** When the run gives up. */
  readonly deadline?: string;
  readonly progress?: RestoreProgress;
  readonly target?: RestoreTarget;
  readonly previous?: PreviousStore;
}
