/**
 * What was seen of the world, in our own words: the only input of plan and workflow beside the request.
 * Views are plain JSON (they may be journaled); an adapter fills them and nothing above adapters sees a
 * client type. A view says what was seen, never what follows from it: judging is preflight's and the steps'.
 */
import type { Attachments } from "./attachments.js";
import type { LastVerbView, LockHolderView } from "./lock-view.js";
import type { CopyView } from "./volume-view.js";
import type { Ledger } from "./ledger.js";

export type { Attachments, Topology } from "./attachments.js";
export type { LastVerbView, LockHolderView } from "./lock-view.js";

/** JSON as Kubernetes speaks it: fragments that are copied from the server's pod into a Job unread. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export type TargetKind = "Neo4jEnterpriseCluster" | "Neo4jEnterpriseStandalone";

/** The answer to "which instance does clusterRef name?". */
export type TargetLookup =
  | { readonly found: "one"; readonly target: TargetView }
  | { readonly found: "none" }
  | { readonly found: "both" }
  /** Neither custom resource definition is installed. */
  | { readonly found: "noDefinitions" };

export interface TargetView {
  readonly kind: TargetKind;
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly terminating: boolean;
  /** Number of servers that the resource asks for (1 for a standalone). */
  readonly servers: number;
  /** Value of the hold annotation neo4j.com/restore-in-progress, where set. */
  readonly hold?: string;
  readonly adminSecret: string;
  /** Its namespace admits only pods of the Pod Security level "restricted". */
  readonly restricted?: boolean;
  /** Where Bolt is spoken over TLS. */
  readonly tls?: TlsView;
  readonly statefulSet?: StatefulSetView;
  /** Every pod of the StatefulSet by its selector, terminating ones too, in ordinal order. */
  readonly pods: readonly PodView[];
  /** The claims of the data volume, by ordinal. */
  readonly dataClaims: readonly ClaimView[];
}

/** What a TLS server is verified with; the certificates themselves are read when a connection is made. */
export interface TlsView {
  /** The Secret whose key `ca.crt` holds the issuing authority. */
  readonly caSecret: string;
  /** The Service's names: the server's certificate must be valid for one of them. */
  readonly names: readonly string[];
}

export interface StatefulSetView {
  readonly name: string;
  readonly uid: string;
  /** Changes with every write. */
  readonly revision: string;
  readonly replicas: number;
  readonly readyReplicas: number;
  /** A change of the pod template is still being rolled out. */
  readonly rolling: boolean;
  /** Content of the annotation neo4j.com/restore-return-state, where set. */
  readonly returnState?: string;
  /** What a pod of this set looks like by its template: used where no pod runs. */
  readonly shape: PodShape;
}

export interface PodView {
  readonly name: string;
  readonly uid: string;
  readonly ready: boolean;
  readonly terminating: boolean;
  /** Its Neo4j container runs. */
  readonly running: boolean;
  readonly node?: string;
  readonly ip?: string;
  readonly shape: PodShape;
}

/** What the restore Job takes over from the server's own pod. */
export interface PodShape {
  /** The Neo4j container's name and image; by digest where the runtime reports a pullable one. */
  readonly container: string;
  readonly image: string;
  readonly imagePullPolicy?: string;
  readonly imagePullSecrets: readonly string[];
  /** Claims already resolved: a volume from a claim template appears as a persistentVolumeClaim volume. */
  readonly volumes: readonly JsonObject[];
  readonly mounts: readonly JsonObject[];
  readonly env: readonly JsonObject[];
  readonly envFrom?: readonly JsonObject[];
  readonly serviceAccount?: string;
  readonly nodeSelector?: JsonObject;
  readonly nodeAffinity?: JsonObject;
  readonly tolerations: readonly JsonObject[];
  readonly priorityClassName?: string;
  readonly podSecurityContext?: JsonObject;
  readonly containerSecurityContext?: JsonObject;
}

export interface ClaimView {
  readonly name: string;
  /** Absent where it does not exist. */
  readonly uid?: string;
  readonly exists: boolean;
  readonly terminating: boolean;
  readonly accessModes: readonly string[];
  readonly capacityBytes?: number;
  readonly storageClassName?: string;
  readonly bound: boolean;
  /** Pods that mount it now (not finished), with their nodes. */
  readonly users: readonly { readonly pod: string; readonly node?: string }[];
  /** It carries our protecting ownerReference to its Namespace. */
  readonly protected: boolean;
}

/** A Neo4jBackup resource of either published form; `undefined` as a whole where it does not exist. */
export interface BackupView {
  readonly name: string;
  /** The storage block as the resource has it (same shape as the page's StorageLocation). */
  readonly storage: JsonObject;
  /** The one database it holds, where it is a backup of one. */
  readonly database?: string;
  /** Newest run first. */
  readonly runs: readonly {
    readonly succeeded: boolean;
    readonly startedAt?: string;
    readonly completedAt?: string;
    readonly path?: string;
    readonly artifact?: string;
    /** File names by database, where one run covers several. */
    readonly artifacts?: Readonly<Record<string, string>>;
    readonly error?: string;
  }[];
  readonly phase?: string;
  readonly neo4jVersion?: string;
}

/** What Bolt said, or why it said nothing. */
export type ServerView =
  | {
      readonly reachable: false;
      /** `certificate`: it answered, but not with the TLS that the target has. */
      readonly reason: "noPod" | "unreachable" | "authentication" | "certificate";
      readonly message: string;
    }
  | {
      readonly reachable: true;
      readonly version: string;
      readonly edition: string;
      /** Rows of SHOW DATABASES for every database, one per allocation. */
      readonly databases: readonly DatabaseRow[];
      /** Rows of SHOW SERVERS; empty where there is only one, or the server cannot tell. */
      readonly servers: readonly ServerRow[];
      readonly aliases: readonly string[];
    };

/** One server of a cluster. */
export interface ServerRow {
  readonly serverId: string;
  readonly address?: string;
  /** Enabled, Cordoned, Deallocating … */
  readonly state: string;
  /** Available or Unavailable. */
  readonly health: string;
  /** NONE, PRIMARY or SECONDARY: what it may host. */
  readonly mode: string;
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
}

export interface DatabaseRow {
  readonly name: string;
  readonly type: string;
  readonly access: "read-write" | "read-only" | "unknown";
  readonly serverId?: string;
  readonly address?: string;
  readonly role?: string;
  readonly writer: boolean;
  readonly requestedStatus: string;
  readonly currentStatus: string;
  readonly statusMessage: string;
  readonly databaseId?: string;
  readonly creationTime?: string;
  readonly lastStartTime?: string;
  readonly store?: string;
  readonly lastCommittedTxn?: number;
  /** How far this copy is behind the writer's, as Neo4j tells it: 0, or a negative number of transactions. */
  readonly replicationLag?: number;
  readonly isDefault: boolean;
}

/** A Job of ours and its one pod. */
export interface JobView {
  /** Of the run's volume verbs the one that it carries out. */
  readonly turn?: number;
  /** The last of its pods, by name. */
  readonly pod?: string;
  readonly name: string;
  readonly uid: string;
  /** It has no pod until it is told to start. */
  readonly suspended?: boolean;
  /** Label neo4j.com/restore-run. */
  readonly runId?: string;
  /** It was deleted, and goes once Kubernetes has cleared its pods away. */
  readonly terminating: boolean;
  /** No container that works on its volumes runs any more and none will: only then is it over. */
  readonly over: boolean;
  /** It is over, but a container that someone else put into its pod runs on: it will not end by itself. */
  readonly lingering?: boolean;
  readonly succeeded: boolean;
  /** Its container has been seen running (or finished). */
  readonly started: boolean;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly exitCode?: number;
  /** Kubernetes' word for the end: Error, OOMKilled, Evicted, DeadlineExceeded … */
  readonly endReason?: string;
  /** Kubernetes' sentence to it, where it has one. */
  readonly endMessage?: string;
  readonly terminationMessage?: string;
  readonly lastLines: readonly string[];
  /** What keeps it from starting: quota, admission, image, scheduling; in Kubernetes' own words. */
  readonly blocker?: string;
  /** Why nothing is known of its running container any more. */
  readonly trouble?: string;
}

export interface SecretView {
  readonly name: string;
  readonly exists: boolean;
  /** Names of its keys; values never leave the adapter. */
  readonly keys: readonly string[];
}

export interface ServiceAccountView {
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** One permission that was asked for and is missing. */
export interface MissingPermission {
  readonly verb: string;
  readonly resource: string;
  readonly namespace?: string;
}

/** Another run that holds the target: stale where nothing of it goes on; `owes` where it has to give back yet. */
export interface HolderView {
  readonly value: string;
  readonly restore: string;
  readonly stale: boolean;
  readonly owes?: true;
}

/** Everything one pass looked at. A part is absent where the step did not ask for it. */
export interface Observation {
  readonly target?: TargetLookup;
  readonly server?: ServerView;
  /**
   * Of a cluster: what each server that hosts the database tells of its own copy, by pod; null where it did not answer.
   * A server tells the access mode, also of the others' rows, as it has heard of it itself.
   */
  readonly members?: Readonly<Record<string, DatabaseRow | null>>;
  readonly attachments?: Attachments;
  /** Settings of the server by name; null where it does not tell. */
  readonly settings?: Readonly<Record<string, string | null>>;
  /** Of a verb whose answer was lost; absent where the pod does not run. */
  readonly lastVerb?: LastVerbView;
  /** By the role of a Job of ours that has ended because something has the volume's lock. */
  readonly lockHolders?: { readonly [role: string]: LockHolderView };
  /** What running pods have of the database's files; null where one could not be asked, or its answer was cut. */
  readonly copies?: Readonly<Record<string, CopyView | null>>;
  /** Neo4j's id of the store, by pod that serves it; null where Neo4j does not tell. */
  readonly storeIds?: Readonly<Record<string, string | null>>;
  readonly backup?: BackupView | "absent";
  readonly jobs?: { readonly [role: string]: JobView | "absent" };
  readonly secrets?: readonly SecretView[];
  readonly claims?: readonly ClaimView[];
  readonly serviceAccount?: ServiceAccountView | "absent";
  readonly missingPermissions?: readonly MissingPermission[];
  readonly ledger?: Ledger | "absent";
  /** Names of other unfinished Jobs (backups, restores) that work on this target. */
  readonly otherWork?: readonly string[];
  /** Who holds the target, where it is not this run: a restore of ours that is over for good holds nothing. */
  readonly holder?: HolderView;
  /** Someone asked for this run to be cancelled. */
  readonly cancelRequested?: boolean;
}
