// Definitions: storage locations, shared by every kind of source.

import { choice, flag, map, object, optional, required } from "./definition.js";
import { defaults } from "./defaults.js";
import { judgeMetadataKey } from "./judges.js";
import { anyText, bucket, objectName, path, size, url } from "./leaves.js";

export const storageType = choice("StorageType", "Kind of storage that holds backups.", {
  s3: "Amazon S3 or a store that speaks its protocol.",
  gcs: "Google Cloud Storage.",
  azure: "Azure Blob Storage.",
  pvc: "A PersistentVolumeClaim in the restore's namespace.",
});

export const cloudProvider = choice("CloudProvider", "Cloud that holds the storage.", {
  aws: "Amazon Web Services; goes with s3.",
  gcp: "Google Cloud; goes with gcs.",
  azure: "Microsoft Azure; goes with azure.",
});

const pvc = object("PVCSpec", "A claim that holds backups.", {
  name: required(objectName, "Existing claim in the restore's namespace; the Job mounts it read-only."),
  storageClassName: optional(
    anyText,
    "Informative: compared with the existing claim, with a warning where they differ.",
  ),
  size: optional(size, "Informative: compared with the existing claim, with a warning where they differ."),
});

const autoCreate = object("AutoCreateSpec", "A ServiceAccount that is made for the restore Job.", {
  enabled: optional(
    flag,
    `Make the ServiceAccount \`${defaults.serviceAccount}\`; it is removed only if this product made it and nobody uses it.`,
    { fallback: "true" },
  ),
  annotations: optional(
    map(anyText, judgeMetadataKey),
    "Annotations of that ServiceAccount, such as the cloud role it may assume. An existing one with other values is refused.",
  ),
});

const identity = object("CloudIdentity", "Workload identity of the restore Job.", {
  provider: optional(cloudProvider, "Must agree with the provider of the cloud block."),
  serviceAccount: optional(objectName, "Existing ServiceAccount that the Job runs as."),
  autoCreate: optional(autoCreate, "A ServiceAccount made for the Job; instead of `serviceAccount`."),
});

const cloud = object("CloudBlock", "How object storage is reached.", {
  provider: optional(cloudProvider, "Must fit the storage: aws for s3, gcp for gcs, azure for azure.", {
    fallback: "by storage type",
  }),
  credentialsSecretRef: optional(
    objectName,
    "Secret whose keys become environment of the Job: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and optionally " +
      "AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL_S3; GOOGLE_APPLICATION_CREDENTIALS_JSON; AZURE_STORAGE_ACCOUNT " +
      "with AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET.",
    { fallback: "ambient workload identity" },
  ),
  identity: optional(identity, "Workload identity of the Job, instead of a credentials Secret."),
  endpointURL: optional(url, "Address of an S3-compatible store."),
  forcePathStyle: optional(
    flag,
    "Address buckets by path instead of host name, as many S3-compatible stores need it.",
    {
      fallback: "false",
    },
  ),
});

export const storage = object("StorageLocation", "A place that holds backups.", {
  type: optional(
    storageType,
    "Kind of storage. May be left out where the source's type is s3, gcs or azure.",
  ),
  bucket: optional(
    bucket,
    "Bucket or container; needed for s3, gcs and azure. For Azure also `account/container`, unless the Secret names the account.",
  ),
  path: optional(path, "Folder within the bucket or claim. Slashes at either end do not matter.", {
    fallback: "its root",
  }),
  cloud: optional(cloud, "How object storage is reached."),
  pvc: optional(pvc, "The claim; needed for type pvc."),
});
