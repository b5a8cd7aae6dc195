/**
 * A run that begins: what earlier runs under its name left behind goes with it, so that it is removed when this one
 * ends well.
 */
import type { RestoreRequest } from "../spec/request.js";
import type { Ports } from "../workflow/ports.js";
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
  const sameTarget =
    there?.request.spec.clusterRef === request.spec.clusterRef &&
    there.request.spec.databaseName === request.spec.databaseName;
  const { previous, superseded = [] } = last?.facts ?? {};
  const kept = previous && previous.discarded !== true ? [previous.runId] : [];
  const { remnants = [] } = last?.facts ?? {};
  const sameRun = last?.identity === identity;
  const state = beginRun({
    runId: ports.newId(),
    ...at,
    identity,
    attempt: sameRun ? last.attempt + 1 : 1,
    generation: (last?.generation ?? 0) + (sameRun ? 0 : 1),
    now: ports.clock.now(),
    superseded: sameTarget ? [...new Set([...superseded, ...kept])] : [],
    remnants: sameTarget ? [...remnants, ...(last?.facts.abandoned === true ? [last.runId] : [])] : [],
    carried: sameRun ? last.carried : undefined,
  });
  return { state, request, owner, revision: there?.revision, status: undefined, cancel: false };
}
