// Storage locations: what each type needs, whose cloud it is, identity.

import { refusals, withStorage } from "./documents.js";

type Case = readonly [title: string, document: unknown, messages: readonly string[]];

const cases: readonly Case[] = [
  [
    "no type",
    withStorage({ pvc: { name: "backups" } }),
    [
      "spec.source.storage.type: is missing. Allowed: one of s3, gcs, azure, pvc. Fix: add type, such as type: pvc.",
    ],
  ],
  [
    "pvc without a claim",
    withStorage({ type: "pvc" }),
    [
      "spec.source.storage.pvc: is missing. Allowed: pvc with a name for type pvc. Fix: add pvc.name, the claim that holds the backups.",
    ],
  ],
  [
    "pvc without a name: a new claim holds no backup",
    withStorage({ type: "pvc", pvc: { size: "10Gi", storageClassName: "fast" } }),
    ["spec.source.storage.pvc.name: is missing. Allowed: the name of a Kubernetes object. Fix: add name."],
  ],
  [
    "pvc with a bucket and a cloud",
    withStorage({ type: "pvc", pvc: { name: "b" }, bucket: "c", cloud: { provider: "aws" } }),
    [
      'spec.source.storage.bucket = "c": has no meaning with type pvc. Allowed: pvc and path. Fix: remove bucket, or change type.',
      "spec.source.storage.cloud: has no meaning with type pvc. Allowed: pvc and path. Fix: remove cloud, or change type.",
    ],
  ],
  [
    "pvc with a size that is none",
    withStorage({ type: "pvc", pvc: { name: "b", size: "ten" } }),
    [
      'spec.source.storage.pvc.size = "ten": is not a Kubernetes quantity. Allowed: a Kubernetes quantity above zero, such as 100Gi or 500M. Fix: write a number and a unit, such as 100Gi.',
    ],
  ],
  [
    "s3 without a bucket",
    withStorage({ type: "s3" }),
    [
      "spec.source.storage.bucket: is missing. Allowed: the name of the bucket or container for type s3. Fix: add bucket.",
    ],
  ],
  [
    "s3 with a claim",
    withStorage({ type: "s3", bucket: "b", pvc: { name: "c" } }),
    [
      "spec.source.storage.pvc: has no meaning with type s3. Allowed: bucket, path and cloud. Fix: remove pvc, or write type: pvc.",
    ],
  ],
  [
    "s3 with a bucket that is an address",
    withStorage({ type: "s3", bucket: "s3://b" }),
    [
      'spec.source.storage.bucket = "s3://b": is an address. Allowed: the name of a bucket or container, for Azure also account/container. Fix: write the bucket\'s name only, and the rest in storage.path.',
    ],
  ],
  [
    "s3 with a path in the bucket",
    withStorage({ type: "s3", bucket: "b/weekly" }),
    [
      'spec.source.storage.bucket = "b/weekly": has a slash. Allowed: the name of a bucket. Fix: write the bucket\'s name only, and the rest in storage.path.',
    ],
  ],
  [
    "a bucket with two slashes",
    withStorage({ type: "azure", bucket: "account/container/path" }),
    [
      'spec.source.storage.bucket = "account/container/path": is not the name of a bucket. Allowed: the name of a bucket or container, for Azure also account/container. Fix: write the bucket\'s name only, and the rest in storage.path.',
    ],
  ],
  [
    "an Azure container without an account anywhere",
    withStorage({ type: "azure", bucket: "backups", cloud: { identity: {} } }),
    [
      'spec.source.storage.bucket = "backups": does not tell the storage account. Allowed: account/container, or the container alone with a credentials Secret that has AZURE_STORAGE_ACCOUNT. Fix: write account/backups, or name the Secret in cloud.credentialsSecretRef.',
    ],
  ],
  [
    "a path with a comma",
    withStorage({ type: "s3", bucket: "b", path: "a,b" }),
    [
      'spec.source.storage.path = "a,b": has a comma, at which neo4j-admin would split it. Allowed: a path within the bucket or claim, without commas or parent folders. Fix: rename the folder or artifact.',
    ],
  ],
  [
    "a provider of another cloud",
    withStorage({ type: "s3", bucket: "b", cloud: { provider: "gcp" } }),
    [
      'spec.source.storage.cloud.provider = "gcp": does not fit storage of type s3. Allowed: aws. Fix: write aws, or leave provider out.',
    ],
  ],
  [
    "an identity of another cloud",
    withStorage({ type: "gcs", bucket: "b", cloud: { provider: "gcp", identity: { provider: "azure" } } }),
    [
      'spec.source.storage.cloud.identity.provider = "azure": does not agree with the cloud, which is gcp. Allowed: gcp. Fix: write gcp, or leave provider out.',
    ],
  ],
  [
    "an endpoint for another store than S3",
    withStorage({ type: "azure", bucket: "a/b", cloud: { endpointURL: "https://x", forcePathStyle: false } }),
    [
      'spec.source.storage.cloud.endpointURL = "https://x": has no meaning with type azure. Allowed: endpointURL with type s3. Fix: remove endpointURL.',
      "spec.source.storage.cloud.forcePathStyle = false: has no meaning with type azure. Allowed: forcePathStyle with type s3. Fix: remove forcePathStyle.",
    ],
  ],
  [
    "an endpoint that is no address",
    withStorage({ type: "s3", bucket: "b", cloud: { endpointURL: "minio:9000" } }),
    [
      'spec.source.storage.cloud.endpointURL = "minio:9000": is not an address. Allowed: an http or https address, such as https://minio.example.com:9000. Fix: write scheme, host and port only.',
    ],
  ],
  [
    "an endpoint with credentials, never quoted",
    withStorage({ type: "s3", bucket: "b", cloud: { endpointURL: "https://u:hunter2@minio" } }),
    [
      "spec.source.storage.cloud.endpointURL: holds credentials. Allowed: an http or https address, such as https://minio.example.com:9000. Fix: put them into the credentialsSecretRef Secret.",
    ],
  ],
  [
    "a new ServiceAccount beside an existing one",
    withStorage({
      type: "s3",
      bucket: "b",
      cloud: { identity: { serviceAccount: "a", autoCreate: { enabled: true } } },
    }),
    [
      "spec.source.storage.cloud.identity.autoCreate.enabled = true: asks for a new ServiceAccount beside an existing one. Allowed: serviceAccount or autoCreate. Fix: remove identity.serviceAccount, or write enabled: false.",
    ],
  ],
  [
    "a Secret's name",
    withStorage({ type: "s3", bucket: "b", cloud: { credentialsSecretRef: "a b" } }),
    [
      'spec.source.storage.cloud.credentialsSecretRef = "a b": is not the name of a Kubernetes object. Allowed: up to 253 lower-case letters, digits, dashes and dots, with a letter or digit first and last. Fix: write the object\'s name as kubectl shows it.',
    ],
  ],
];

test.each(cases)("refused: %s", (_, document, messages) => {
  expect(refusals(document)).toEqual(messages);
});
