// Definitions: options and hooks.

import { choice, flag, integer, list, object, optional, required } from "./definition.js";
import { defaults, SCRATCH_ROOT, TEMP_MOUNT } from "./defaults.js";
import {
  anyText,
  duration,
  image,
  nonEmpty,
  objectName,
  positiveDuration,
  secretKey,
  size,
  variable,
} from "./leaves.js";

const keySelector = object("EnvKeySelector", "A key of a Secret or ConfigMap.", {
  name: required(objectName, "Name of the Secret or ConfigMap."),
  key: required(secretKey, "Key within it."),
  optional: optional(flag, "Start without the variable when the key is missing.", { fallback: "false" }),
});

const envSource = object("EnvVarSource", "Where a variable's value comes from: exactly one of the two.", {
  secretKeyRef: optional(keySelector, "A key of a Secret."),
  configMapKeyRef: optional(keySelector, "A key of a ConfigMap."),
});

const env = object("EnvVar", "An environment variable: either `value` or `valueFrom`.", {
  name: required(variable, "Name of the variable."),
  value: optional(anyText, "The value itself. For anything secret use `valueFrom`.", { secret: true }),
  valueFrom: optional(envSource, "A Secret or ConfigMap that holds the value."),
});

const container = object("ContainerSpec", "The container of a hook Job.", {
  image: required(image, "Image of the container."),
  command: optional(list(anyText), "Entry point.", { fallback: "the image's", secret: true }),
  args: optional(list(anyText), "Arguments of the entry point.", { fallback: "the image's", secret: true }),
  env: optional(list(env), "Environment of the container."),
});

const template = object("JobTemplateSpec", "What a hook Job runs.", {
  container: required(container, "The container."),
  backoffLimit: optional(integer(0, 2 ** 31 - 1), "How often Kubernetes may retry a failed pod.", {
    fallback: String(defaults.hookBackoffLimit),
  }),
});

const hookJob = object("RestoreHookJob", "A Kubernetes Job that runs as a hook.", {
  template: required(template, "What the Job runs."),
  timeout: optional(
    positiveDuration,
    "When it is over, the Job is deleted and the hook has failed; the last lines of its log are kept with the failure.",
    {
      fallback: defaults.hookTimeout,
    },
  ),
});

const hooks = object(
  "RestoreHooks",
  "What runs before or after the restore: first the statements, then the Job.",
  {
    job: optional(hookJob, "A Kubernetes Job."),
    cypherStatements: optional(
      list(nonEmpty),
      "Cypher statements, each in an auto-commit transaction of its own. Administration of users, roles, databases and " +
        "privileges goes to `system`, everything else to the restored database; `USE` overrides.",
      { secret: true },
    ),
  },
);

const tempStorage = object("TempStorage", "A claim that is created for the run's temporary files.", {
  size: required(size, "Size of the claim."),
  storageClassName: optional(objectName, "Storage class of the claim.", {
    fallback: "the cluster's default",
  }),
});

export const options = object("RestoreOptionsSpec", "How the restore is carried out.", {
  replaceExisting: optional(flag, "Consent to replace an existing database; same as `force`.", {
    fallback: "false",
  }),
  verifyBackup: optional(
    flag,
    "Check the restored store's consistency before the existing database is touched (with `stopCluster`: before it is brought " +
      "up). The backup itself is always inspected.",
    { fallback: "false" },
  ),
  additionalArgs: optional(
    list(anyText),
    "Further arguments of `neo4j-admin database restore`, one per element: `--verbose`, `--expand-commands`, " +
      "`--source-database=NAME` (2025.02 and later). `--check-consistency` is taken as `verifyBackup`.",
  ),
  preRestore: optional(
    hooks,
    "Runs before anything stops; statements are skipped, with a note, where the database is not online.",
  ),
  postRestore: optional(
    hooks,
    "Runs once the restored database is proven online; the restore completes only after it.",
  ),
  strategy: optional(
    choice("RestoreStrategy", "How the database is brought back.", {
      auto: "The plan chooses and says which.",
      swap: "Restore beside the serving database, then swap the two.",
      inPlace: "Write over the old store, for volumes that do not hold two; keeps no previous store.",
      designatedSeeder: "On a cluster: restore on one server and let the others copy from it.",
      seedURI: "On a cluster: every server fetches the backup itself.",
      recreate:
        "On a cluster: swap on one server, then recreate from it; keeps privileges, not documented by Neo4j.",
    }),
    "How the database is brought back.",
    { fallback: "auto" },
  ),
  keepPrevious: optional(
    duration,
    "How long the replaced store is kept, so that `undo` can put it back; `0` = not at all. On a cluster only `discard` " +
      "removes it.",
    { fallback: `${defaults.keepPrevious} where a fifth of the volume stays free, else 0` },
  ),
  waitFor: optional(
    duration,
    "How long a run waits for an absent target, backup or Secret, or a busy lock.",
    {
      fallback: defaults.waitFor,
    },
  ),
  tempPath: optional(
    nonEmpty,
    `Folder for temporary files: at or below \`${TEMP_MOUNT}\` with \`tempStorage\`, else below \`${SCRATCH_ROOT}\`.`,
    {
      fallback: "a fresh folder of the run on the data volume",
    },
  ),
  tempStorage: optional(tempStorage, "A claim that is created for the run's temporary files."),
});
