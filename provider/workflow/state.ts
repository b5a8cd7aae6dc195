/**
 * The state of one run: all that the journal keeps and all that a decision may rest on beside the request and
 * what is seen. Plain JSON, no secrets: statements, env values and credentials stay in the request. Instants
 * are epoch milliseconds. `version` changes when an older program could not go on from it.
 */
import type { SourceLocation } from "../plan/source.js";
import type { Strategy } from "../plan/strategy.js";
import type { Attachments, TargetKind, TlsView, Topology } from "../plan/observation.js";
import type { Fault } from "./faults.js";
import type { ConsentFacts, ReturnState } from "./kept-facts.js";
import type { FormerStore, PreviousFacts } from "./previous-facts.js";
import type { Reason } from "./reasons.js";
import type { RestoredFacts } from "./restored-facts.js";
import type { SeederFacts } from "./seeder-facts.js";
import type { StartFacts, UndoFacts } from "./way-back-facts.js";

export type { ConsentFacts, ReturnState } from "./kept-facts.js";
export type { PreviousFacts } from "./previous-facts.js";
export type { RestoredFacts } from "./restored-facts.js";

/** What the run is about at the moment. */
export type Flow = "restore" | "rollback" | "undo" | "reinstate" | "discard";

export type StepName =
  // restore
  | "Resolve"
  | "Lock"
  | "Preflight"
  | "PreHooks"
  | "Rehearse"
  | "TakeOffline"
  | "Restore"
  | "SetAside"
  | "Drop"
  | "Swap"
  | "ScaleUp"
  | "BringUp"
  | "Prove"
  | "Open"
  | "PostHooks"
  | "Release"
  // rollback; undo, reinstate and discard use some of these too
  | "StopJobs"
  | "TakeBack"
  | "SwapBack"
  | "GiveBack"
  | "Clean"
  // undo
  | "FindPrevious"
  | "BringBack"
  // reinstate: the way back of an undo that failed
  | "SwapAgain"
  | "BringAgain";

/** How the present flow stands. `ended` is for good until someone asks for more. */
export type Standing = "active" | "ended";

export interface StepRecord {
  readonly name: StepName;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly attempt: number;
  readonly message?: string;
}

export type EffectResult =
  | { readonly ok: true; readonly output: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly fault: Fault };

export interface TargetFacts {
  readonly kind: TargetKind;
  readonly servers: number;
  readonly statefulSet: string;
  readonly statefulSetUid: string;
  /** Of the target's resource and of its data claims: what this instance's data hang on. */
  readonly uids: readonly string[];
  /** The server on whose volume the restore works; on a cluster the seeder. */
  readonly pod: string;
  /** All its servers' pods, where it is a cluster of several. */
  readonly members?: readonly string[];
  /** Neo4j's own id of the seeder. */
  readonly serverId?: string;
  readonly container: string;
  readonly dataClaim: string;
  readonly adminSecret: string;
  readonly tls?: TlsView;
  readonly serverVersion?: string;
}

export type SourceFacts = SourceLocation;

export interface Facts {
  readonly target?: TargetFacts;
  readonly source?: SourceFacts;
  readonly strategy?: Strategy;
  /** stopCluster as it was at preflight: an edit of the request does not change the course of a run. */
  readonly offline?: boolean;
  readonly existed?: boolean;
  /** The restored store is to be checked for consistency. */
  readonly verifies?: boolean;
  /** Bolt did not answer at preflight (stopCluster only): existence is judged from the files. */
  readonly serverSilent?: boolean;
  readonly consent?: ConsentFacts;
  /** The store is restored under the scratch name, because another one of that name lies there. */
  readonly beside?: boolean;
  /** What went with DROP DATABASE and is given back, as it was right before the database was stopped. */
  readonly attachments?: Attachments;
  /** What went with it was asked for again: now it is compared with what is there. */
  readonly readBack?: boolean;
  /** What of it Neo4j did not give again, in words; empty where all is there. */
  readonly unattached?: string;
  /** A DROP of the old database may have been sent: without being created again it is gone. */
  readonly dropped?: boolean;
  /** It was seen to be gone: from then on no DROP is sent any more, whatever has that name. */
  readonly gone?: boolean;
  /** This run creates it again from the old store. */
  readonly createdAgain?: boolean;
  /** Where the server that was to seed had fallen behind. */
  readonly seeders?: SeederFacts;
  /** How many servers served the database before; absent where nothing was known. */
  readonly baseline?: number;
  /** What a cluster's last starts looked like before, by server: old news are not new ones. */
  readonly lastStarts?: Readonly<Record<string, string>>;
  /** Smaller than it was: Neo4j refused to create it with more while servers are away. */
  readonly topology?: Topology;
  /** Servers that do not serve it in the end although a majority does. */
  readonly missing?: readonly string[];
  readonly returnState?: ReturnState;
  readonly artifact?: string;
  /** Of the artifact, as the rehearsal read it. */
  readonly originalDatabase?: string;
  readonly artifactTime?: string;
  /** With staging: the base backup that was taken. */
  readonly base?: string;
  readonly restored?: RestoredFacts;
  /** The last transaction of the old database while it took no writes any more, and since when it is seen there. */
  readonly end?: { readonly txn: number; readonly since: number };
  /** Last transaction of the old database when it was taken offline: what is lost, and kept in the previous store. */
  readonly lostTxn?: number;
  readonly swapped?: boolean;
  readonly scaledDown?: boolean;
  readonly jobCreated?: boolean;
  /** What a verb that is gone for good has left in the volume's lock. */
  readonly lockLeft?: string;
  /** When that was seen. */
  readonly lockLeftAt?: number;
  readonly tempClaim?: boolean;
  /** The namespace takes containers only with requests and limits for CPU and memory. */
  readonly bounded?: boolean;
  /** The data claim is ReadWriteOncePod: while the server runs, no Job may have it. */
  readonly exclusive?: boolean;
  /** What the Job expects its temporary files to take, where that is too much for the data volume. */
  readonly tempBytes?: number;
  readonly usesServiceAccount?: boolean;
  readonly previous?: PreviousFacts;
  /** The ledger has it, before what cannot be undone; false: it may. */
  readonly entered?: boolean;
  /** The runs before it of the same restore, whose ends its journal told; the last ten. */
  readonly earlier?: readonly string[];
  /** What other runs had set aside, and whose time was over, was looked for. */
  readonly tidied?: true;
  /** The database's latest restore when the lock was taken, by its run; empty where there was none. */
  readonly latestBefore?: string;
  /** Earlier runs that ended without cleaning up: their scratch files go when this one ends well. */
  readonly remnants?: readonly string[];
  /** What the journal knew to lie aside before this run took it over, until the ledger has it. */
  readonly former?: readonly FormerStore[];
  /** Of a version before: runs before this one whose stores lie aside. */
  readonly superseded?: readonly string[];
  /** It was released by force: nothing was given back or cleaned up. */
  readonly abandoned?: boolean;
  readonly undone?: boolean;
  readonly undo?: UndoFacts;
  readonly start?: StartFacts;
}

export interface RunState {
  readonly version: 2;
  readonly runId: string;
  /**
   * Raised by each driver as its first act, before it looks. Volume verbs, Jobs and connections to Neo4j carry it, so
   * that what a replaced driver has sent and what arrives late takes no effect. 0: not yet driven.
   */
  readonly epoch: number;
  /** How many volume verbs and Jobs the run has asked for, in all its epochs. */
  readonly turn?: number;
  readonly name: string;
  readonly namespace: string;
  readonly identity: string;
  readonly attempt: number;
  readonly generation: number;
  readonly flow: Flow;
  readonly standing: Standing;
  readonly step: StepName;
  readonly steps: readonly StepRecord[];
  readonly facts: Facts;
  /** Results of the present step's effects, by their key. */
  readonly results: Readonly<Record<string, EffectResult>>;
  /** Written before the effect is performed; without a result afterwards the outcome is unknown. */
  readonly intent?: {
    readonly key: string;
    readonly once: boolean;
    /** A verb of the volume script: what became of it is asked for by a look. */
    readonly verb?: true;
  };
  readonly retry?: {
    readonly key: string;
    readonly count: number;
    readonly since: number;
    readonly until: number;
    readonly fault: Fault;
  };
  /** What is waited for and since when. */
  readonly waiting?: {
    readonly reason: Reason;
    readonly message: string;
    readonly since: number;
    readonly percent?: number;
  };
  readonly startedAt: number;
  readonly lockedAt?: number;
  readonly deadline?: number;
  /** Of a rollback, of an undo that has the lock, of an undo's own way back. */
  readonly rollbackDeadline?: number;
  readonly endedAt?: number;
  /** From here on it took no writes; reads went on until `offlineAt`. */
  readonly frozenAt?: number;
  /** First and last moment in which the database did not serve. */
  readonly offlineAt?: number;
  readonly onlineAt?: number;
  /** From here on the old data is not put back automatically. */
  readonly pointOfNoReturnAt?: number;
  /** Where a run that failed after the point of no return goes on. */
  readonly resumeAt?: StepName;
  /** It was taken up again after such a failure: Jobs of the earlier attempt are made anew. */
  readonly resumed?: true;
  /** Results that a step starts with: what was done before a hook's answer was lost, as the user decided. */
  readonly carried?: { readonly step: StepName; readonly results: Readonly<Record<string, EffectResult>> };
  /** Why the run failed or is being rolled back. */
  readonly fault?: Fault;
  readonly outcome?: {
    readonly phase: "Completed" | "Failed" | "Pending";
    readonly reason: Reason;
    readonly message: string;
  };
  readonly notes: readonly string[];
  readonly errorCount: number;
}

/** A fresh run. */
export function beginRun(run: {
  readonly runId: string;
  readonly name: string;
  readonly namespace: string;
  readonly identity: string;
  readonly attempt: number;
  readonly generation: number;
  readonly now: number;
  readonly remnants: readonly string[];
  readonly former?: readonly FormerStore[];
  readonly earlier?: readonly string[];
  readonly carried: RunState["carried"];
}): RunState {
  return {
    version: 2,
    runId: run.runId,
    epoch: 0,
    name: run.name,
    namespace: run.namespace,
    identity: run.identity,
    attempt: run.attempt,
    generation: run.generation,
    flow: "restore",
    standing: "active",
    step: "Resolve",
    steps: [{ name: "Resolve", startedAt: run.now, attempt: run.attempt }],
    facts: {
      ...(run.remnants.length > 0 ? { remnants: run.remnants } : {}),
      ...(run.earlier === undefined ? {} : { earlier: run.earlier }),
      ...(run.former && run.former.length > 0 ? { former: run.former } : {}),
    },
    results: {},
    startedAt: run.now,
    notes: [],
    errorCount: 0,
    ...(run.carried ? { carried: run.carried } : {}),
  };
}
