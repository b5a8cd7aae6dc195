/**
 * The operator's life: serve health, wait to lead, work, and leave in order. Invariant: it works only while its Lease
 * is its own; having lost it, it leaves at once (each run has a Lease of its own besides, so no two drive one run).
 */
import type { OperatorWorld } from "../../compose.js";
import { operatorRights } from "../../runtime/operator-rights.js";
import { Controller } from "./controller.js";
import { serve } from "./http.js";
import type { Log } from "./log.js";
import type { Metrics } from "./metrics.js";
import type { Settings } from "./arguments.js";
import { Rights } from "./rights.js";
import { toolsImageOf } from "./tools.js";

const checkEvery = 1_000;

/** @returns whether it ended because it was told to; false: it lost the lead and wants to be started anew. */
export async function operate(
  world: OperatorWorld,
  settings: Settings,
  { log, metrics }: { readonly log: Log; readonly metrics: Metrics },
  signal: AbortSignal,
): Promise<boolean> {
  const { namespaces, leaderNamespace = world.defaultNamespace, apiGroup, pod } = settings;
  const places = { namespaces, leader: leaderNamespace, pod: pod?.namespace, apiGroup };
  let toolsImage: string | undefined;
  const rights = new Rights(world, operatorRights(places), log, async () => {
    toolsImage ??= await toolsImageOf(world, settings, log);
    controller.lookAgain();
  });
  const controller = new Controller(world, log, metrics.meter, {
    toolsImage: () => toolsImage,
    lacking: (namespace) => rights.lacking(namespace),
  });
  const unready = (): string | undefined =>
    [rights.complaint, controller.blindness].filter((one) => one !== undefined).join("\n") || undefined;
  const served = await serve(settings.port, {
    unready: () => (signal.aborted ? "leaving" : unready()),
    metrics: metrics.text,
  });
  try {
    log("info", "waiting to lead", { port: served.port, namespace: leaderNamespace, namespaces });
    await rights.granted("leading", signal);
    const left = (): boolean => signal.aborted;
    if (left()) return true;
    const over = new AbortController();
    const stop = (): void => over.abort();
    signal.addEventListener("abort", stop, { once: true });
    const asking = rights.granted("everything", over.signal);
    const lease = await world.lead(leaderNamespace, signal);
    if (!lease) return true;
    log("info", "leads");
    metrics.leads(true);
    const working = Promise.all([controller.run(namespaces, over.signal), asking]);
    while (!over.signal.aborted) {
      await world.clock.wait(world.clock.now() + checkEvery, over.signal);
      if (!lease.mine()) stop();
    }
    const told = left();
    log("info", told ? "leaving: what must not stop now is finished first" : "the lead was lost: leaving");
    metrics.leads(false);
    await working;
    await lease.release();
    log("info", "left");
    return told;
  } finally {
    await world.engine.close();
    await served.close();
  }
}
