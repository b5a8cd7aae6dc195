// What an absent field means, and the names and places that the API fixes: the docs and the plan use the same values.

export const API_GROUP = "neo4j.neo4j.com";
export const API_VERSION = "neo4j.neo4j.com/v1beta1";
/** The same API in a group of the user's own, beside another operator that has the usual one. */
export const apiVersionIn = (group: string): string => API_VERSION.replace(API_GROUP, group);
export const KIND = "Neo4jRestore";
/** Where a trigger stands in YAML. */
export const TRIGGER_ANNOTATION = "neo4j.com/restore-trigger";

/** On a resource that the operator has begun to work for: it is not gone before everything is given back. */
export const OPERATOR_FINALIZER = "neo4j.com/restore-operator";

/** Those of other controllers of this kind: they mark their resources in the same domain. */
export const foreignFinalizers = (finalizers: readonly string[]): readonly string[] =>
  finalizers.filter((entry) => entry !== OPERATOR_FINALIZER && /^(?:[a-z0-9-]+\.)*neo4j\.com\//.test(entry));

export const defaults = {
  timeout: "24h",
  waitFor: "10m",
  keepPrevious: "24h",
  hookTimeout: "30m",
  hookBackoffLimit: 0,
  logRetention: "168h",
  recoveryPointObjective: "1m",
  encryptionAlgorithm: "AES256",
  keySecretKey: "key",
  usernameKey: "username",
  passwordKey: "password",
  serviceAccount: "neo4j-restore-sa",
} as const;

/** Where the claim of `options.tempStorage` is mounted. */
export const TEMP_MOUNT = "/neo4j-restore-temp";
/** The run's own folder on the target's data volume. */
export const SCRATCH_ROOT = "/data/.neo4j-restore";
