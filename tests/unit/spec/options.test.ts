// Options: temporary files, what is kept, waiting, hooks.

import { refusals, restore, withOptions } from "./documents.js";

type Case = readonly [title: string, document: unknown, messages: readonly string[]];

const cases: readonly Case[] = [
  [
    "keepPrevious without unit",
    withOptions({ keepPrevious: "24" }),
    [
      'spec.options.keepPrevious = "24": is not a duration. Allowed: a Go duration of zero or more, such as 30m, 1h30m or 168h. Fix: write a number and a unit (h, m, s, ms), such as "30m".',
    ],
  ],
  [
    "keepPrevious as a number",
    withOptions({ keepPrevious: 0 }),
    [
      "spec.options.keepPrevious = 0: is a number. Allowed: a Go duration, such as 24h. Fix: write it as text, in quotes.",
    ],
  ],
  [
    "keepPrevious negative",
    withOptions({ keepPrevious: "-1h" }),
    [
      'spec.options.keepPrevious = "-1h": is negative. Allowed: a Go duration of zero or more, such as 30m, 1h30m or 168h. Fix: write a number and a unit (h, m, s, ms), such as "30m".',
    ],
  ],
  [
    "keepPrevious with inPlace",
    withOptions({ strategy: "inPlace", keepPrevious: "1h" }),
    [
      'spec.options.keepPrevious = "1h": can\'t be done with strategy inPlace, which removes the old store first. Allowed: 0 with strategy inPlace. Fix: remove keepPrevious, or choose strategy swap.',
    ],
  ],
  [
    "seedURI with what is about a Job or its store",
    restore({
      stopCluster: true,
      source: {
        type: "s3",
        storage: { bucket: "vault", cloud: { credentialsSecretRef: "aws" } },
        backupPath: "daily",
      },
      options: { strategy: "seedURI", verifyBackup: true, tempStorage: { size: "1Gi" }, keepPrevious: "1h" },
    }),
    [
      "spec.stopCluster: can't be done with strategy seedURI: the servers read the backup, so they must run. Allowed: nothing here with strategy seedURI. Fix: remove it, or choose strategy designatedSeeder.",
      "spec.options.tempStorage: has no effect with strategy seedURI, for which no Job restores. Allowed: nothing here with strategy seedURI. Fix: remove it, or choose strategy designatedSeeder.",
      "spec.options.verifyBackup: can't be done with strategy seedURI: no store is there to check before. Allowed: nothing here with strategy seedURI. Fix: remove it, or choose strategy designatedSeeder.",
      "spec.options.keepPrevious: can't be done with strategy seedURI: the old store goes on every server. Allowed: nothing here with strategy seedURI. Fix: remove it, or choose strategy designatedSeeder.",
      "spec.source.storage.cloud.credentialsSecretRef: does not reach the servers, which read with their own credentials and settings (environment and ServiceAccount of their pods). Allowed: nothing here with strategy seedURI. Fix: remove it, or choose strategy designatedSeeder.",
    ],
  ],
  [
    "seedURI from a claim",
    restore({
      source: { type: "storage", storage: { type: "pvc", pvc: { name: "backups" } } },
      options: { strategy: "seedURI" },
    }),
    [
      "spec.source.storage.type: is not read by servers: strategy seedURI takes s3, gcs or azure. Allowed: nothing here with strategy seedURI. Fix: remove it, or choose strategy designatedSeeder.",
    ],
  ],
  [
    "waitFor no duration",
    withOptions({ waitFor: "never" }),
    [
      'spec.options.waitFor = "never": is not a duration. Allowed: a Go duration of zero or more, such as 30m, 1h30m or 168h. Fix: write a number and a unit (h, m, s, ms), such as "30m".',
    ],
  ],
  [
    "tempPath relative",
    withOptions({ tempPath: "temp" }),
    [
      'spec.options.tempPath = "temp": is not a folder of the run\'s own, and the command empties it. Allowed: an absolute path below /data/.neo4j-restore, without spaces, commas or parent folders. Fix: write for example /data/.neo4j-restore/work, or remove tempPath.',
    ],
  ],
  [
    "tempPath of the store",
    withOptions({ tempPath: "/data/databases" }),
    [
      'spec.options.tempPath = "/data/databases": is not a folder of the run\'s own, and the command empties it. Allowed: an absolute path below /data/.neo4j-restore, without spaces, commas or parent folders. Fix: write for example /data/.neo4j-restore/work, or remove tempPath.',
    ],
  ],
  [
    "tempPath the run's folder itself",
    withOptions({ tempPath: "/data/.neo4j-restore/" }),
    [
      'spec.options.tempPath = "/data/.neo4j-restore/": is not a folder of the run\'s own, and the command empties it. Allowed: an absolute path below /data/.neo4j-restore, without spaces, commas or parent folders. Fix: write for example /data/.neo4j-restore/work, or remove tempPath.',
    ],
  ],
  [
    "tempPath that climbs out",
    withOptions({ tempPath: "/data/.neo4j-restore/../databases" }),
    [
      'spec.options.tempPath = "/data/.neo4j-restore/../databases": is not a folder of the run\'s own, and the command empties it. Allowed: an absolute path below /data/.neo4j-restore, without spaces, commas or parent folders. Fix: write for example /data/.neo4j-restore/work, or remove tempPath.',
    ],
  ],
  [
    "tempPath on a claim that is not asked for",
    withOptions({ tempPath: "/neo4j-restore-temp/work" }),
    [
      'spec.options.tempPath = "/neo4j-restore-temp/work": lies on a claim that is not asked for. Allowed: an absolute path below /data/.neo4j-restore, without spaces, commas or parent folders. Fix: add tempStorage.size, or remove tempPath.',
    ],
  ],
  [
    "tempPath off the claim that is asked for",
    withOptions({ tempPath: "/data/.neo4j-restore/work", tempStorage: { size: "10Gi" } }),
    [
      'spec.options.tempPath = "/data/.neo4j-restore/work": is not a folder of the run\'s own, and the command empties it. Allowed: an absolute path at or below /neo4j-restore-temp, without spaces, commas or parent folders. Fix: write for example /neo4j-restore-temp/work, or remove tempPath.',
    ],
  ],
  [
    "tempStorage without size",
    withOptions({ tempStorage: { storageClassName: "fast" } }),
    [
      "spec.options.tempStorage.size: is missing. Allowed: a Kubernetes quantity, such as 100Gi. Fix: add size.",
    ],
  ],
  [
    "tempStorage of no size",
    withOptions({ tempStorage: { size: "0" } }),
    [
      'spec.options.tempStorage.size = "0": is not above zero. Allowed: a Kubernetes quantity above zero, such as 100Gi or 500M. Fix: write a number and a unit, such as 100Gi.',
    ],
  ],
  [
    "a statement that is empty, another that is none; never quoted",
    withOptions({ preRestore: { cypherStatements: ["RETURN 1", " ", 5] } }),
    [
      "spec.options.preRestore.cypherStatements[1]: is empty. Allowed: any text that is not empty. Fix: write it, or leave the field out.",
      "spec.options.preRestore.cypherStatements[2]: is a number. Allowed: any text that is not empty. Fix: write it as text, in quotes.",
    ],
  ],
  [
    "a hook Job without template",
    withOptions({ postRestore: { job: {} } }),
    [
      "spec.options.postRestore.job.template: is missing. Allowed: an object with container, backoffLimit. Fix: add template.",
    ],
  ],
  [
    "a hook Job without image",
    withOptions({ postRestore: { job: { template: { container: {} } } } }),
    [
      "spec.options.postRestore.job.template.container.image: is missing. Allowed: the name of a container image. Fix: add image.",
    ],
  ],
  [
    "a hook's timeout",
    withOptions({ postRestore: { job: { template: { container: { image: "a" } }, timeout: "0s" } } }),
    [
      'spec.options.postRestore.job.timeout = "0s": is zero. Allowed: a Go duration above zero, such as 30m, 1h30m or 168h. Fix: write a number and a unit (h, m, s, ms), such as "30m", or leave the field out for the default.',
    ],
  ],
  [
    "a hook's backoffLimit",
    withOptions({ postRestore: { job: { template: { container: { image: "a" }, backoffLimit: -1 } } } }),
    [
      "spec.options.postRestore.job.template.backoffLimit = -1: is out of range. Allowed: a whole number from 0 to 2147483647. Fix: write a whole number from 0 to 2147483647.",
    ],
  ],
  [
    "a hook's command as a text",
    withOptions({ postRestore: { job: { template: { container: { image: "a", command: "run" } } } } }),
    [
      "spec.options.postRestore.job.template.container.command: is a text. Allowed: a list. Fix: write a list, also for a single element.",
    ],
  ],
  [
    "variables",
    withOptions({
      postRestore: {
        job: {
          template: {
            container: {
              image: "a",
              env: [
                { name: "1A", value: "x" },
                { name: "A" },
                { name: "B", value: "hunter2", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
                { name: "C", valueFrom: {} },
                {
                  name: "D",
                  valueFrom: {
                    secretKeyRef: { name: "s", key: "k" },
                    configMapKeyRef: { name: "c", key: "k" },
                  },
                },
                { name: "E", valueFrom: { secretKeyRef: { name: "s" } } },
                { name: "F", value: 5 },
                { name: "G", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
              ],
            },
          },
        },
      },
    }),
    [
      'spec.options.postRestore.job.template.container.env[0].name = "1A": is not a name for an environment variable. Allowed: letters, digits, underscores, dots and dashes, no digit first. Fix: write for example NEO4J_URI.',
      "spec.options.postRestore.job.template.container.env[5].valueFrom.secretKeyRef.key: is missing. Allowed: a key of a Secret or ConfigMap. Fix: add key.",
      "spec.options.postRestore.job.template.container.env[6].value: is a number. Allowed: any text. Fix: write it as text, in quotes.",
      "spec.options.postRestore.job.template.container.env[7].valueFrom.fieldRef: is not a field of EnvVarSource. Allowed: secretKeyRef, configMapKeyRef. Fix: remove it.",
      'spec.options.postRestore.job.template.container.env[1]: has neither value nor valueFrom. Allowed: value or valueFrom. Fix: add value (also value: "") or valueFrom.',
      "spec.options.postRestore.job.template.container.env[2]: has both value and valueFrom. Allowed: value or valueFrom. Fix: remove one of the two.",
      "spec.options.postRestore.job.template.container.env[3].valueFrom: names neither a Secret nor a ConfigMap. Allowed: secretKeyRef or configMapKeyRef. Fix: add one of the two.",
      "spec.options.postRestore.job.template.container.env[4].valueFrom: names both a Secret and a ConfigMap. Allowed: secretKeyRef or configMapKeyRef. Fix: remove one of the two.",
      "spec.options.postRestore.job.template.container.env[7].valueFrom: names neither a Secret nor a ConfigMap. Allowed: secretKeyRef or configMapKeyRef. Fix: add one of the two.",
    ],
  ],
];

test.each(cases)("refused: %s", (_, document, messages) => {
  expect(refusals(document)).toEqual(messages);
});
