// Whether the lab answers, and waiting until it does.

import { request } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import type * as k8s from "@kubernetes/client-node";
import { apiCertificate } from "./components.js";
import { type Layout } from "./layout.js";
import { readIfThere } from "../resolve/files.js";
import { waitFor } from "./watch.js";

/** Returns once the API server says it is ready. It can't tell before it listens, so this asks. */
export async function apiServerReady(lab: Layout, died: AbortSignal, server = lab.apiServer): Promise<void> {
  const begun = Date.now();
  for (;;) {
    died.throwIfAborted();
    if (await answers(lab, server)) return;
    if (Date.now() - begun > 60_000)
      throw new Error(`the API server is not ready after 60 s; see ${lab.logs}`);
    await delay(50);
  }
}

/** Generous: on a busy machine a lab that is slow must not pass for broken, and be made anew. */
const patienceMs = 30_000;

export async function answers(lab: Layout, server = lab.apiServer): Promise<boolean> {
  const ca = await readIfThere(apiCertificate(lab));
  if (ca === undefined) return false;
  return new Promise((resolve) => {
    const call = request(`${server}/readyz`, { ca, timeout: patienceMs }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on("timeout", () => {
      call.destroy();
    });
    call.on("error", () => {
      resolve(false);
    });
    call.end();
  });
}

export async function nodeReady(config: k8s.KubeConfig, died: AbortSignal): Promise<void> {
  await waitFor<k8s.V1Node>(config, {
    what: "the node to be Ready",
    path: "/api/v1/nodes",
    timeoutMs: 60_000,
    signal: died,
    done: (node) => node.status?.conditions?.some((c) => c.type === "Ready" && c.status === "True") === true,
  });
  // Pods of a namespace are refused until its default ServiceAccount is there.
  await waitFor<k8s.V1ServiceAccount>(config, {
    what: "the default ServiceAccount",
    path: "/api/v1/namespaces/default/serviceaccounts",
    timeoutMs: 30_000,
    signal: died,
    done: (account) => account.metadata?.name === "default",
  });
}
