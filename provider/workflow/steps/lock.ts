/**
 * Lock: one run at a time per target, held by an annotation on the target itself. Before it takes the hold it
 * asks the target's ledger: what was the latest restore of that database is not done twice. A hold of a run of
 * ours that is over is stale and is taken away; anyone else's is waited for.
 */
import { limits, timeoutMs, waitForMs } from "../limits.js";
import { fail, type Context, type Move, type Step } from "../step.js";
import { ownHold, seenTarget, targetRef } from "../subject.js";

export const lock: Step = {
  says: "taking the lock on the target",
  needs: () => [{ kind: "target" }, { kind: "holder" }, { kind: "ledger" }],
  decide: (context) => {
    const { state, request, seen, now } = context;
    const target = seenTarget(seen);
    if (!target) return fail("TargetNotFound", `target ${request.spec.clusterRef} is gone`);
    const known = alreadyDone(context);
    if (known) return known;
    if (target.hold === ownHold(state)) {
      const note = state.lockedAt === undefined ? { lockedAt: now, deadline: now + timeoutMs(request) } : {};
      return { kind: "next", note, facts: { superseded: supersededBy(context) } };
    }
    if (target.hold === undefined) {
      return {
        kind: "perform",
        effect: { kind: "hold", key: "hold", target: targetRef(state, request), value: ownHold(state) },
      };
    }
    if (seen.holder?.stale && seen.holder.value === target.hold) {
      return {
        kind: "perform",
        effect: { kind: "releaseHold", key: "take", target: targetRef(state, request), value: target.hold },
      };
    }
    return {
      kind: "wait",
      reason: "TargetBusy",
      message: `restore ${seen.holder?.restore ?? target.hold} holds ${request.spec.clusterRef}`,
      pollMs: limits.poll,
      limitMs: waitForMs(request),
    };
  },
};

/** Runs whose kept stores this one replaces in the end: those it knows of, and the latest of the database. */
function supersededBy({ state, seen }: Context): readonly string[] {
  // On a cluster an old store aside may be the only copy: it goes by discard alone.
  if (state.facts.target?.members) return state.facts.superseded ?? [];
  const latest = seen.ledger === undefined || seen.ledger === "absent" ? [] : [seen.ledger.runId];
  return [...new Set([...(state.facts.superseded ?? []), ...latest])].filter(
    (runId) => runId !== state.runId,
  );
}

function alreadyDone({ state, request, seen }: Context): Move | undefined {
  const entry = seen.ledger === "absent" ? undefined : seen.ledger;
  if (state.flow !== "restore") {
    return state.flow !== "discard" && entry !== undefined && entry.runId !== state.runId
      ? fail(
          "DatabaseChangedSinceConsent",
          `restore ${entry.restore} of ${entry.completedAt} came after this one: undo that one`,
        )
      : undefined;
  }
  if (entry?.identity !== state.identity || state.resumeAt !== undefined) return undefined;
  const when = `by restore ${entry.restore} at ${entry.completedAt}`;
  return {
    kind: "end",
    outcome: {
      phase: "Completed",
      reason: "AlreadyRestored",
      message: `database ${request.spec.databaseName} was restored from this source before (${when}); change trigger to restore again`,
    },
  };
}
