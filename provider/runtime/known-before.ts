/**
 * A restore that the ledger knows, asked for under a name whose last run was another one: nothing begins, and the
 * journal of that run is not given up for it, because undo and discard of what it has set aside start from there.
 */
import type { RestoreRequest } from "../spec/request.js";
import type { Ports } from "../workflow/ports.js";
import type { RunState } from "../workflow/state.js";
import { doneBefore } from "../workflow/steps/done-before.js";
import { previousAside, rememberedRestores } from "../workflow/subject.js";
import type { Place } from "./conduct.js";
import type { Driven } from "./drive.js";
import { dueFor } from "./due.js";
import type { RunOptions } from "./engine.js";
import { sameTarget } from "./fresh-run.js";
import { insist } from "./patience.js";
import { readState } from "./records.js";

export type Known = NonNullable<RunState["outcome"]>;

/** What is to be told of it; undefined where a run is to find out, or nothing would be lost by one. */
export function knownBefore(
  ports: Ports,
  at: Place,
  request: RestoreRequest,
  identity: string,
  { signal }: Pick<RunOptions, "signal">,
): Promise<Known | undefined> {
  const patience = { giveUp: () => signal.aborted, outlasts: () => false };
  return insist(ports, patience, async () => {
    const record = await ports.journal.view(at.namespace, at.name);
    const state = record && readState(record.state);
    if (!state || dueFor(state, identity) !== "begin" || !hasAside(state)) return undefined;
    const { clusterRef, databaseName } = request.spec;
    const ref = { namespace: at.namespace, name: clusterRef };
    const [target, ledger] = await Promise.all([
      ports.kubernetes.target(ref),
      ports.journal.ledger(ref, databaseName),
    ]);
    return doneBefore(rememberedRestores({ target, ledger: ledger ?? "absent" }), identity, databaseName);
  });
}

/** The journal stays that of the run before, and answers for the new wish from now on. */
export function noteKnown(
  there: Driven | undefined,
  known: Known | undefined,
  wish: Pick<Driven, "request" | "owner"> & { readonly identity: string },
): Driven | undefined {
  const { identity, request, owner } = wish;
  if (!there || !known || !hasAside(there.state) || !sameTarget(there.request, request)) return undefined;
  const { fault: _former, resumeAt: _given, ...state } = there.state;
  const generation = state.generation + 1;
  return {
    ...{ ...there, request, owner },
    state: { ...state, identity, generation, outcome: known, notes: [] },
  };
}

const hasAside = (state: RunState): boolean => previousAside(state) !== undefined;
