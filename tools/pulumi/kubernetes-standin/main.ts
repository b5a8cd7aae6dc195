// A stand-in for `pulumi-resource-kubernetes`, for machines where the official plugin can't be had. It applies what it is
// given to the real API server, in the cluster that KUBECONFIG names: a create that meets another's object fails, as with
// the official one (4.29 and newer); Deployments and definitions are waited for; a delete ends when the object is gone.
// Not imitated: server-side apply, the provider's own settings, the check of a preview against the server, invokes.

import * as k8s from "@kubernetes/client-node";
import type * as provider from "@pulumi/pulumi/provider";
import { main } from "@pulumi/pulumi/provider";
import { connectKubernetes } from "../../../provider/adapters/kubernetes/index.js";
import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../../provider/plan/observation.js";
import { waitFor } from "../../lab/watch.js";
import { collectionOf, idOf, isReady, pathOf, type Manifest } from "./objects.js";

interface State extends Manifest {
  /** What the program said, beside what the cluster made of it. */
  readonly __inputs: Manifest;
}

const takesAtMost = 300_000;
const cluster = connectKubernetes(undefined);
const config = new k8s.KubeConfig();
config.loadFromDefault();

const stateOf = (live: JsonObject, inputs: Manifest): State => ({
  ...(live as unknown as Manifest),
  __inputs: inputs,
});

async function untilReady(inputs: Manifest): Promise<void> {
  await waitFor<Manifest>(config, {
    what: `${idOf(inputs)} to be ready`,
    path: collectionOf(inputs),
    name: inputs.metadata.name,
    timeoutMs: takesAtMost,
    done: (object, deleted) => !deleted && isReady(object),
  });
}

async function settled(inputs: Manifest): Promise<State> {
  await untilReady(inputs);
  const live = await (await cluster).api.get(pathOf(inputs));
  if (!live) throw new Error(`${idOf(inputs)} was deleted while it was waited for`);
  return stateOf(live, inputs);
}

const kubernetes: provider.Provider = {
  version: "0.0.0-standin",

  check: async (_urn, _olds, news: Manifest) => ({ inputs: news }),

  diff: async (_id, _urn, olds: State, news: Manifest) => {
    const moved = idOf(olds.__inputs) !== idOf(news);
    return {
      changes: !isDeepStrictEqual(olds.__inputs, news),
      replaces: moved ? ["metadata"] : [],
    };
  },

  create: async (_urn, inputs: Manifest) => {
    await (await cluster).api.create(collectionOf(inputs), inputs as unknown as JsonObject);
    return { id: idOf(inputs), outs: await settled(inputs) };
  },

  update: async (_id, _urn, _olds: State, news: Manifest) => {
    const { api } = await cluster;
    const there = await api.get(pathOf(news));
    if (!there) throw new Error(`${idOf(news)} is gone`);
    const metadata = { ...(there["metadata"] as JsonObject), ...news.metadata };
    await api.replace(pathOf(news), { ...there, ...news, metadata });
    return { outs: await settled(news) };
  },

  read: async (id, _urn, props: State) => {
    const live = await (await cluster).api.get(pathOf(props.__inputs));
    return live ? { id, props: stateOf(live, props.__inputs), inputs: props.__inputs } : {};
  },

  delete: async (_id, _urn, { __inputs: inputs }: State) => {
    const { api } = await cluster;
    if (!(await api.remove(pathOf(inputs), { propagationPolicy: "Foreground" }))) return;
    const live = await api.get(pathOf(inputs));
    if (!live) return;
    await waitFor<Manifest>(config, {
      what: `${idOf(inputs)} to go`,
      path: collectionOf(inputs),
      name: inputs.metadata.name,
      since: (live as unknown as k8s.KubernetesObject).metadata?.resourceVersion ?? "",
      timeoutMs: takesAtMost,
      done: (_, deleted) => deleted,
    });
  },
};

void main(kubernetes, process.argv.slice(2));
