/**
 * A Job that writes under the database's own name: over the old store (inPlace), or where there was none (a new
 * database). What it came to is marked on the volume before the first byte, and the rollback judges by that mark alone.
 * Invariants: in doubt an old store counts as overwritten; nothing is removed under a name that a database has by now.
 */
import { limits } from "../limits.js";
import type { RunState } from "../state.js";
import { resultOf, type Context, type Move } from "../step.js";
import { databaseRow, runningPod, targetFacts } from "../subject.js";
import { scaleSet } from "./bring-up.js";
import { lookAtStores, printed, volumeVerb } from "./volume.js";

const mayHaveWritten = ({ steps }: RunState): boolean => steps.some(({ name }) => name === "Restore");

/** Its Job overwrites the old store, or may have. */
export function overwrites(state: RunState): boolean {
  return state.facts.strategy === "inPlace" && mayHaveWritten(state);
}

/** Its Job writes a new database's store, or may have. */
export function writesOwnName(state: RunState): boolean {
  const { existed, beside, strategy } = state.facts;
  return existed === false && beside === false && strategy !== "inPlace" && mayHaveWritten(state);
}

/**
 * In place, only the volume tells whether the Job came to overwrite the old store: asked in the server's container, as
 * soon as that runs. In doubt it did.
 */
export function overwritten(context: Context): Move | undefined {
  const { state } = context;
  if (!overwrites(state)) return undefined;
  const scale = state.facts.scaledDown === true ? scaleSet(context) : undefined;
  const refuses = scale ?? refuseLateJob(context);
  if (refuses) return refuses;
  const look = lookAtStores(context);
  if (look && look.kind !== "fail") return look;
  const said = printed(context, "inspect")["overwriting"];
  if (said === "no") return undefined;
  const why =
    said === "yes" ? "the Job had begun to overwrite it" : "whether the Job overwrote it is not known";
  return { kind: "noWayBack", message: `the old store is not given back: ${why}` };
}

/**
 * Nothing lies aside, so `back` moves nothing; but from then on the volume refuses a Job that a former driver has sent.
 * One that came before has left its mark.
 */
function refuseLateJob(context: Context): Move | undefined {
  const runs = runningPod(context.state, context.seen) !== undefined;
  return runs ? volumeVerb(context, "back", { backFrom: "unknown" }) : undefined;
}

/** Half a new store lies under its own name, where CREATE DATABASE would open it: it is not left in silence. */
export function halfStore(context: Context): Move | undefined {
  const { state, seen } = context;
  if (!writesOwnName(state) || resultOf(context, "discard")) return undefined;
  if (seen.server?.reachable && runningPod(state, seen)) return undefined;
  const name = context.request.spec.databaseName;
  return {
    kind: "wait",
    reason: "RollbackIncomplete",
    message: `what was written of database ${name} lies in databases/${name} on the volume of pod ${targetFacts(state).pod}, and is removed once Bolt tells that there is no such database`,
    pollMs: limits.databasePoll,
    limitMs: limits.clean,
  };
}

/** What the run has written under the database's own name is still its own: no database has the name. */
export function isNobodys(context: Context): boolean {
  return writesOwnName(context.state) && context.seen.server?.reachable === true && !databaseRow(context);
}
