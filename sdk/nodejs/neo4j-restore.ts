// The resource class. It only forwards: what the arguments mean is decided by the provider's check.
// Invariant: `declare` on every output, because a real class field would overwrite it with undefined.

import * as pulumi from "@pulumi/pulumi";
import type { Neo4jRestoreSpec, Neo4jRestoreStatus, RestoreMetadata } from "../../provider/spec/types.js";
import type { Neo4jRestoreArgs } from "./args.js";
import { provider } from "./provider.js";

const [typeModule, typeName] = ["neo4j", "Neo4jRestore"] as const;

/**
 * A restore of one Neo4j database. `pulumi up` carries it out and waits for it; a failed restore is continued or
 * repeated by the next `pulumi up`; a completed one never runs again unless its target, source or `trigger` changes.
 * Destroying it removes what the restore left in the cluster, never the restored data.
 */
export class Neo4jRestore extends pulumi.dynamic.Resource {
  declare public readonly apiVersion: pulumi.Output<string>;
  declare public readonly kind: pulumi.Output<string>;
  declare public readonly metadata: pulumi.Output<RestoreMetadata>;
  declare public readonly spec: pulumi.Output<Neo4jRestoreSpec>;
  /** How the restore went. Known once it has run. */
  declare public readonly status: pulumi.Output<Neo4jRestoreStatus>;
  /** Identity of the run; every object it made carries it as a label. */
  declare public readonly runId: pulumi.Output<string>;
  /** What the restore does, step by step. */
  declare public readonly plan: pulumi.Output<readonly string[]>;

  constructor(name: string, args: Neo4jRestoreArgs, opts?: pulumi.CustomResourceOptions) {
    // A program in JavaScript may leave the arguments out: check then says what is missing.
    const given: Partial<Neo4jRestoreArgs> = { ...args };
    const properties = {
      // An output appears on the class only if it is named here.
      ...{ apiVersion: undefined, kind: undefined, metadata: undefined },
      ...{ status: undefined, runId: undefined, plan: undefined },
      ...given,
      connection: protectKubeconfig(given.connection),
      // Progress is shown on the resource's own row, and a provider is not told which one that is.
      __urn: pulumi.createUrn(name, `pulumi-nodejs:dynamic/${typeModule}:${typeName}`, opts?.parent),
    };
    super(provider, name, properties, opts, typeModule, typeName);
  }
}

/** A kubeconfig holds credentials: it is a secret even where the program doesn't say so. */
function protectKubeconfig(connection: Neo4jRestoreArgs["connection"]): unknown {
  if (connection === undefined) return undefined;
  if (pulumi.Output.isInstance(connection) || connection instanceof Promise) return pulumi.secret(connection);
  const { kubeconfig } = connection;
  return kubeconfig === undefined ? connection : { ...connection, kubeconfig: pulumi.secret(kubeconfig) };
}
