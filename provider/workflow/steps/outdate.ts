/**
 * Writes of an earlier driver that may still be on their way: a hold, a return state, the protection of claims. They
 * carry the resourceVersion of the look that they rest on, so they fail once the object has been written since; taking
 * away what is not there is no write. So what a replaced driver may have sent is written once more before it is taken
 * away.
 */
import { once, type Context, type Move } from "../step.js";
import { asSeen, existingClaims, isOffline, ownHold, seenTarget, targetRef } from "../subject.js";

const replacesAnother = ({ state }: Context): boolean => state.epoch > 1;

export function outdateHold(context: Context): Move | undefined {
  const { state, request, seen } = context;
  const target = seenTarget(seen);
  if (!replacesAnother(context) || !target || target.hold !== undefined) return undefined;
  if (state.results["release-hold"]) return undefined;
  const at = targetRef(state, request);
  return once(context, { kind: "hold", key: "late-hold", target: at, value: ownHold(state) });
}

export function outdateReturnState(context: Context): Move | undefined {
  const { state, request, seen } = context;
  const set = seenTarget(seen)?.statefulSet;
  if (!replacesAnother(context) || !set || set.returnState !== undefined) return undefined;
  if (state.results["forget-return-state"]) return undefined;
  const value = JSON.stringify(state.facts.returnState);
  return once(context, {
    ...{ kind: "saveReturnState", key: "late-return-state", target: targetRef(state, request) },
    ...{ set: asSeen(set), value },
  });
}

export function outdateProtection(context: Context): Move | undefined {
  const { state, request } = context;
  const mayBeSent = isOffline(state, request) && state.steps.some(({ name }) => name === "TakeOffline");
  if (!replacesAnother(context) || !mayBeSent || state.results["unprotect"]) return undefined;
  const claims = existingClaims(context);
  return claims && once(context, { kind: "protectClaims", key: "late-protect", claims, protect: true });
}
