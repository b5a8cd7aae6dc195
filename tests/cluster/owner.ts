/** An owner controller of the crude kind: each second it writes its StatefulSet's whole spec again, all but the replicas. */
import { setInterval } from "node:timers/promises";
import * as k8s from "@kubernetes/client-node";
import type { Stage } from "./stage.js";

/** @returns what the work came to, and how often the spec was written meanwhile. */
export async function whileReapplied<T>(
  { cluster, namespace }: Stage,
  name: string,
  work: () => Promise<T>,
): Promise<readonly [T, number]> {
  const apps = cluster.config.makeApiClient(k8s.AppsV1Api);
  const { spec: wished } = await apps.readNamespacedStatefulSet({ name, namespace });
  if (!wished) throw new Error(`StatefulSet ${name} without a spec`);
  const over = new AbortController();
  let written = 0;
  const reapply = async (): Promise<void> => {
    for await (const _ of setInterval(1_000, undefined, { signal: over.signal })) {
      const body = await apps.readNamespacedStatefulSet({ name, namespace });
      body.spec = Object.assign(wished, { replicas: body.spec?.replicas });
      try {
        await apps.replaceNamespacedStatefulSet({ name, namespace, body });
        written += 1;
      } catch (error) {
        // Somebody wrote in between: the next round has it.
        if (!(error instanceof k8s.ApiException) || error.code !== 409) throw error;
      }
    }
  };
  const owner = reapply().catch((error: unknown) => {
    if (!over.signal.aborted) throw error;
  });
  const result = await Promise.race([
    work(),
    owner.then(() => Promise.reject(new Error("the owner stopped"))),
  ]);
  over.abort();
  await owner;
  return [result, written];
}
