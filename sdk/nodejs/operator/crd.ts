// The kind Neo4jRestore, as a component. It renders what provider/deploy/crd.yaml is generated from.
// Invariant: type token and logical names are in users' states: they never change.

import { CustomResourceDefinition } from "@pulumi/kubernetes/apiextensions/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import * as pulumi from "@pulumi/pulumi";
import { restoreDefinition } from "../../../provider/deploy/crd.js";
import { apiVersionIn, KIND } from "../../../provider/spec/defaults.js";
import { groupOf } from "./group.js";
import { mayDefine } from "./owner.js";

export interface Neo4jRestoreCrdArgs {
  /**
   * The API group of the kind. Default: `neo4j.neo4j.com`. A group of your own (`restore.neo4j.com`) where another
   * operator's definition of this kind is to stay.
   */
  readonly apiGroup?: string | undefined;
}

/**
 * The custom resource definition of `Neo4jRestore`. One that this product has not made is never replaced: preview and up
 * say whose it is. Destroying it deletes every `Neo4jRestore` resource with it, so destroy those, and let the operator
 * let them go, first.
 */
export class Neo4jRestoreCrd extends pulumi.ComponentResource {
  readonly apiGroup: string;
  /** Of the resources: `neo4j.neo4j.com/v1beta1`. */
  readonly apiVersion: string;
  readonly kind = KIND;
  readonly definition: CustomResourceDefinition;

  constructor(name: string, args: Neo4jRestoreCrdArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("neo4j-restore:operator:Neo4jRestoreCrd", name, {}, opts);
    this.apiGroup = groupOf(args.apiGroup, this);
    this.apiVersion = apiVersionIn(this.apiGroup);
    const { metadata, spec } = restoreDefinition(this.apiGroup);
    const given = spec as unknown as inputs.apiextensions.v1.CustomResourceDefinitionSpec;
    this.definition = new CustomResourceDefinition(
      name,
      { metadata, spec: mayDefine(this, metadata.name).apply(() => given) },
      { parent: this },
    );
    this.registerOutputs({
      apiGroup: this.apiGroup,
      apiVersion: this.apiVersion,
      kind: this.kind,
      definition: this.definition.id,
    });
  }
}
