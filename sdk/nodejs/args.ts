// What a program passes to `Neo4jRestore`: the restore document, in which any value may come from another resource.

import type { Input } from "@pulumi/pulumi";
import type {
  ConnectionArgs,
  Neo4jRestoreSpec,
  RestoreMetadata,
  RestoreMode,
} from "../../provider/spec/types.js";

/** T with every value, at any depth, allowed to be an output of another resource, and optional ones to be undefined. */
export type Inputs<T> = Input<
  T extends readonly (infer Item)[]
    ? readonly Inputs<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Inputs<T[Key]> | OptionalOf<T, Key> }
      : T
>;

type OptionalOf<T, Key extends keyof T> = Partial<Pick<T, Key>> extends Pick<T, Key> ? undefined : never;

/** The arguments of a `Neo4jRestore`: what the custom resource's YAML says, and three things beside it. */
export interface Neo4jRestoreArgs {
  /** `neo4j.neo4j.com/v1beta1`, or the same version in a group that an operator serves beside it; may be left out. */
  readonly apiVersion?: Input<string> | undefined;
  /** Always `Neo4jRestore`; may be left out. */
  readonly kind?: Input<"Neo4jRestore"> | undefined;
  /** Name and namespace of the restore. The name defaults to the resource's. */
  readonly metadata?: Inputs<RestoreMetadata> | undefined;
  /** What to restore, from where, and how. */
  readonly spec: Inputs<Neo4jRestoreSpec>;
  /** How the cluster is reached. Left out: as kubectl would, or from inside the cluster. */
  readonly connection?: Inputs<ConnectionArgs> | undefined;
  /**
   * Who carries the restore out: `direct` (left out: this `pulumi up`) or `operator` (the operator in the cluster; this
   * `pulumi up` applies the custom resource and waits for its end). Changing it never restores again.
   */
  readonly mode?: Input<RestoreMode> | undefined;
  /** Any text. A completed restore never runs again by itself; a new value here runs it again. */
  readonly trigger?: Input<string> | undefined;
}
