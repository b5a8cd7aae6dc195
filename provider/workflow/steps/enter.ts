/**
 * Right before a run does what cannot be undone, the ledger of the target is told of it, and read back: should its journal
 * be lost, or its ledger never be written again, it is not done a second time. Invariants: the entry says that it only
 * began until the database was opened; a run that gave everything back takes it out again.
 */
import type { LedgerEntry } from "../../plan/ledger.js";
import type { Effect, Need } from "../effects.js";
import type { RunState } from "../state.js";
import { fail, firstOf, once, tolerant, type Context, type Move } from "../step.js";
import { rememberedRestores, targetFacts, targetRef } from "../subject.js";

/** As the ledger has the run. */
export function entryOf({ state, now }: Context): LedgerEntry {
  const { restored } = state.facts;
  return {
    ...{ runId: state.runId, restore: state.name, identity: state.identity },
    ...(restored ? { artifact: restored.artifact } : {}),
    ...{ completedAt: new Date(now).toISOString(), uids: targetFacts(state).uids },
  };
}

/** Its database is given up by the Job or the call right after TakeOffline: nothing is stopped before the ledger has it. */
export function givenUpAfterStop({ facts: { strategy, existed } }: RunState): boolean {
  return strategy === "inPlace" || (strategy === "seedURI" && existed === true);
}

/** The ledger is read once it was written. */
export function enterNeeds({ facts, results }: RunState): readonly Need[] {
  return facts.entered !== true && results["enter"]?.ok === true ? [{ kind: "ledger" }] : [];
}

/** @returns undefined once it was seen there */
export function enterLedger(context: Context): Move | undefined {
  const { state, request, seen } = context;
  const { entered } = state.facts;
  if (entered === true) return undefined;
  // It may be there from now on.
  if (entered === undefined) return { kind: "learn", facts: { entered: false } };
  const write = once(context, writing(context, "enter", { kind: "begun", entry: entryOf(context) }));
  if (write) return write;
  const there = rememberedRestores(seen).some(
    ({ runId, identity }) => runId === state.runId && identity === state.identity,
  );
  return there
    ? { kind: "learn", facts: { entered: true } }
    : fail(
        "KubernetesRefused",
        `the ledger of ${request.spec.clusterRef} does not show what was written into it for database ${request.spec.databaseName}: look at its ConfigMaps with label neo4j.com/restore-ledger, and at what changes them`,
      );
}

/**
 * Everything was given back. Best effort: the next run under this name knows how this one ended. The entry is written once
 * more before it is taken out: taking out what is not there is no write, and would let one in that is still on its way.
 */
export function leaveLedger(context: Context): Move | undefined {
  const { runId, facts, epoch } = context.state;
  if (facts.entered === undefined) return undefined;
  const mayCome = !facts.entered || epoch > 1;
  const again = writing(context, "enter-again", { kind: "begun", entry: entryOf(context) });
  return firstOf(
    () => (mayCome ? tolerant(context, again) : undefined),
    () => tolerant(context, writing(context, "leave", { kind: "notRestored", runId })),
  );
}

type Change = Extract<Effect, { kind: "writeLedger" }>["changes"][number];

function writing({ state, request }: Context, key: string, change: Change): Effect {
  const database = request.spec.databaseName;
  return { kind: "writeLedger", key, target: targetRef(state, request), database, changes: [change] };
}
