/**
 * Lock: one run at a time per target, held by an annotation on the target itself. Before it takes the hold it
 * asks the target's ledger: a restore of that database that it knows is not done twice. A hold of a run of ours that
 * is over is stale and is taken away; anyone else's is waited for.
 */
import { limits, timeoutMs, waitForMs } from "../limits.js";
import { fail, type Context, type Move, type Step } from "../step.js";
import { latestRestore, ownHold, overtaken, rememberedRestores, seenTarget, targetRef } from "../subject.js";
import { carryFormer } from "./aside.js";
import { begunBefore, cameAfter, doneBefore, inTheWay } from "./done-before.js";

export const lock: Step = {
  says: "taking the lock on the target",
  needs: () => [{ kind: "target" }, { kind: "holder" }, { kind: "ledger" }],
  decide: (context) => {
    const { state, request, seen, now } = context;
    const target = seenTarget(seen);
    if (state.flow === "discard" && seen.target?.found === "none") return goneWithTarget(context);
    if (!target) return fail("TargetNotFound", `target ${request.spec.clusterRef} is gone`);
    const former = carryFormer(context);
    if (former) return former;
    const known = alreadyDone(context);
    if (known) return known;
    const begun = begunElsewhere(context);
    if (begun) return begun;
    if (target.hold === ownHold(state)) {
      const note = {
        ...(state.lockedAt === undefined ? { lockedAt: now } : {}),
        // None: it begins, or is taken up again after a failure, perhaps days later.
        ...(state.deadline === undefined ? { deadline: now + timeoutMs(request) } : {}),
      };
      return {
        kind: "next",
        note,
        facts: { latestBefore: state.facts.latestBefore ?? latestRestore(seen)?.runId ?? "" },
      };
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
      message: busy(context, target.hold),
      pollMs: limits.poll,
      limitMs: waitForMs(request),
    };
  },
};

function busy({ state, request, seen: { holder } }: Context, hold: string): string {
  const held = `restore ${holder?.restore ?? hold} holds ${request.spec.clusterRef}`;
  if (holder?.owes !== true) return held;
  const go = (verb: string): string =>
    `neo4j-restore ${verb} ${holder.restore} --namespace ${state.namespace}`;
  return `${held}, because it has not given back what it took: ${go("resume")}, or at last ${go("release")} --force`;
}

/** There is nothing left to look at or to hold: trying again would find the same for ever. */
function goneWithTarget({ state, request }: Context): Move {
  const { previous } = state.facts;
  return {
    kind: "end",
    facts: previous ? { previous: { ...previous, discarded: true } } : {},
    outcome: {
      phase: "Completed",
      reason: "Restored",
      message: `target ${request.spec.clusterRef} is gone, and the previous store with its claim; a claim that was kept still has it`,
    },
  };
}

/** One that is under way still has the target, and is waited for. */
function begunElsewhere(context: Context): Move | undefined {
  const { state, request, seen } = context;
  const hold = seenTarget(seen)?.hold;
  const free = hold === undefined || hold === ownHold(state) || seen.holder?.stale === true;
  if (state.flow !== "restore" || state.resumeAt !== undefined || !free) return undefined;
  const ends = [state.runId, ...(state.facts.earlier ?? [])];
  const began = begunBefore(rememberedRestores(seen), state.identity, request.spec.databaseName, ends);
  return began === undefined ? undefined : fail("DatabaseChangedSinceConsent", began);
}

function alreadyDone(context: Context): Move | undefined {
  const { state, request, seen } = context;
  const restores = rememberedRestores(seen);
  if (state.flow === "discard") return undefined;
  if (state.flow !== "restore") {
    const entry = cameAfter(restores, state.runId);
    return entry === undefined
      ? undefined
      : fail(
          "DatabaseChangedSinceConsent",
          inTheWay(entry, targetRef(state, request), request.spec.databaseName),
        );
  }
  if (state.resumeAt !== undefined) {
    const later = overtaken(context);
    return later === undefined
      ? undefined
      : fail("DatabaseChangedSinceConsent", `${later}; change trigger to restore over it`);
  }
  const outcome = doneBefore(restores, state.identity, request.spec.databaseName);
  return outcome && { kind: "end", outcome };
}
