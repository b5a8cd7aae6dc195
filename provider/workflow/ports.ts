/**
 * What the engine needs of the world, in its own words; adapters implement it, the simulation as well.
 * Invariants: every write is idempotent or carries a precondition (uid, own run id, compare-and-set), so
 * that a repeated call after a crash does no harm. A port throws only `RestoreFault` (workflow/faults.ts);
 * whatever else comes out of one is a bug. No secret is ever part of a result or a message.
 */
import type {
  Attachments,
  BackupView,
  ClaimView,
  JobView,
  JsonObject,
  MissingPermission,
  SecretView,
  ServerView,
  ServiceAccountView,
  StatefulSetView,
  TargetKind,
  TargetLookup,
  TlsView,
  Topology,
} from "../plan/observation.js";
import type { JournalPort } from "./journal-port.js";

export type {
  JournalPort,
  JournalRecord,
  JournalView,
  LeaseLook,
  PackedKept,
  SignOfLife,
} from "./journal-port.js";

/** Where a restore lives and what it works on. */
export interface TargetRef {
  readonly namespace: string;
  /** clusterRef */
  readonly name: string;
  /** Once it is known: a resource of the other kind does not matter any more. */
  readonly kind?: TargetKind;
}

/** A StatefulSet as the look saw it that a decision rests on. */
export type SeenSet = Pick<StatefulSetView, "uid" | "revision">;

export interface Permission {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
}

/** Kubernetes, as far as the workflow needs it. */
export interface KubernetesPort {
  /** The namespace that an unset metadata.namespace means. */
  readonly defaultNamespace: string;

  target(ref: TargetRef): Promise<TargetLookup>;
  backup(namespace: string, name: string): Promise<BackupView | undefined>;
  job(namespace: string, name: string): Promise<JobView | undefined>;
  secrets(namespace: string, names: readonly string[]): Promise<readonly SecretView[]>;
  claims(namespace: string, names: readonly string[]): Promise<readonly ClaimView[]>;
  serviceAccount(namespace: string, name: string): Promise<ServiceAccountView | undefined>;
  /** Asks SelfSubjectAccessReview for each, with an empty namespace for all of them; returns those that were denied. */
  missingPermissions(namespace: string, needed: readonly Permission[]): Promise<readonly MissingPermission[]>;
  /** Unfinished Jobs of others that mount one of these claims or are labelled for this target. */
  otherWork(ref: TargetRef, claims: readonly string[], runId: string): Promise<readonly string[]>;

  /**
   * Sets the hold annotation on the target if it is unset or already this value (compare-and-set).
   * @returns the value that is there afterwards.
   */
  hold(ref: TargetRef, value: string): Promise<string>;
  /** Removes the hold if it still has this value; a missing target counts as released. */
  releaseHold(ref: TargetRef, value: string): Promise<void>;
  /** Writes (or with undefined removes) the return state on the StatefulSet as it was seen, and reads it back. */
  saveReturnState(ref: TargetRef, set: SeenSet, value: string | undefined): Promise<void>;
  /** Gives each claim a controlling ownerReference to its Namespace (or takes ours away), read back on all. */
  protectClaims(namespace: string, claims: readonly string[], protect: boolean): Promise<void>;
  /** Scales the StatefulSet as it was seen: one that has changed since is to be looked at again. */
  scale(ref: TargetRef, set: SeenSet, replicas: number): Promise<void>;
  /** Creates an object of ours; one that exists with the same run label counts as created, another's is a terminal fault. */
  create(manifest: JsonObject, runId: string): Promise<void>;
  /**
   * Asks for an object without making it (a dry run), and with a Job for its pod: quotas, limits and Pod Security
   * refuse pods alone. @returns Kubernetes' own words where it refuses; undefined where it does not, or cannot say.
   */
  wouldRefuse(manifest: JsonObject): Promise<string | undefined>;
  /** Lets a suspended Job begin; absent counts as done, and one of another uid is to be looked at again. */
  startJob(namespace: string, name: string, uid: string): Promise<void>;
  /**
   * Deletes a Job of this run (undefined: of whichever run) in the foreground and waits until no container of it
   * runs; absent counts as done, one that is not ours is a terminal fault.
   */
  deleteJob(namespace: string, name: string, runId: string | undefined): Promise<void>;
  /** Deletes a claim labelled as ours; absent counts as done. */
  deleteClaim(namespace: string, name: string): Promise<void>;
  /**
   * Makes the ServiceAccount where it is absent, and notes the run as a user of one of our making; one that
   * somebody else has made is left as it is.
   */
  useServiceAccount(
    namespace: string,
    name: string,
    runId: string,
    annotations: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** Takes the note of the run away and, where it was the last one, deletes a ServiceAccount of our making. */
  leaveServiceAccount(namespace: string, name: string, runId: string): Promise<void>;
  /** Runs argv in a container of a running pod. Never a shell string with user text: the script is constant, data are argv. */
  exec(
    namespace: string,
    pod: string,
    container: string,
    argv: readonly string[],
  ): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>;

  /** Nothing of that pod runs any more: it has ended, or is not there. */
  podEnded(namespace: string, pod: string): Promise<boolean>;

  /** Resolves at the next change of anything this run looks at (target, set, pods, Jobs, backups), or at once if one was missed. */
  changed(watch: WatchScope, signal: AbortSignal): Promise<void>;
}

export interface WatchScope {
  readonly target: TargetRef;
  readonly runId: string;
  readonly backup?: string;
}

/** One Neo4j server's Bolt endpoint, as found on the target. */
export interface Neo4jEndpoint {
  readonly namespace: string;
  readonly pod: string;
  /** The other members of its cluster: asked where this one does not answer or is not the one to ask. */
  readonly others?: readonly string[];
  readonly port: number;
  readonly tls?: TlsView;
  readonly credentials: {
    readonly secret: string;
    readonly usernameKey: string;
    readonly passwordKey: string;
  };
  /** Who asks: connections bear it, so that a later driver of the run can end them. */
  readonly mark?: DriverMark;
}

/** One driver of one run. */
export interface DriverMark {
  readonly run: string;
  readonly epoch: number;
}

/** How a database is created on a cluster. */
export interface DatabaseCreation extends Topology, Pick<Attachments, "language"> {
  readonly options: JsonObject;
  /** Sent right after it: without them the data could be read by whom they keep out. */
  readonly denies?: readonly string[];
}

/**
 * Neo4j over Bolt. Connections are kept and reopened by the adapter. Before the first word on each, those that drivers of
 * lower epochs of the same run have at that server are ended: what they sent and what has not arrived takes no effect.
 */
export interface Neo4jPort {
  /**
   * Ends them there without another look; one that does not answer is left to the first contact.
   * @returns why it cannot be done there: the login lacks the right.
   */
  fence(endpoint: Neo4jEndpoint): Promise<string | undefined>;
  /** Never throws for an unreachable server or a refused login: that is a view. */
  server(endpoint: Neo4jEndpoint): Promise<ServerView>;
  /** STOP DATABASE $name NOWAIT */
  stop(endpoint: Neo4jEndpoint, database: string): Promise<void>;
  start(endpoint: Neo4jEndpoint, database: string): Promise<void>;
  /** CREATE DATABASE $name IF NOT EXISTS. What of its DENYs is refused shows when they are read back. */
  create(endpoint: Neo4jEndpoint, database: string, creation?: DatabaseCreation): Promise<void>;
  /** Drops these aliases and then the database, waiting a little for all servers; absent counts as done. */
  drop(endpoint: Neo4jEndpoint, database: string, aliases: readonly string[]): Promise<void>;
  /** Calls that procedure. Not to be repeated while its outcome is unknown: a second call ruins the database. */
  recreate(endpoint: Neo4jEndpoint, database: string, procedure: string, options: JsonObject): Promise<void>;
  attachments(endpoint: Neo4jEndpoint, database: string): Promise<Attachments>;
  /** Undefined where the server does not know it or does not tell. */
  setting(endpoint: Neo4jEndpoint, name: string): Promise<string | undefined>;
  /** Privileges and aliases back, in their order; those that are there count as done, those that are refused are left out. */
  giveAttachments(endpoint: Neo4jEndpoint, database: string, attachments: Attachments): Promise<void>;
  setAccess(endpoint: Neo4jEndpoint, database: string, access: "read-only" | "read-write"): Promise<void>;
  /** One auto-commit statement, its result consumed; Neo4j ends it at the limit. Throws terminal with Neo4j's code, or `outcomeUnknown` if the answer was lost. */
  run(endpoint: Neo4jEndpoint, database: string, statement: string, limitMs: number): Promise<void>;
  /** CALL db.info() — the store's id as this server sees it. */
  storeId(endpoint: Neo4jEndpoint, database: string): Promise<string>;
}

/** Wall time for instants, monotonic time for spans; `wait` is the one place where time passes. */
export interface Clock {
  now(): number;
  monotonic(): number;
  /** Resolves at that instant or when the signal aborts, whichever is first; never rejects. */
  wait(until: number, signal: AbortSignal): Promise<void>;
}

export interface Ports {
  readonly kubernetes: KubernetesPort;
  readonly neo4j: Neo4jPort;
  readonly journal: JournalPort;
  readonly clock: Clock;
  /** Fresh run and driver ids (lower-case letters and digits). */
  readonly newId: () => string;
}
