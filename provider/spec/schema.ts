// The definition of a restore document: the one source of what is accepted, of schema.json, types.ts and docs/fields.md.

import type { z } from "zod";
import { API_VERSION, defaults, KIND, TRIGGER_ANNOTATION } from "./defaults.js";
import { choice, constant, flag, map, object, optional, required } from "./definition.js";
import { judgeMetadataKey } from "./judges.js";
import {
  anyText,
  apiVersion,
  databaseName,
  image,
  label,
  labelValue,
  nonEmpty,
  objectName,
  positiveDuration,
  secretKey,
} from "./leaves.js";
import { options } from "./schema-options.js";
import { source } from "./schema-source.js";

const spec = object("Neo4jRestoreSpec", "What to restore, into which instance, and how.", {
  clusterRef: required(
    label,
    "Neo4jEnterpriseCluster or Neo4jEnterpriseStandalone in the restore's namespace; which of the two is found out.",
  ),
  source: required(source, "The backup to restore."),
  databaseName: required(databaseName, "Database to restore; Neo4j keeps names in lower case."),
  options: optional(options, "How the restore is carried out."),
  force: optional(
    flag,
    "Consent to replace an existing database. Without it an existing database is left alone and the restore refused.",
    {
      fallback: "false",
    },
  ),
  stopCluster: optional(
    flag,
    "Restore offline, with the whole instance scaled to 0: every database of it stops meanwhile. Otherwise the instance keeps " +
      "running and only this database stops, for the moment of the swap.",
    { fallback: "false" },
  ),
  timeout: optional(
    positiveDuration,
    "Time for the restore, from taking the lock to the point of no return; after it everything is put back as it was.",
    { fallback: defaults.timeout },
  ),
});

const metadata = object("RestoreMetadata", "Name and place of the restore.", {
  name: optional(label, "Name of the restore and of its objects.", {
    fallback: "in Pulumi the resource's name",
  }),
  namespace: optional(label, "Namespace of the restore, its target and its backup.", {
    fallback: "the Kubernetes context's, else default",
  }),
  labels: optional(
    map(labelValue, judgeMetadataKey),
    "Labels of the objects that the restore makes: Jobs and their pods, claims, its journal.",
  ),
  annotations: optional(
    map(anyText, judgeMetadataKey),
    `Annotations of the custom resource. \`${TRIGGER_ANNOTATION}\` is the trigger; a direct run makes no resource, and warns of the others.`,
    {
      secret: true,
    },
  ),
});

const credentialsSecret = object("CredentialsSecret", "A Secret with the Neo4j user to work as.", {
  name: required(objectName, "Name of the Secret, in the restore's namespace."),
  usernameKey: optional(secretKey, "Key of the user's name.", { fallback: defaults.usernameKey }),
  passwordKey: optional(secretKey, "Key of the password.", { fallback: defaults.passwordKey }),
});

const connection = object("ConnectionArgs", "How Kubernetes and Neo4j are reached.", {
  kubeconfig: optional(nonEmpty, "Content or path of a kubeconfig.", {
    fallback: "as kubectl finds it, or the pod's own",
    secret: true,
  }),
  context: optional(nonEmpty, "Context within the kubeconfig.", { fallback: "its current context" }),
  credentialsSecret: optional(credentialsSecret, "Another Neo4j user than the instance's admin.", {
    fallback: "the instance's admin Secret",
  }),
  toolsImage: optional(
    image,
    "Image that fetches, unpacks and decrypts artifacts while they are staged, built from `image/tools`; needed where they are.",
  ),
});

const mode = choice("RestoreMode", "Who carries the restore out.", {
  direct: "The process that asks for it: `pulumi up`, or the command line.",
  operator:
    "The operator in the cluster: the custom resource is applied and watched to the end. An interrupted `up` leaves it at work.",
});

export const document = object(
  "RestoreDocument",
  "A restore: the custom resource, and beside it what a direct run needs.",
  {
    apiVersion: optional(
      apiVersion,
      "Version of the API, in the group that the operator serves: mode `operator` applies a resource of that group; a direct run takes any.",
      { fallback: API_VERSION },
    ),
    kind: optional(constant(KIND), "Kind of the resource.", { fallback: KIND }),
    metadata: optional(metadata, "Name and place of the restore."),
    spec: required(spec, "What to restore, into which instance, and how."),
    connection: optional(connection, "How Kubernetes and Neo4j are reached."),
    mode: optional(mode, "Who carries the restore out. Changing it never restores again.", {
      fallback: "direct",
    }),
    trigger: optional(
      anyText,
      `Any text; a new value runs the restore again. In YAML the annotation \`${TRIGGER_ANNOTATION}\`.`,
    ),
  },
);

export type ParsedDocument = z.infer<typeof document.schema>;
