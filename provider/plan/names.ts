/**
 * Names on the wire: labels, annotations, object names. They are API for users' scripts and for older runs,
 * so they never change. Names over 63 characters are cut and closed with a hash of the whole name.
 */
import { createHash } from "node:crypto";
import type { JsonObject } from "./observation.js";

export const labels = {
  managedBy: "app.kubernetes.io/managed-by",
  name: "app.kubernetes.io/name",
  component: "app.kubernetes.io/component",
  /** The restore's metadata.name. */
  restore: "neo4j.com/restore",
  /** The run that made the object. */
  run: "neo4j.com/restore-run",
  /** On a ledger: the target that it is of. */
  ledger: "neo4j.com/restore-ledger",
} as const;

const userPrefix = "neo4j.com/restore-user-";

export const annotations = {
  /** On the target: its owner controller stops re-asserting replicas while it is set. Value: holdValue(). */
  hold: "neo4j.com/restore-in-progress",
  /** On the StatefulSet: what to give back, should the journal be lost. */
  returnState: "neo4j.com/restore-return-state",
  /** On the Job of a volume verb: which of the run's verbs it carries out. */
  turn: "neo4j.com/restore-turn",
  /** On the journal: somebody asked for this run to end. */
  cancel: "neo4j.com/restore-cancel",
  /** On a resource: the failed end, as endMark() has it, after which it is to be tried again. */
  retry: "neo4j.com/restore-retry",
  /** On a resource that is deleted: its run is left as it is, for another driver to go on with. */
  letGo: "neo4j.com/restore-let-go",
  /** On the journal and on a resource: who asked for the restore. */
  owner: "neo4j.com/restore-owner",
  /** On a ServiceAccount of our making: a run that uses it. */
  user: (runId: string): string => `${userPrefix}${runId}`,
  isUser: (key: string): boolean => key.startsWith(userPrefix),
} as const;

/** On the journal's ConfigMap while its run is active. */
export const finalizer = "neo4j.com/restore-active";

/** Value of app.kubernetes.io/managed-by on everything of ours. */
export const manager = "pulumi-neo4j-restore";

const longest = 63;

/** Joins parts with dashes; over 63 characters it is cut and ends in eight characters of its SHA-256. */
export function objectName(...parts: readonly string[]): string {
  const whole = parts.join("-");
  if (whole.length <= longest) return whole;
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, 8);
  return `${whole.slice(0, longest - 9).replace(/[-.]+$/, "")}-${hash}`;
}

/** The Jobs of a restore. Users follow `kubectl logs job/<restore>-restore`. */
export type JobRole = "restore" | "rehearsal" | "volume" | "pre-restore-hook" | "post-restore-hook";

export function jobName(restore: string, role: JobRole): string {
  return objectName(restore, role);
}

/** The container that stages, before the restore's own in the same pod. */
export const stagingName = "neo4j-restore-stage";

/** The operator's own container; by this name it finds the image that it runs from. */
export const operatorContainer = "operator";

/** ConfigMap, Secret and Lease of one restore. */
export function journalName(restore: string): string {
  return objectName("neo4j-restore", restore);
}

/** Secrets with what must be given back. No restore has a dot in its name, so that no other journal is called like that. */
export function keptName(restore: string, piece: number): string {
  return `${journalName(restore)}.kept.${piece}`;
}

/** The key of one content in them: this much of a digest tells contents apart. */
export function keptKey(digest: string): string {
  return `kept_${digest.slice(0, 32)}`;
}

const ledgerPrefix = "neo4j-restore-ledger";

/** What Kubernetes takes as a name: a database may have dots and dashes side by side, an object may not. */
const isTaken = (name: string): boolean => !/[.-]\.|\.-/.test(name);

/**
 * ConfigMap that remembers the restores of one database of a target. "a-b" of "c" is not "a" of "b-c". Where Kubernetes
 * would not take the name it gets dashes, and a longer hash, because "a..b" and "a.-b" then read alike.
 */
export function ledgerName(target: string, database: string): string {
  const both = createHash("sha256").update(`${target}/${database}`).digest("hex");
  const name = objectName(ledgerPrefix, target, database, both.slice(0, 8));
  if (isTaken(name)) return name;
  const hash = both.slice(0, 16);
  const words = `${ledgerPrefix}-${target}-${database}`.replace(/[.-]+/g, "-");
  return `${words.slice(0, longest - hash.length - 1).replace(/-$/, "")}-${hash}`;
}

/** ConfigMap that remembered the last restore of each database of a target. */
export function formerLedgerName(target: string): string {
  return objectName(ledgerPrefix, target);
}

/** The claim for temporary files of one run. */
export function tempClaimName(restore: string): string {
  return objectName(restore, "restore-temp");
}

export function ourLabels(restore: string, runId: string, component: string): Record<string, string> {
  return {
    [labels.name]: "neo4j-restore",
    [labels.managedBy]: manager,
    [labels.component]: component,
    [labels.restore]: objectName(restore),
    [labels.run]: runId,
  };
}

/** How a message calls an object: "Job orders-restore". */
export function titleOf({ kind, metadata }: JsonObject): string {
  const name = metadata !== null && typeof metadata === "object" && "name" in metadata ? metadata.name : "";
  return [kind, name].filter((part) => typeof part === "string").join(" ");
}

/** The hold names the restore for people and the run for machines. */
export function holdValue(restore: string, runId: string): string {
  return `${restore}.${runId}`;
}

/** Of whoever removes what that run has set aside: the same whoever tries it again, and never the run's own. */
export function discardHold(restore: string, runId: string): string {
  return holdValue(restore, createHash("sha256").update(`discard ${runId}`).digest("hex").slice(0, 10));
}

/** Undefined for a value that is not of our making (another operator's hold). */
export function parseHold(value: string): { readonly restore: string; readonly runId: string } | undefined {
  const match = /^(.+)\.([a-z0-9]{10})$/.exec(value);
  return match?.[1] && match[2] ? { restore: match[1], runId: match[2] } : undefined;
}

/** The database name under which a run restores beside the serving database; valid for Neo4j. */
export function scratchName(runId: string): string {
  return `restoring-${runId}`;
}
