// The operator, as a component. It renders what provider/deploy/operator.yaml is generated from.
// Invariant: type token and logical names are in users' states: they never change.

import type { Deployment } from "@pulumi/kubernetes/apps/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import * as pulumi from "@pulumi/pulumi";
import { operatorName, operatorNamespace } from "../../../provider/deploy/labels.js";
import { operatorManifests, type OperatorChoices } from "../../../provider/deploy/manifests.js";
import { apiVersionIn, KIND } from "../../../provider/spec/defaults.js";
import { makeChildren } from "./children.js";
import type { Neo4jRestoreCrd } from "./crd.js";
import { groupOf } from "./group.js";

type Text = pulumi.Input<string>;

/**
 * What is an `Input` may come from another resource. The rest decides which objects there are, and has to be known when
 * the program runs.
 */
export interface Neo4jRestoreOperatorArgs {
  /** Image of the operator: built from `image/operator/Dockerfile`. */
  readonly image: Text;
  /** The kind that it serves. It starts after this was made, and is gone before. */
  readonly crd?: Neo4jRestoreCrd | undefined;
  /** A namespace that exists. Left out: `neo4j-restore-system` is made. */
  readonly namespace?: Text | undefined;
  /** Make the namespace. Default: true where `namespace` is left out, else false. */
  readonly createNamespace?: boolean | undefined;
  /** Replicas; one works, the others wait for its Lease. Default: 1. */
  readonly replicas?: number | undefined;
  /** Look after restores in these namespaces only, by a Role in each. Default: everywhere, by a ClusterRole. */
  readonly watchNamespaces?: readonly Text[] | undefined;
  /** API group of the resources that it serves. Default: the one of `crd`, else `neo4j.neo4j.com`. */
  readonly apiGroup?: string | undefined;
  /** How much it logs. Default: info. */
  readonly logLevel?: "debug" | "info" | "warn" | "error" | undefined;
  /** Image that stages backups: built from `image/tools`. Default: the operator's own image, which has the same in it. */
  readonly toolsImage?: Text | undefined;
  /** More environment variables of its container. */
  readonly extraEnv?: readonly pulumi.Input<inputs.core.v1.EnvVar>[] | undefined;
  /** Names of Secrets, in its namespace, to pull its image with. */
  readonly imagePullSecrets?: readonly Text[] | undefined;
  /** Requests and limits of its container. Default: 50m and 128Mi, limited to 384Mi. */
  readonly resources?: pulumi.Input<inputs.core.v1.ResourceRequirements> | undefined;
  /** A ServiceMonitor for the Prometheus operator, which must be installed; `labels` are what its selector asks for. */
  readonly serviceMonitor?: boolean | { readonly labels: Readonly<Record<string, Text>> } | undefined;
}

/** The operator that carries out `Neo4jRestore` resources: Deployment, permissions and what belongs to them. */
export class Neo4jRestoreOperator extends pulumi.ComponentResource {
  /** Where it runs. */
  readonly namespace: pulumi.Output<string>;
  readonly serviceAccount: pulumi.Output<string>;
  /** Name of the Service with `/metrics`, on port 8080. */
  readonly service: pulumi.Output<string>;
  readonly deployment: Deployment;
  /** Of the resources that it serves: `neo4j.neo4j.com/v1beta1`. */
  readonly apiVersion: string;
  readonly kind = KIND;

  constructor(name: string, args: Neo4jRestoreOperatorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("neo4j-restore:operator:Neo4jRestoreOperator", name, {}, opts);
    const apiGroup = groupOf(args.apiGroup ?? args.crd?.apiGroup, this);
    if (args.crd !== undefined && args.crd.apiGroup !== apiGroup) {
      throw new pulumi.ResourceError(
        `apiGroup = "${apiGroup}": differs from the group of crd, ${args.crd.apiGroup}. Fix: leave apiGroup out.`,
        this,
        true,
      );
    }
    const manifests = operatorManifests<Text>(choicesOf(args, apiGroup));
    this.deployment = makeChildren(this, name, manifests, args.crd === undefined ? [] : [args.crd]);
    this.namespace = this.deployment.metadata.namespace;
    this.serviceAccount = pulumi.output(operatorName);
    this.service = pulumi.output(operatorName);
    this.apiVersion = apiVersionIn(apiGroup);
    this.registerOutputs({
      namespace: this.namespace,
      serviceAccount: this.serviceAccount,
      service: this.service,
      apiVersion: this.apiVersion,
      kind: this.kind,
    });
  }
}

function choicesOf(args: Neo4jRestoreOperatorArgs, apiGroup: string): OperatorChoices<Text> {
  const { crd: _crd, serviceMonitor = false, ...said } = args;
  const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  return {
    ...given,
    image: args.image,
    namespace: args.namespace ?? operatorNamespace,
    createNamespace: args.createNamespace ?? args.namespace === undefined,
    apiGroup,
    serviceMonitor: serviceMonitor === true ? { labels: {} } : serviceMonitor || undefined,
  };
}
