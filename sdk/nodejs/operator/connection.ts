// Which cluster a component's @pulumi/kubernetes resources go to, so that it can be looked at beforehand.
// Invariant: the same order as that package's: the provider of the resource, else the stack's settings, else kubectl's.

import * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs } from "../../../provider/spec/types.js";

type Connection = Pick<ConnectionArgs, "kubeconfig" | "context">;

export function connectionOf(component: pulumi.ComponentResource): pulumi.Output<Connection> {
  const provider = component.getProvider("kubernetes:core/v1:Namespace");
  const settings = new pulumi.Config("kubernetes");
  const of = (key: keyof Connection): pulumi.Output<string | undefined> =>
    provider === undefined ? pulumi.output(settings.get(key)) : argumentOf(provider, key);
  return pulumi.all([of("kubeconfig"), of("context")]).apply(([kubeconfig, context]) => ({
    ...(kubeconfig === undefined || kubeconfig === "" ? {} : { kubeconfig }),
    ...(context === undefined || context === "" ? {} : { context }),
  }));
}

/** Pulumi keeps every argument of a resource as an output of it, also those that its class does not declare. */
function argumentOf(provider: pulumi.ProviderResource, key: string): pulumi.Output<string | undefined> {
  const value = pulumi.output(Reflect.get(provider, key) as pulumi.Input<string | undefined>);
  return value.apply((text) => (typeof text === "string" ? text : undefined));
}
