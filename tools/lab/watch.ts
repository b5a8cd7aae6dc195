// Waiting by watch: the first object that satisfies a condition ends it. A watch that the server ends is begun
// again; objects that are there already count.

import { setTimeout as delay } from "node:timers/promises";
import * as k8s from "@kubernetes/client-node";

export interface Wait<T> {
  /** For the message when it takes too long. */
  readonly what: string;
  /** The collection, as in the API: /api/v1/namespaces/x/pods. */
  readonly path: string;
  readonly name?: string;
  readonly labelSelector?: string;
  /** Only what happened after this resource version; unset: what is there counts. */
  readonly since?: string;
  readonly timeoutMs: number;
  /** Ends the wait early, with its reason. */
  readonly signal?: AbortSignal;
  /** True ends the wait; a throw ends it as failed. */
  readonly done: (object: T, deleted: boolean) => boolean;
}

export async function waitFor<T>(config: k8s.KubeConfig, wait: Wait<T>): Promise<T> {
  const late = AbortSignal.timeout(wait.timeoutMs);
  for (;;) {
    const found = await watchOnce(config, wait, late);
    if (found !== undefined) return found;
    wait.signal?.throwIfAborted();
    if (late.aborted) throw new Error(`waited ${wait.timeoutMs / 1000} s in vain for ${wait.what}`);
    await delay(100); // a server that refuses is not asked in a tight loop
  }
}

async function watchOnce<T>(
  config: k8s.KubeConfig,
  wait: Wait<T>,
  late: AbortSignal,
): Promise<T | undefined> {
  const query = {
    ...(wait.name === undefined ? {} : { fieldSelector: `metadata.name=${wait.name}` }),
    ...(wait.since === undefined ? {} : { resourceVersion: wait.since }),
    ...(wait.labelSelector === undefined ? {} : { labelSelector: wait.labelSelector }),
  };
  let stop = (): void => undefined;
  let cancel = (): void => undefined;
  const found = new Promise<T | undefined>((resolve, reject) => {
    stop = () => resolve(undefined);
    const onEvent = (phase: string, object: T): void => {
      if (phase === "ERROR" || phase === "BOOKMARK") return;
      try {
        if (wait.done(object, phase === "DELETED")) resolve(object);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    // The server's own refusal is final; a lost connection is begun again.
    const onEnd = (error: unknown): void => (isRefusal(error) ? reject(error) : stop());
    new k8s.Watch(config).watch(wait.path, query, onEvent, onEnd).then((request) => {
      cancel = () => request.abort();
    }, reject);
  });
  const signals = [late, ...(wait.signal === undefined ? [] : [wait.signal])];
  for (const signal of signals) signal.addEventListener("abort", stop, { once: true });
  try {
    if (signals.some((signal) => signal.aborted)) return undefined;
    return await found;
  } finally {
    for (const signal of signals) signal.removeEventListener("abort", stop);
    cancel();
  }
}

const isRefusal = (error: unknown): error is Error =>
  error instanceof Error &&
  "statusCode" in error &&
  typeof error.statusCode === "number" &&
  error.statusCode < 500;
