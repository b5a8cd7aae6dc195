// Definitions: what a restore tells about itself. Written only by this product, so nothing here is judged.
// Invariants: every instant is RFC 3339 in UTC; every figure is measured or absent, never invented.

import { choice, integer, list, number, object, optional, required } from "./definition.js";
import { anyText } from "./leaves.js";

const count = integer(0, Number.MAX_SAFE_INTEGER);

const condition = object("RestoreCondition", "One observation, in the form of a Kubernetes condition.", {
  type: required(
    choice("RestoreConditionType", "What a condition speaks of.", {
      Ready: "The restore has completed and the database serves.",
      JobCreated: "The restore Job was created.",
      ClusterStopped: "The instance was scaled to 0 for an offline restore.",
      BackupVerified: "The restored store passed the consistency check; Unknown where none was asked for.",
      Reconciling: "Work is going on.",
      Stalled: "Nothing goes on without somebody's help.",
      Degraded: "The database serves on a majority of its servers, not on all.",
      Undone: "The previous store was put back. False: an undo failed.",
    }),
    "What it speaks of.",
  ),
  status: required(
    choice("ConditionStatus", "Whether a condition holds.", {
      True: "It holds.",
      False: "It does not hold.",
      Unknown: "It is not known.",
    }),
    "Whether it holds.",
  ),
  reason: required(anyText, "One word from a fixed list, for programs."),
  message: required(anyText, "The same for people."),
  lastTransitionTime: required(anyText, "When `status` last changed."),
  observedGeneration: optional(count, "Generation of the spec that this is about."),
});

const stats = object("RestoreStats", "Measured figures of a run; absent where they could not be measured.", {
  duration: optional(anyText, "Length of the whole run, not only of the Job (`4m10s`)."),
  dataSize: optional(anyText, "Size of the restored store (`1.5Gi`)."),
  throughput: optional(anyText, "Size of the store over the Job's time (`120Mi/s`)."),
  fileCount: optional(count, "Files of the restored store."),
  errorCount: optional(count, "Failed attempts, and errors that a retry overcame."),
  interruption: optional(anyText, "How long the database took no writes (`1.2s`)."),
});

const backupInfo = object("RestoreBackupInfo", "The backup that was restored.", {
  backupPath: optional(anyText, "The exact artifact."),
  backupCreatedAt: optional(anyText, "When the backup was taken."),
  originalDatabase: optional(anyText, "Database that the backup was taken of."),
  neo4jVersion: optional(anyText, "Version of Neo4j that took it; only where the backup resource knows it."),
  backupSize: optional(anyText, "Size of the artifact, or of the chain of artifacts (`800Mi`)."),
});

const step = object("RestoreStep", "One step of the run, as it happened.", {
  name: required(anyText, "Name of the step."),
  start: required(anyText, "When it began."),
  end: optional(anyText, "When it ended; absent while it runs."),
  attempt: required(count, "1 for the first try."),
  message: optional(anyText, "What came of it."),
});

const progress = object("RestoreProgress", "What is going on right now.", {
  step: required(anyText, "Name of the step."),
  message: required(anyText, "What is known of it."),
  percent: optional(number, "0 to 100, where it can be told."),
});

const target = object("RestoreTarget", "The instance that is restored into.", {
  kind: required(
    choice("TargetKind", "Kind of a Neo4j instance.", {
      Neo4jEnterpriseCluster: "Several servers.",
      Neo4jEnterpriseStandalone: "One server.",
    }),
    "Kind of the instance.",
  ),
  servers: required(count, "Number of its servers."),
});

const previous = object("PreviousStore", "The store that was replaced, while it is still kept.", {
  size: optional(anyText, "Space it takes (`1.2Gi`)."),
  path: required(anyText, "Where it lies on the instance's data volume."),
  keptUntil: optional(anyText, "It is kept at least until then; before that, only `discard` removes it."),
});

export const status = object("Neo4jRestoreStatus", "Status of a restore.", {
  phase: required(
    choice("RestorePhase", "Where a restore stands as a whole.", {
      Pending: "It waits for what `message` names.",
      Running: "It is being carried out.",
      Completed: "The restored database serves.",
      Failed: "It failed; `message` says why and what to do.",
    }),
    "Where it stands as a whole.",
  ),
  message: optional(anyText, "The current state in a sentence."),
  startTime: optional(anyText, "When the run began."),
  completionTime: optional(anyText, "When the run ended, well or not."),
  observedGeneration: optional(count, "Generation of the spec that the status is about."),
  conditions: optional(list(condition), "Observations, one of each type."),
  stats: optional(stats, "Measured figures."),
  backupInfo: optional(backupInfo, "The backup that was restored."),
  steps: optional(list(step), "The steps of the run, as they happened."),
  runId: optional(anyText, "Identity of the run; every object it makes carries it as a label."),
  identity: optional(anyText, "What the run was asked for: equal for the same target, source and trigger."),
  strategy: optional(anyText, "The strategy that the plan chose."),
  deadline: optional(anyText, "When the run gives up."),
  progress: optional(progress, "What is going on right now."),
  target: optional(target, "The instance that is restored into."),
  previous: optional(previous, "The store that was replaced, while it is still kept."),
});
