/**
 * What runs that an operator drives need of the world: their Neo4jRestore resources. As with the other ports, each write
 * is idempotent or carries a precondition, here the uid, and only faults come out.
 */
import type { Neo4jRestoreSpec, Neo4jRestoreStatus } from "../spec/types.js";

export interface ResourceRef {
  readonly namespace: string;
  readonly name: string;
}

/** A Neo4jRestore resource, as whoever asked for it sees it. */
export interface ResourceView {
  readonly uid: string;
  readonly generation: number;
  /** Changes with every write. */
  readonly revision: string;
  readonly deleting: boolean;
  readonly finalizers: readonly string[];
  /** Who asked for it (URN, CLI …); absent where somebody made it by hand. */
  readonly owner: string | undefined;
  /** The resource as it stands, for the parser. */
  readonly document: unknown;
  readonly status: Neo4jRestoreStatus | undefined;
}

/** What a resource is to say. */
export interface ResourceContent {
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Neo4jRestoreSpec;
}

/** Neo4jRestore resources, for runs that an operator drives. Every write names the uid that it is meant for. */
export interface ResourcePort {
  readonly defaultNamespace: string;
  read(at: ResourceRef): Promise<ResourceView | undefined>;
  /**
   * Makes the resource where `uid` is undefined, else makes it say this; what others wrote beside it stays.
   * @returns undefined where it has been made, or made anew, by somebody else meanwhile.
   * @throws terminal OperatorMissing where the API server does not know the kind.
   */
  apply(
    at: ResourceRef,
    uid: string | undefined,
    content: ResourceContent,
  ): Promise<ResourceView | undefined>;
  /** Asks for its deletion; it stays until its finalizers are gone. Absent counts as done, as in the two below. */
  remove(at: ResourceRef, uid: string): Promise<void>;
  /** Writes annotations beside those that are there. */
  annotate(at: ResourceRef, uid: string, annotations: Readonly<Record<string, string>>): Promise<void>;
  /** Takes a finalizer away. */
  unmark(at: ResourceRef, uid: string, finalizer: string): Promise<void>;
  /** A line to its changes, until end(). */
  follow(at: ResourceRef): ResourceLine;
}

export interface ResourceLine {
  /** Resolves at the next change, at once if one was missed since the last call, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void>;
  end(): Promise<void>;
}
