/**
 * Everything the workflow can do to the world, as data: a closed union, performed by runtime/perform.ts and by
 * nothing else. `key` names the effect within its step. `once` marks what may not be repeated when its answer
 * is lost; all others are safe to repeat because the step looks at the world before it asks again.
 */
import type { JobRole } from "../plan/names.js";
import type { LedgerChange } from "../plan/ledger.js";
import type { Acting } from "../plan/volume-command.js";
import type { Attachments, JsonObject } from "../plan/observation.js";
import type { DatabaseCreation, Neo4jEndpoint, SeenSet, TargetRef } from "./ports.js";

export type Effect = { readonly key: string; readonly once?: boolean } & (
  | { readonly kind: "hold"; readonly target: TargetRef; readonly value: string }
  | { readonly kind: "releaseHold"; readonly target: TargetRef; readonly value: string }
  | {
      readonly kind: "saveReturnState";
      readonly target: TargetRef;
      readonly set: SeenSet;
      readonly value: string | undefined;
    }
  /** What must be given back, into its Secret and beside the stores of a pod that runs, each read back. */
  | {
      readonly kind: "keep";
      readonly database: string;
      readonly on?: { readonly pod: string; readonly container: string; readonly acting: Acting };
      readonly turn?: number;
    }
  | { readonly kind: "protectClaims"; readonly claims: readonly string[]; readonly protect: boolean }
  | {
      readonly kind: "scale";
      readonly target: TargetRef;
      readonly set: SeenSet;
      readonly replicas: number;
    }
  /** `turn` as in exec: of a Job that works on the volume. */
  | { readonly kind: "create"; readonly manifest: JsonObject; readonly turn?: number }
  /** Nothing is made: the output names what would be refused, with Kubernetes' own words. */
  | { readonly kind: "tryOut"; readonly manifests: readonly JsonObject[] }
  | { readonly kind: "startJob"; readonly name: string; readonly uid: string }
  | { readonly kind: "deleteJobs"; readonly roles: readonly JobRole[]; readonly anyRun: boolean }
  | { readonly kind: "deleteClaim"; readonly name: string }
  /** Makes it where it is absent, and notes this run as its user where it is of our making. */
  | {
      readonly kind: "useServiceAccount";
      readonly name: string;
      readonly annotations: Readonly<Record<string, string>>;
    }
  /** Takes this run off its users, and removes it where it is of our making and nobody is left. */
  | { readonly kind: "leaveServiceAccount"; readonly name: string }
  | {
      readonly kind: "exec";
      readonly pod: string;
      readonly container: string;
      readonly argv: readonly string[];
      /** Of a verb that changes the volume, as its argv has it; a look has none. */
      readonly turn?: number;
    }
  | {
      readonly kind: "stopDatabase" | "startDatabase";
      readonly at: Neo4jEndpoint;
      readonly database: string;
    }
  | {
      readonly kind: "createDatabase";
      readonly at: Neo4jEndpoint;
      readonly database: string;
      readonly creation?: DatabaseCreation;
    }
  | {
      readonly kind: "dropDatabase";
      readonly at: Neo4jEndpoint;
      readonly database: string;
      readonly aliases: readonly string[];
    }
  | {
      readonly kind: "recreateDatabase";
      readonly at: Neo4jEndpoint;
      readonly database: string;
      readonly procedure: string;
      readonly options: JsonObject;
    }
  | {
      readonly kind: "giveAttachments";
      readonly at: Neo4jEndpoint;
      readonly database: string;
      readonly attachments: Attachments;
    }
  | {
      readonly kind: "setAccess";
      readonly at: Neo4jEndpoint;
      readonly database: string;
      readonly access: "read-only" | "read-write";
    }
  | {
      readonly kind: "statement";
      readonly at: Neo4jEndpoint;
      readonly database: string;
      readonly statement: string;
    }
  | {
      readonly kind: "writeLedger";
      readonly target: TargetRef;
      readonly database: string;
      readonly changes: readonly LedgerChange[];
    }
);

/** One thing a step wants to look at. */
export type Need =
  | { readonly kind: "target" }
  | { readonly kind: "server"; readonly at: Neo4jEndpoint }
  | { readonly kind: "attachments"; readonly at: Neo4jEndpoint }
  /** What each server of a cluster that is there tells of its own copy of the database. */
  | { readonly kind: "members"; readonly at: Neo4jEndpoint }
  | { readonly kind: "setting"; readonly at: Neo4jEndpoint; readonly name: string }
  /** Which running servers have files of the database, by the volume script's `inspect`. */
  | { readonly kind: "copies"; readonly container: string; readonly argv: readonly string[] }
  /** What became of the verb whose answer was lost, by the volume script's `last`. */
  | {
      readonly kind: "lastVerb";
      readonly pod: string;
      readonly container: string;
      readonly argv: readonly string[];
    }
  /** Which store each server serves the database from. */
  | { readonly kind: "storeIds"; readonly at: Neo4jEndpoint }
  | { readonly kind: "backup"; readonly name: string }
  | { readonly kind: "job"; readonly role: JobRole }
  | { readonly kind: "secrets"; readonly names: readonly string[] }
  | { readonly kind: "claims"; readonly names: readonly string[] }
  | { readonly kind: "serviceAccount"; readonly name: string }
  | { readonly kind: "permissions" }
  | { readonly kind: "ledger" }
  | { readonly kind: "holder" }
  | { readonly kind: "otherWork"; readonly claims: readonly string[] };
