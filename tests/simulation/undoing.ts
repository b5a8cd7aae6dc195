/** What stories of an undo share: a restored world, calls that are refused, and how an undo may end. */
import type { RunReport } from "../../provider/runtime/engine.js";
import { volumeScript } from "../../provider/plan/volume-script.js";
import { conditionOf, newDataServes, oldDataServes, Verdict } from "./expectations.js";
import { drive, ref, requestOf, running, type Work } from "./story.js";
import type { Call } from "./world/faults.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

export const undoing: Work = (engine, options) => engine.undo(ref, options);
export const resuming: Work = (engine, options) => engine.resume(ref, options);
export const releasing: Work = (engine, options) => engine.release(ref, { ...options, force: false });
export const forcing: Work = (engine, options) => engine.release(ref, { ...options, force: true });
export const discarding: Work = (engine, options) => engine.discard(ref, options);

export async function restoredWorld(): Promise<World> {
  const world = await createWorld();
  await drive(world, running(requestOf()));
  return world;
}

export const verb =
  (name: string) =>
  (call: Call): boolean => {
    const argv = call.name === "kubernetes.exec" ? call.args[3] : undefined;
    return Array.isArray(argv) && argv[2] === volumeScript && argv[4] === name;
  };

/** For ever, until the faults are cleared. */
export const refuse = (world: World, call: string | ((call: Call) => boolean), after = 0): void =>
  world.faults.add({
    ...{ call, after, when: "before", kind: "terminal", reason: "Neo4jRefused" },
    ...{ message: "made to fail", times: Infinity },
  });

/** The restored data serves, the target is free, and the end says why. */
export function restoredServes(world: World, report: RunReport | undefined, reason: string): void {
  const verdict = new Verdict(world, report);
  verdict
    .same("the reason", report?.failure?.reason, reason)
    .same("the phase", report?.status.phase, "Completed")
    .same("Ready", conditionOf(report, "Ready"), "True Restored")
    .same("Stalled", conditionOf(report, "Stalled").split(" ")[0], "False")
    .same("Undone", conditionOf(report, "Undone"), `False ${reason}`)
    .that(/^undo did not finish: /.test(report?.failure?.message ?? ""), "the end does not tell of undo")
    .that(
      report?.failure?.hints.some((hint) => hint.startsWith("neo4j-restore undo ")) === true,
      "the next command is not named",
    )
    .same("the hold", world.target().hold, undefined)
    .same("the return state", world.target().returnState, undefined)
    .same("leases", world.journals.leases.size, 0)
    .that(report?.status.previous?.path.endsWith("/previous") === true, "the previous store is not told");
  newDataServes(verdict, world).done();
}

/** It can be done once the cause is gone. */
export async function thenUndone(world: World): Promise<void> {
  const { report } = await drive(world, undoing);
  const verdict = new Verdict(world, report)
    .same("in the end", report?.failure, undefined)
    .same("Undone", conditionOf(report, "Undone"), "True Undone")
    .same("the hold", world.target().hold, undefined);
  oldDataServes(verdict, world).done();
}
