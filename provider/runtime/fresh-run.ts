/**
 * A run that begins. The scratch files of runs under its name that were released by force go when this one ends well;
 * what they have set aside is the ledger's, and is told to it first where it may not know.
 */
import type { RestoreRequest } from "../spec/request.js";
import type { Ports } from "../workflow/ports.js";
import { storesLeft } from "../workflow/former-stores.js";
import { beginRun } from "../workflow/state.js";
import type { Place } from "./conduct.js";
import type { Driven } from "./drive.js";

export function fresh(
  ports: Ports,
  at: Place,
  request: RestoreRequest,
  owner: string,
  identity: string,
  there: Driven | undefined,
): Driven {
  const last = there?.state;
  const same = there !== undefined && sameTarget(there.request, request);
  const { remnants = [] } = last?.facts ?? {};
  const now = ports.clock.now();
  const sameRun = last?.identity === identity;
  const state = beginRun({
    runId: ports.newId(),
    ...at,
    identity,
    attempt: sameRun ? last.attempt + 1 : 1,
    generation: (last?.generation ?? 0) + (sameRun ? 0 : 1),
    now,
    remnants: same ? [...remnants, ...(last?.facts.abandoned === true ? [last.runId] : [])] : [],
    former: there ? storesLeft(there.state, there.request, now) : [],
    ...(sameRun ? { earlier: [...(last.facts.earlier ?? []), last.runId].slice(-10) } : {}),
    carried: sameRun ? last.carried : undefined,
  });
  return { state, request, owner, revision: there?.revision, status: undefined, cancel: false };
}

export function sameTarget({ spec: one }: RestoreRequest, { spec: other }: RestoreRequest): boolean {
  return one.clusterRef === other.clusterRef && one.databaseName === other.databaseName;
}
