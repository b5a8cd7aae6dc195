/**
 * What a journal knows to lie aside, told to the ledger before that journal is another run's, or gone. A version before
 * this one noted nothing there, and what could not be noted is missing there as well. Pure. Invariant: a store that the
 * ledger had, and that went by its own time, is not told again.
 */
import type { StoreAside } from "../plan/ledger.js";
import { setsAside } from "../plan/strategy.js";
import type { RestoreRequest } from "../spec/request.js";
import type { FormerStore } from "./previous-facts.js";
import type { RunState } from "./state.js";
import { previousPath, storeAside } from "./steps/aside.js";
import { previousAside } from "./subject.js";

/** What the run of a journal has set aside, and what it had yet to note of others. */
export function storesLeft(
  state: RunState,
  { spec: { clusterRef: target, databaseName: database } }: RestoreRequest,
  now: number,
): readonly FormerStore[] {
  const { facts } = state;
  const of = (store: StoreAside): FormerStore => ({ target, database, store });
  return [...(facts.former ?? []), ...[...supersededBy(state), ...own(state, now)].map(of)];
}

function own(state: RunState, now: number): readonly StoreAside[] {
  const { strategy, existed, swapped, previous } = state.facts;
  const there = previousAside(state);
  if (there) {
    const removed = there.noted === true && there.keptUntil !== undefined && there.keptUntil <= now;
    return removed ? [] : [storeAside(state, there)];
  }
  // It was released by force before it had noted what it has set aside.
  const unnoted = previous === undefined && swapped === true && existed === true && setsAside(strategy);
  return unnoted ? [storeAside(state, {})] : [];
}

/** A version before this one kept the runs before it in the journal alone: how long their stores are kept, nobody knows. */
function supersededBy(state: RunState): readonly StoreAside[] {
  const { target, superseded = [] } = state.facts;
  return superseded.map((runId) => ({
    ...{ runId, restore: state.name, path: previousPath({ runId }) },
    ...{ pod: target?.pod ?? "", claim: target?.dataClaim ?? "" },
  }));
}
