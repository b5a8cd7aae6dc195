/**
 * What must be given back is kept twice before anything is taken away: in a Secret of its own, and in the run's folder
 * on the data volume where a pod runs. Without that nothing is stopped or dropped.
 */
import { actingByExec, nextTurn } from "../acting.js";
import { keptText } from "../kept.js";
import type { RunState } from "../state.js";
import { once, type Context, type Move } from "../step.js";
import { runningPod, targetFacts } from "../subject.js";

/** Of one content: where that changes, it is kept anew. */
function keyOf(state: RunState): string {
  return `keep-${keptText(state.facts)?.digest.slice(0, 12) ?? "nothing"}`;
}

/** The pods need no look once it is. */
export function isKept(state: RunState): boolean {
  return state.results[keyOf(state)]?.ok === true;
}

/** @returns undefined once it lies there, read back. */
export function keepForReturn(context: Context): Move | undefined {
  const { state, request, seen } = context;
  if (!keptText(state.facts)) return undefined;
  const pod = runningPod(state, seen);
  return once(context, {
    kind: "keep",
    key: keyOf(state),
    database: request.spec.databaseName,
    ...(pod
      ? {
          on: {
            ...{ pod: pod.name, container: targetFacts(state).container },
            acting: actingByExec(state, pod.name),
          },
          turn: nextTurn(state),
        }
      : {}),
  });
}
