/**
 * The operator's life: serve health, wait to lead, work, and leave in order. Invariant: it works only while its Lease
 * is its own; having lost it, it leaves at once (each run has a Lease of its own besides, so no two drive one run).
 */
import type { OperatorWorld } from "../../compose.js";
import { Controller } from "./controller.js";
import { serve } from "./http.js";
import type { Log } from "./log.js";
import type { Metrics } from "./metrics.js";
import type { Settings } from "./arguments.js";
import { toolsImageOf } from "./tools.js";

const checkEvery = 1_000;

/** @returns whether it ended because it was told to; false: it lost the lead and wants to be started anew. */
export async function operate(
  world: OperatorWorld,
  settings: Settings,
  { log, metrics }: { readonly log: Log; readonly metrics: Metrics },
  signal: AbortSignal,
): Promise<boolean> {
  const toolsImage = await toolsImageOf(world, settings, log);
  const controller = new Controller(world, log, metrics.meter, toolsImage);
  const served = await serve(settings.port, {
    ill: () => undefined,
    unready: () => (signal.aborted ? "leaving" : controller.blindness),
    metrics: metrics.text,
  });
  const { namespaces, leaderNamespace = world.defaultNamespace } = settings;
  try {
    log("info", "waiting to lead", { port: served.port, namespace: leaderNamespace, namespaces });
    const lease = await world.lead(leaderNamespace, signal);
    if (!lease) return true;
    log("info", "leads");
    metrics.leads(true);
    const over = new AbortController();
    const stop = (): void => over.abort();
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    const working = controller.run(namespaces, over.signal);
    while (!over.signal.aborted) {
      await world.clock.wait(world.clock.now() + checkEvery, over.signal);
      if (!lease.mine()) stop();
    }
    const told = signal.aborted;
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
