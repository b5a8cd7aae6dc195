// Nobody else's definition is replaced: it is looked at in preview and up, before @pulumi/kubernetes is asked for it.
// Invariants: only looks; where it can't look it says so and goes on, because a create that meets another's object
// fails in @pulumi/kubernetes (4.29 and newer) all the same; under a unit test's mocks nothing is contacted.

import * as pulumi from "@pulumi/pulumi";
import { ownerOfDefinition, type DefinitionOwner } from "../../../provider/compose.js";
import { connectionOf } from "./connection.js";

/** Resolves to true once the definition of that name is known to be nobody else's. */
export function mayDefine(component: pulumi.ComponentResource, name: string): pulumi.Output<boolean> {
  if (!pulumi.runtime.hasEngine()) return pulumi.output(true);
  const looked = connectionOf(component).apply(async (connection) => {
    const owner = await ownerOfDefinition(connection, name).catch(async (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      await pulumi.log.warn(`could not look whether ${name} is another operator's: ${why}`, component);
      return undefined;
    });
    if (owner?.is === "another") throw new pulumi.ResourceError(refusal(name, owner), component, true);
    return true;
  });
  // A kubeconfig is a secret; that it led to an answer is none.
  return pulumi.unsecret(looked);
}

function refusal(name: string, { writers, since }: Extract<DefinitionOwner, { is: "another" }>): string {
  const by = writers.length > 0 ? ` (written by ${writers.join(", ")}, ${since})` : ` (of ${since})`;
  return (
    `ForeignDefinition: the cluster has a custom resource definition ${name} that is not of this product${by}. ` +
    "It is not replaced: its owner, the original operator for one, would carry out restores by it, and its " +
    "resources would change their meaning. Serve a group of your own beside it (apiGroup, for example " +
    "restore.neo4j.com), or uninstall that operator together with its definition first. " +
    `Look: kubectl get crd ${name} -o yaml --show-managed-fields`
  );
}
